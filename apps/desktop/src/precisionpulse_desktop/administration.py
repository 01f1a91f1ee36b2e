"""Users, roles, permissions and configuration of the site, read from and edited in this desktop's replica: with or
without a network, since edits wait for the hub (C3). Knows no Qt; not for the GUI thread when a site is large."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, select

from precisionpulse_sdk.replica import Edit, EditOutcome, Replica
from precisionpulse_sdk.replica.access import Path, explain
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.tables import permission_grants, permissions, role_grants, roles, users
from precisionpulse_sdk.sync.edit import give_permission, give_role, take_permission, take_role


@dataclass(frozen=True, slots=True)
class Grant:
    """A user's role, for one client or, when `client` is empty, for all."""

    user_id: UUID
    role_id: UUID
    client: str


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user. `waits`: something about the user waits for the hub's consent."""

    id: UUID
    version: int
    username: str
    display_name: str
    enabled: bool
    has_password: bool
    must_change_password: bool
    wanted_username: str
    session_generation: int
    grants: tuple[Grant, ...]
    role_names: tuple[str, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role with what it holds and who has it."""

    id: UUID
    version: int
    name: str
    description: str
    built_in: bool
    permission_ids: frozenset[UUID]
    permission_names: tuple[str, ...]
    grants: tuple[Grant, ...]
    waits: bool

    @property
    def user_ids(self) -> frozenset[UUID]:
        """Who has the role for at least one client."""
        return frozenset(grant.user_id for grant in self.grants)


class RoleName(NamedTuple):
    """A role, to choose from."""

    id: UUID
    name: str
    built_in: bool


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """A permission and the roles that hold it."""

    id: UUID
    version: int
    name: str
    description: str
    built_in: bool
    role_ids: frozenset[UUID]
    role_names: tuple[str, ...]
    waits: bool


class Administration:
    """Reads and edits of `replica`. Thread-safe. Everything raises `StorageError` when the file can't be used."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica

    def edit(self, edits: Sequence[Edit], actor: UUID) -> EditOutcome:
        """Make all edits as `actor`, or none; they show at once and wait for the hub. Raises a `ChangeRefusedError`."""
        return self.replica.edit(edits, actor=actor, address=self.replica.node)

    def users(self) -> list[UserRow]:
        """Everybody, by name."""
        waiting = self._waiting()
        with reading(self.replica.engine) as connection:
            names, grants = _names(connection), _grants(connection)
            rows = connection.execute(select(users).where(users.c.deleted_at.is_(None)).order_by(users.c.name_key))
            return [
                UserRow(
                    row.id,
                    row.version,
                    row.username,
                    row.display_name,
                    row.enabled,
                    bool(row.password_hash),
                    row.must_change_password,
                    row.wanted_username,
                    row.session_generation,
                    grants["user", row.id],
                    tuple(sorted(grant_text(names[grant.role_id], grant.client) for grant in grants["user", row.id])),
                    row.id in waiting,
                )
                for row in rows
            ]

    def roles(self) -> list[RoleRow]:
        """Every role, by name."""
        waiting = self._waiting()
        with reading(self.replica.engine) as connection:
            names, grants, held = _names(connection), _grants(connection), _held(connection)
            rows = connection.execute(select(roles).where(roles.c.deleted_at.is_(None)).order_by(roles.c.name_key))
            return [
                RoleRow(
                    row.id,
                    row.version,
                    row.name,
                    row.description,
                    row.built_in,
                    frozenset(held["role", row.id]),
                    tuple(sorted(names[each] for each in held["role", row.id])),
                    grants["role", row.id],
                    row.id in waiting,
                )
                for row in rows
            ]

    def role_names(self) -> list[RoleName]:
        """Every role, by name, without what it holds and who has it: quick, however many people there are."""
        query = select(roles.c.id, roles.c.name, roles.c.built_in).where(roles.c.deleted_at.is_(None))
        with reading(self.replica.engine) as connection:
            return [RoleName(*row) for row in connection.execute(query.order_by(roles.c.name_key))]

    def permissions(self) -> list[PermissionRow]:
        """Every permission, by name."""
        waiting = self._waiting()
        with reading(self.replica.engine) as connection:
            names, held = _names(connection), _held(connection)
            rows = connection.execute(
                select(permissions).where(permissions.c.deleted_at.is_(None)).order_by(permissions.c.name)
            )
            return [
                PermissionRow(
                    row.id,
                    row.version,
                    row.name,
                    row.description,
                    row.built_in,
                    frozenset(held["permission", row.id]),
                    tuple(sorted(names[each] for each in held["permission", row.id])),
                    row.id in waiting,
                )
                for row in rows
            ]

    def why(self, user_id: UUID, permission: str, client: str = "") -> tuple[Path, ...]:
        """Every way by which the user may do `permission`; none when the user may not."""
        with reading(self.replica.engine) as connection:
            return explain(connection, user_id, permission, client)

    def _waiting(self) -> frozenset[UUID]:
        """Whatever waits, and what waiting grants are about."""
        found = {entity_id for _, entity_id in self.replica.waiting()}
        if not found:
            return frozenset()
        with reading(self.replica.engine) as connection:
            for grant in connection.execute(select(role_grants).where(role_grants.c.id.in_(found))):
                found |= {grant.user_id, grant.role_id}
            for held in connection.execute(select(permission_grants).where(permission_grants.c.id.in_(found))):
                found |= {held.role_id, held.permission_id}
        return frozenset(found)


def grant_text(role: str, client: str) -> str:
    """A role with the client that it is for."""
    return f"{role} @ {client}" if client else role


def grant_edits(before: Iterable[Grant], after: Iterable[Grant]) -> list[Edit]:
    """What makes the grants `after` of the grants `before`."""
    kept, wanted = set(before), set(after)
    given = [give_role(grant.user_id, grant.role_id, grant.client) for grant in wanted - kept]
    return given + [take_role(grant.user_id, grant.role_id, grant.client) for grant in kept - wanted]


def held_edits(before: Iterable[tuple[UUID, UUID]], after: Iterable[tuple[UUID, UUID]]) -> list[Edit]:
    """What makes "role has permission" `after` of those `before`."""
    kept, wanted = set(before), set(after)
    given = [give_permission(role_id, permission) for role_id, permission in wanted - kept]
    return given + [take_permission(role_id, permission) for role_id, permission in kept - wanted]


def _names(connection: Connection) -> dict[UUID, str]:
    """Roles and permissions by their ids, living or not."""
    found = defaultdict(lambda: "?", {row.id: row.name for row in connection.execute(select(roles.c.id, roles.c.name))})
    found.update({row.id: row.name for row in connection.execute(select(permissions.c.id, permissions.c.name))})
    return found


def _grants(connection: Connection) -> dict[tuple[str, UUID], tuple[Grant, ...]]:
    found: dict[tuple[str, UUID], list[Grant]] = defaultdict(list)
    for row in connection.execute(
        select(role_grants.c.user_id, role_grants.c.role_id, role_grants.c.client)
        .join(roles, roles.c.id == role_grants.c.role_id)
        .where(role_grants.c.deleted_at.is_(None), roles.c.deleted_at.is_(None))
    ):
        grant = Grant(row.user_id, row.role_id, row.client)
        found["user", grant.user_id].append(grant)
        found["role", grant.role_id].append(grant)
    return defaultdict(tuple, {key: tuple(grants) for key, grants in found.items()})


def _held(connection: Connection) -> dict[tuple[str, UUID], list[UUID]]:
    found: dict[tuple[str, UUID], list[UUID]] = defaultdict(list)
    for row in connection.execute(
        select(permission_grants.c.role_id, permission_grants.c.permission_id)
        .join(roles, roles.c.id == permission_grants.c.role_id)
        .join(permissions, permissions.c.id == permission_grants.c.permission_id)
        .where(
            permission_grants.c.deleted_at.is_(None), roles.c.deleted_at.is_(None), permissions.c.deleted_at.is_(None)
        )
    ):
        found["role", row.role_id].append(row.permission_id)
        found["permission", row.permission_id].append(row.role_id)
    return found
