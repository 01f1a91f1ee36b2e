"""What a site of replicas begins with: its people and their rights, in databases that are made once and copied."""

from __future__ import annotations

import sqlite3
from functools import cache
from uuid import UUID

from sqlalchemy import Connection, Engine, StaticPool, create_engine, event

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica import Edit, Kind, Replica
from precisionpulse_sdk.sync.edit import create_permission, give_permission, give_role
from precisionpulse_sdk.sync.kinds import built_in_role_id, permission_id

START_US = 1_800_000_000_000_000
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21l$"
ADMINISTRATOR = built_in_role_id("administrator")
PERMISSIONS = ("*:*", "user:update", "role:assign", "config:update")
USERS = tuple(UUID(int=number) for number in range(1, 6))
ROLES = (ADMINISTRATOR, UUID(int=101), UUID(int=102))
FIRST_PEOPLE = ("ada", "bea", "cem")
"""Who there is at the start: two administrators, and one who holds what role 101 holds."""


def engine_of(content: bytes) -> Engine:
    """A database of its own in memory, which begins as `content`."""
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    if content:
        database.deserialize(content)
    engine = create_engine("sqlite://", creator=lambda: database, poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


@cache
def prepared(kind: str) -> bytes:
    """The content of a database that a site's hub, or a client, begins with."""
    engine = engine_of(b"")
    replica = Replica(engine, node=kind, is_hub=kind == "hub", wall_us=lambda: START_US)
    replica.prepare()
    if kind == "hub":
        replica.provide(list(_first_edits()))
    if kind == "joined":
        hub = Replica(engine_of(prepared("hub")), node="hub", is_hub=True, wall_us=lambda: START_US)
        for chunk in hub.feed(0):
            assert isinstance(chunk, pb.SnapshotChunk)
            replica.apply_snapshot(chunk)
    with engine.connect() as connection:
        database = connection.connection.driver_connection
        assert isinstance(database, sqlite3.Connection)
        return database.serialize()


def _first_edits() -> list[Edit]:
    people = [
        Edit(Kind.USER, id_, {"username": name, "password_hash": HASH + "A" * 43, "enabled": True})
        for id_, name in zip(USERS, FIRST_PEOPLE, strict=False)
    ]
    return [
        *(create_permission(name) for name in PERMISSIONS),
        Edit(Kind.ROLE, ADMINISTRATOR, {"name": "administrator", "built_in": True}),
        give_permission(ADMINISTRATOR, permission_id("*:*")),
        Edit(Kind.ROLE, ROLES[1], {"name": "clerk"}),
        *(give_permission(ROLES[1], permission_id(name)) for name in PERMISSIONS[1:]),
        *people,
        give_role(USERS[0], ADMINISTRATOR),
        give_role(USERS[1], ADMINISTRATOR),
        give_role(USERS[2], ROLES[1]),
    ]
