"""Roles and permissions as administrators see them: what a role holds, how many have it, and who."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Select, distinct, func, select, tuple_

from precisionpulse_backend.user_directory import matches
from precisionpulse_sdk.replica.tables import permission_grants, permissions, role_grants, roles, users
from precisionpulse_sdk.sync.names import name_key


@dataclass(frozen=True, slots=True)
class Holding:
    """A permission that a role holds, by the grant `grant_id`."""

    grant_id: UUID
    role_id: UUID
    role: str
    permission_id: UUID
    permission: str


@dataclass(frozen=True, slots=True)
class ListedRole:
    """A role. `users`: how many have it, for whichever clients."""

    id: UUID
    name: str
    description: str
    built_in: bool
    version: int
    users: int
    permissions: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class ListedPermission:
    """A permission with the roles that hold it."""

    id: UUID
    name: str
    description: str
    built_in: bool
    version: int
    roles: tuple[Holding, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A user who has a role, for one client or, when `client` is empty, for all."""

    grant_id: UUID
    user_id: UUID
    username: str
    display_name: str
    enabled: bool
    client: str


def list_roles(connection: Connection) -> list[ListedRole]:
    """Every role, by name."""
    return _roles(connection, select(roles).where(roles.c.deleted_at.is_(None)))


def show_role(connection: Connection, role_id: UUID) -> ListedRole | None:
    """One role, unless deleted."""
    found = _roles(connection, select(roles).where(roles.c.deleted_at.is_(None), roles.c.id == role_id))
    return found[0] if found else None


def list_permissions(connection: Connection) -> list[ListedPermission]:
    """Every permission, by name."""
    return _permissions(connection, select(permissions).where(permissions.c.deleted_at.is_(None)))


def show_permission(connection: Connection, permission_id: UUID) -> ListedPermission | None:
    """One permission, unless deleted."""
    living = permissions.c.deleted_at.is_(None)
    found = _permissions(connection, select(permissions).where(living, permissions.c.id == permission_id))
    return found[0] if found else None


def members(
    connection: Connection, role_id: UUID, *, search: str, after: tuple[str, str] | None, limit: int
) -> tuple[list[Member], int, bool]:
    """Who has the role and follows `after`, a user name and a client; how many there are; whether more follow."""
    query = (
        select(
            role_grants.c.id,
            users.c.id.label("user_id"),
            users.c.username,
            users.c.display_name,
            users.c.enabled,
            role_grants.c.client,
        )
        .join_from(role_grants, users, users.c.id == role_grants.c.user_id)
        .where(
            role_grants.c.role_id == role_id,
            role_grants.c.deleted_at.is_(None),
            users.c.deleted_at.is_(None),
            matches(search),
        )
    )
    total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after is not None:
        query = query.where(tuple_(users.c.name_key, role_grants.c.client) > tuple_(name_key(after[0]), after[1]))
    rows = connection.execute(query.order_by(users.c.name_key, role_grants.c.client).limit(limit + 1)).all()
    return [Member(*row) for row in rows[:limit]], total, len(rows) > limit


def _roles(connection: Connection, query: Select[tuple[object, ...]]) -> list[ListedRole]:
    held: defaultdict[UUID, list[Holding]] = defaultdict(list)
    for holding in _holdings(connection):
        held[holding.role_id].append(holding)
    counts = _user_counts(connection)
    return [
        ListedRole(
            row.id, row.name, row.description, row.built_in, row.version, counts.get(row.id, 0), tuple(held[row.id])
        )
        for row in connection.execute(query.order_by(roles.c.name_key))
    ]


def _permissions(connection: Connection, query: Select[tuple[object, ...]]) -> list[ListedPermission]:
    holders: defaultdict[UUID, list[Holding]] = defaultdict(list)
    for holding in _holdings(connection):
        holders[holding.permission_id].append(holding)
    return [
        ListedPermission(row.id, row.name, row.description, row.built_in, row.version, tuple(holders[row.id]))
        for row in connection.execute(query.order_by(permissions.c.name))
    ]


def _holdings(connection: Connection) -> list[Holding]:
    rows = connection.execute(
        select(
            permission_grants.c.id,
            roles.c.id.label("role_id"),
            roles.c.name.label("role"),
            permissions.c.id.label("permission_id"),
            permissions.c.name,
        )
        .join_from(permission_grants, roles, roles.c.id == permission_grants.c.role_id)
        .join(permissions, permissions.c.id == permission_grants.c.permission_id)
        .where(
            permission_grants.c.deleted_at.is_(None), roles.c.deleted_at.is_(None), permissions.c.deleted_at.is_(None)
        )
        .order_by(roles.c.name_key, permissions.c.name)
    )
    return [Holding(*row) for row in rows]


def _user_counts(connection: Connection) -> dict[UUID, int]:
    rows = connection.execute(
        select(role_grants.c.role_id, func.count(distinct(users.c.id)))
        .join_from(role_grants, users, users.c.id == role_grants.c.user_id)
        .where(role_grants.c.deleted_at.is_(None), users.c.deleted_at.is_(None))
        .group_by(role_grants.c.role_id)
    )
    return {row[0]: row[1] for row in rows}
