"""Who may do what, read from a replica's tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Select, select, true

from precisionpulse_sdk.replica.tables import permission_grants, permissions, role_grants, roles, users
from precisionpulse_sdk.sync.names import name_key
from precisionpulse_sdk.sync.rights import EVERYTHING, Person, Right, covers, may, visible

__all__ = [
    "Path",
    "Person",
    "Right",
    "administrator_exists",
    "explain",
    "find_user",
    "load_people",
    "load_person",
    "may",
    "paths_of",
    "rights_of",
    "visible",
]


@dataclass(frozen=True, slots=True)
class Path:
    """One way by which a user has a permission: the role, for which client ("" for all), and the permission that
    covers the one asked for."""

    role_id: UUID
    role: str
    client: str
    permission_id: UUID
    permission: str


def load_person(connection: Connection, user_id: UUID) -> Person | None:
    """The user with present rights, or None when there is no such enabled user."""
    user = connection.execute(
        select(users.c.id, users.c.username, users.c.display_name, users.c.must_change_password).where(
            users.c.id == user_id, users.c.enabled, users.c.deleted_at.is_(None)
        )
    ).one_or_none()
    if user is None:
        return None
    rights = rights_of(connection, user_id)
    return Person(user.id, user.username, user.display_name or user.username, user.must_change_password, rights)


def load_people(connection: Connection, user_ids: Collection[UUID]) -> dict[UUID, Person]:
    """As `load_person`, for many at once: those of them who are enabled."""
    rows = connection.execute(
        select(users.c.id, users.c.username, users.c.display_name, users.c.must_change_password).where(
            users.c.id.in_(user_ids), users.c.enabled, users.c.deleted_at.is_(None)
        )
    ).all()
    rights: defaultdict[UUID, set[Right]] = defaultdict(set)
    paths = _paths().add_columns(role_grants.c.user_id).where(role_grants.c.user_id.in_(user_ids))
    for path in connection.execute(paths):
        rights[path.user_id].add(Right(path.permission, path.client))
    return {
        row.id: Person(
            row.id,
            row.username,
            row.display_name or row.username,
            row.must_change_password,
            frozenset(rights[row.id]),
        )
        for row in rows
    }


def find_user(connection: Connection, username: str) -> UUID | None:
    """Who logs in as `username`, without regard to case. Of two who claim the name until the hub has decided, the one
    who has it longer."""
    rows = connection.execute(
        select(users.c.id, users.c.field_times).where(
            users.c.name_key == name_key(username), users.c.deleted_at.is_(None)
        )
    ).all()
    found: UUID | None = min(rows, key=lambda row: row.field_times["username"]).id if rows else None
    return found


def rights_of(connection: Connection, user_id: UUID) -> frozenset[Right]:
    """What the user's roles give, whether or not the user is enabled."""
    return frozenset(
        Right(row.permission, row.client)
        for row in connection.execute(_paths().where(role_grants.c.user_id == user_id))
    )


def explain(connection: Connection, user_id: UUID, permission: str, client: str = "") -> tuple[Path, ...]:
    """Why the user may do `permission`: every path, user → role → permission; none when the user may not."""
    if load_person(connection, user_id) is None:
        return ()
    wanted = Right(permission, client)
    return tuple(path for path in paths_of(connection, user_id) if covers(Right(path.permission, path.client), wanted))


def paths_of(connection: Connection, user_id: UUID) -> tuple[Path, ...]:
    """Every path by which the user has a permission, by role, whether or not the user is enabled."""
    rows = connection.execute(
        _paths()
        .where(role_grants.c.user_id == user_id)
        .order_by(roles.c.name_key, role_grants.c.client, permissions.c.name)
    )
    return tuple(Path(row.role_id, row.role, row.client, row.permission_id, row.permission) for row in rows)


def administrator_exists(connection: Connection, *, but: UUID | None = None) -> bool:
    """Whether anybody, without `but`, may log in and do everything."""
    found = connection.execute(
        _paths()
        .join(users, users.c.id == role_grants.c.user_id)
        .where(
            users.c.enabled,
            users.c.deleted_at.is_(None),
            users.c.password_hash != "",
            role_grants.c.client == "",
            permissions.c.name == EVERYTHING,
            users.c.id != but if but is not None else true(),
        )
        .limit(1)
    )
    return found.first() is not None


def _paths() -> Select[UUID, str, str, UUID, str]:
    return (
        select(
            roles.c.id.label("role_id"),
            roles.c.name.label("role"),
            role_grants.c.client.label("client"),
            permissions.c.id.label("permission_id"),
            permissions.c.name.label("permission"),
        )
        .join_from(role_grants, roles, roles.c.id == role_grants.c.role_id)
        .join(permission_grants, permission_grants.c.role_id == roles.c.id)
        .join(permissions, permissions.c.id == permission_grants.c.permission_id)
        .where(
            role_grants.c.deleted_at.is_(None),
            roles.c.deleted_at.is_(None),
            permission_grants.c.deleted_at.is_(None),
            permissions.c.deleted_at.is_(None),
        )
    )
