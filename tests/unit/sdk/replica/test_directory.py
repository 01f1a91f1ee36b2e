"""Users, roles and permissions as administrators see them, from a replica on SQLite; the API's tests do it on
PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from precisionpulse_sdk.replica import DELETE, Edit, Kind, Replica
from precisionpulse_sdk.replica.database import reading, sqlite_engine
from precisionpulse_sdk.replica.directory import (
    find_members,
    find_users,
    list_permissions,
    list_roles,
    role_names,
    show_permission,
    show_role,
    show_user,
    waiting_entities,
)
from precisionpulse_sdk.sync.edit import create_permission, give_permission, give_role
from precisionpulse_sdk.sync.kinds import permission_grant_id, permission_id, role_grant_id

ADA, BOB, CEM, GONE = (UUID(int=number) for number in range(1, 5))
READERS, WRITERS, UNUSED = (UUID(int=number) for number in range(11, 14))
READ, WRITE = permission_id("report:read"), permission_id("report:write")


@pytest.fixture
def replica(tmp_path: Path) -> Replica:
    replica = Replica(sqlite_engine(tmp_path / "hub.sqlite3"), node="hub", is_hub=True)
    replica.prepare()
    people = {ADA: ("Ada", "Ada 100%"), BOB: ("bob", ""), CEM: ("Cem", "Ada's deputy"), GONE: ("dan", "")}
    replica.provide(
        [
            *(Edit(Kind.USER, key, {"username": name, "display_name": shown}) for key, (name, shown) in people.items()),
            Edit(Kind.USER, ADA, {"password_hash": "a hash", "enabled": True}),
            *(Edit(Kind.ROLE, key, {"name": name}) for key, name in ((READERS, "Readers"), (WRITERS, "writers"))),
            Edit(Kind.ROLE, UNUSED, {"name": "all others"}),
            create_permission("report:read", "Read it"),
            create_permission("report:write", "Write it"),
            give_permission(READERS, READ),
            give_permission(WRITERS, READ),
            give_permission(WRITERS, WRITE),
            give_role(ADA, WRITERS, "press-7"),
            give_role(ADA, WRITERS),
            give_role(ADA, READERS),
            give_role(BOB, READERS, "mill"),
            give_role(GONE, READERS),
            Edit(Kind.USER, GONE, DELETE),
        ]
    )
    return replica


@pytest.mark.proves("C3")
def test_users_are_found_by_either_name_a_page_at_a_time_or_all_at_once(replica: Replica) -> None:
    with reading(replica.engine) as connection:
        everybody = find_users(connection)
        first = find_users(connection, limit=2)
        rest = find_users(connection, after=first.users[-1].username, limit=2)
        named = [find_users(connection, search=text).users for text in ("ADA", "100%", "%", "nobody")]
        ada, gone = show_user(connection, ADA), show_user(connection, GONE)
    assert [user.username for user in everybody.users] == ["Ada", "bob", "Cem"]
    assert (everybody.total, everybody.more) == (3, False)
    assert (first.users + rest.users, first.total, first.more, rest.more) == (everybody.users, 3, True, False)
    assert [[user.username for user in users] for users in named] == [["Ada", "Cem"], ["Ada"], ["Ada"], []]
    assert gone is None and ada == everybody.users[0]
    assert ada.has_password and not everybody.users[1].has_password and "a hash" not in repr(everybody)
    assert [(held.role, held.client) for held in ada.roles] == [
        ("Readers", ""),
        ("writers", ""),
        ("writers", "press-7"),
    ]
    assert ada.roles[0].grant_id == role_grant_id(ADA, READERS)


@pytest.mark.proves("C3")
def test_a_role_says_what_it_holds_and_how_many_have_it_and_a_permission_which_roles_hold_it(replica: Replica) -> None:
    with reading(replica.engine) as connection:
        roles, names = list_roles(connection), role_names(connection)
        permissions = list_permissions(connection)
        writers, read = show_role(connection, WRITERS), show_permission(connection, READ)
        nothing = show_role(connection, ADA), show_permission(connection, ADA)
    assert [role.name for role in roles] == [role.name for role in names] == ["all others", "Readers", "writers"]
    assert [role.users for role in roles] == [0, 2, 1], "a user counts once, and who is deleted does not"
    assert [[held.permission for held in role.permissions] for role in roles] == [
        [],
        ["report:read"],
        ["report:read", "report:write"],
    ]
    assert writers == roles[2] and writers.permissions[1].grant_id == permission_grant_id(WRITERS, WRITE)
    assert [permission.name for permission in permissions] == ["report:read", "report:write"]
    assert read == permissions[0] and [held.role for held in read.roles] == ["Readers", "writers"]
    assert nothing == (None, None)


@pytest.mark.proves("C3")
def test_members_follow_each_other_by_name_and_client(replica: Replica) -> None:
    with reading(replica.engine) as connection:
        everybody = find_members(connection, WRITERS)
        first = find_members(connection, WRITERS, limit=1)
        second = find_members(connection, WRITERS, after=("ADA", ""), limit=1)
        readers = find_members(connection, READERS, search="bob")
    assert [(member.username, member.client) for member in everybody.members] == [("Ada", ""), ("Ada", "press-7")]
    assert (first.members + second.members, first.more, second.more) == (everybody.members, True, False)
    assert [(member.user_id, member.client) for member in readers.members] == [(BOB, "mill")]


@pytest.mark.proves("C3", "DT13")
def test_what_waits_is_also_what_a_waiting_grant_ties_together(replica: Replica) -> None:
    changed = [CEM, role_grant_id(BOB, READERS, "mill"), permission_grant_id(WRITERS, WRITE)]
    with reading(replica.engine) as connection:
        waiting = waiting_entities(connection, changed)
        users = find_users(connection, waiting=waiting).users
        roles, permissions = list_roles(connection, waiting=waiting), list_permissions(connection, waiting=waiting)
        none = waiting_entities(connection, [])
    assert [user.username for user in users if user.waits] == ["bob", "Cem"]
    assert [role.name for role in roles if role.waits] == ["Readers", "writers"]
    assert [permission.name for permission in permissions if permission.waits] == ["report:write"]
    assert none == frozenset()
