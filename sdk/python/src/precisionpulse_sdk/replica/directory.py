"""Users, roles and permissions as administrators see them, with what each has and who has it. Never a password's hash.

Where `waiting` is asked for: the ids of what waits for the hub's consent, as `waiting_entities` has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, Table, distinct, func, or_, select, true, tuple_

from precisionpulse_sdk.replica.tables import permission_grants, permissions, role_grants, roles, users
from precisionpulse_sdk.sync.names import name_key


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that a user has by the grant `grant_id`, for one client or, when `client` is empty, for all."""

    grant_id: UUID
    user_id: UUID
    role_id: UUID
    role: str
    client: str


@dataclass(frozen=True, slots=True)
class User:
    """A user. `waits`: something about the user waits for the hub's consent."""

    id: UUID
    username: str
    display_name: str
    enabled: bool
    has_password: bool
    must_change_password: bool
    wanted_username: str
    session_generation: int
    version: int
    roles: tuple[HeldRole, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class UserPage:
    """A page of users by name. `total`: how many match; `more`: whether others follow."""

    users: tuple[User, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class HeldPermission:
    """A permission that a role holds by the grant `grant_id`."""

    grant_id: UUID
    role_id: UUID
    role: str
    permission_id: UUID
    permission: str


@dataclass(frozen=True, slots=True)
class Role:
    """A role. `users`: how many have it, for whichever clients; `waits`: as `User.waits`."""

    id: UUID
    name: str
    description: str
    built_in: bool
    version: int
    users: int
    permissions: tuple[HeldPermission, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class RoleName:
    """A role, to choose from."""

    id: UUID
    name: str
    built_in: bool


@dataclass(frozen=True, slots=True)
class Permission:
    """A permission with the roles that hold it; `waits`: as `User.waits`."""

    id: UUID
    name: str
    description: str
    built_in: bool
    version: int
    roles: tuple[HeldPermission, ...]
    waits: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A user who has a role by the grant `grant_id`, for one client or, when `client` is empty, for all."""

    grant_id: UUID
    user_id: UUID
    username: str
    display_name: str
    enabled: bool
    client: str


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of members by name. `total`: how many match; `more`: whether others follow."""

    members: tuple[Member, ...]
    total: int
    more: bool


def find_users(
    connection: Connection,
    *,
    search: str = "",
    after: str = "",
    limit: int | None = None,
    waiting: Collection[UUID] = (),
) -> UserPage:
    """Users whose name holds `search`, that follow the user name `after`; all of them without a `limit`."""
    matching = (users.c.deleted_at.is_(None), _matches(search))
    total = connection.scalar(select(func.count()).select_from(users).where(*matching)) or 0
    following = users.c.name_key > name_key(after) if after else true()
    found = _users(connection, (*matching, following), None if limit is None else limit + 1, waiting)
    return UserPage(tuple(found[:limit]), total, limit is not None and len(found) > limit)


def show_user(connection: Connection, user_id: UUID) -> User | None:
    """One user, unless deleted."""
    return next(iter(_users(connection, (users.c.id == user_id, users.c.deleted_at.is_(None)), 1)), None)


def list_roles(connection: Connection, *, waiting: Collection[UUID] = ()) -> list[Role]:
    """Every role, by name."""
    return _roles(connection, true(), waiting)


def show_role(connection: Connection, role_id: UUID) -> Role | None:
    """One role, unless deleted."""
    return next(iter(_roles(connection, roles.c.id == role_id)), None)


def role_names(connection: Connection) -> list[RoleName]:
    """Every role, by name, without what it holds and who has it: quick, however many people there are."""
    query = select(roles.c.id, roles.c.name, roles.c.built_in).where(roles.c.deleted_at.is_(None))
    return [RoleName(*row) for row in connection.execute(query.order_by(roles.c.name_key))]


def list_permissions(connection: Connection, *, waiting: Collection[UUID] = ()) -> list[Permission]:
    """Every permission, by name."""
    return _permissions(connection, true(), waiting)


def show_permission(connection: Connection, permission_id: UUID) -> Permission | None:
    """One permission, unless deleted."""
    return next(iter(_permissions(connection, permissions.c.id == permission_id)), None)


def find_members(
    connection: Connection,
    role_id: UUID,
    *,
    search: str = "",
    after: tuple[str, str] | None = None,
    limit: int | None = None,
) -> MemberPage:
    """Who has the role, by name, and follows `after`, a user name and a client; all of them without a `limit`."""
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
        .where(role_grants.c.role_id == role_id, *_living(role_grants, users), _matches(search))
    )
    total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
    if after is not None:
        query = query.where(tuple_(users.c.name_key, role_grants.c.client) > tuple_(name_key(after[0]), after[1]))
    query = query.order_by(users.c.name_key, role_grants.c.client).limit(None if limit is None else limit + 1)
    found = [Member(*row) for row in connection.execute(query)]
    return MemberPage(tuple(found[:limit]), total, limit is not None and len(found) > limit)


def waiting_entities(connection: Connection, changed: Iterable[UUID]) -> frozenset[UUID]:
    """What the changes of `changed` that wait are about: grants are also about what they tie together."""
    wait = frozenset(changed)
    found = set(wait)
    if wait:
        for table, ends in ((role_grants, ("user_id", "role_id")), (permission_grants, ("role_id", "permission_id"))):
            columns = [table.c[end] for end in ends]
            for row in connection.execute(select(*columns).where(table.c.id.in_(wait))):
                found.update(row)
    return frozenset(found)


def _users(
    connection: Connection, where: Iterable[ColumnElement[bool]], limit: int | None, waiting: Collection[UUID] = ()
) -> list[User]:
    columns = users.c
    query: Select[UUID, str, str, bool, bool, bool, str, int, int] = select(
        columns.id,
        columns.username,
        columns.display_name,
        columns.enabled,
        columns.password_hash != "",
        columns.must_change_password,
        columns.wanted_username,
        columns.session_generation,
        columns.version,
    )
    rows = connection.execute(query.where(*where).order_by(columns.name_key).limit(limit)).all()
    held: defaultdict[UUID, list[HeldRole]] = defaultdict(list)
    whose = true() if limit is None else role_grants.c.user_id.in_([row.id for row in rows])
    for role in _held_roles(connection, whose):
        held[role.user_id].append(role)
    return [User(*row, roles=tuple(held[row.id]), waits=row.id in waiting) for row in rows]


def _held_roles(connection: Connection, where: ColumnElement[bool]) -> list[HeldRole]:
    query = (
        select(role_grants.c.id, role_grants.c.user_id, role_grants.c.role_id, roles.c.name, role_grants.c.client)
        .join_from(role_grants, roles, roles.c.id == role_grants.c.role_id)
        .where(where, *_living(role_grants, roles))
    )
    return [HeldRole(*row) for row in connection.execute(query.order_by(roles.c.name_key, role_grants.c.client))]


def _roles(connection: Connection, where: ColumnElement[bool], waiting: Collection[UUID] = ()) -> list[Role]:
    held: defaultdict[UUID, list[HeldPermission]] = defaultdict(list)
    for each in _held_permissions(connection):
        held[each.role_id].append(each)
    counts = (
        select(role_grants.c.role_id, func.count(distinct(users.c.id)).label("users"))
        .join_from(role_grants, users, users.c.id == role_grants.c.user_id)
        .where(*_living(role_grants, users))
        .group_by(role_grants.c.role_id)
        .subquery()
    )
    query: Select[UUID, str, str, bool, int, int] = (
        select(*_described(roles), func.coalesce(counts.c.users, 0))
        .join_from(roles, counts, counts.c.role_id == roles.c.id, isouter=True)
        .where(where, *_living(roles))
    )
    return [
        Role(*row, permissions=tuple(held[row.id]), waits=row.id in waiting)
        for row in connection.execute(query.order_by(roles.c.name_key))
    ]


def _permissions(
    connection: Connection, where: ColumnElement[bool], waiting: Collection[UUID] = ()
) -> list[Permission]:
    holders: defaultdict[UUID, list[HeldPermission]] = defaultdict(list)
    for each in _held_permissions(connection):
        holders[each.permission_id].append(each)
    query: Select[UUID, str, str, bool, int] = select(*_described(permissions)).where(where, *_living(permissions))
    return [
        Permission(*row, roles=tuple(holders[row.id]), waits=row.id in waiting)
        for row in connection.execute(query.order_by(permissions.c.name))
    ]


def _held_permissions(connection: Connection) -> list[HeldPermission]:
    query = (
        select(permission_grants.c.id, roles.c.id, roles.c.name, permissions.c.id, permissions.c.name)
        .join_from(permission_grants, roles, roles.c.id == permission_grants.c.role_id)
        .join(permissions, permissions.c.id == permission_grants.c.permission_id)
        .where(*_living(permission_grants, roles, permissions))
    )
    return [HeldPermission(*row) for row in connection.execute(query.order_by(roles.c.name_key, permissions.c.name))]


def _described(table: Table) -> tuple[ColumnElement[Any], ...]:
    columns = table.c
    return columns.id, columns.name, columns.description, columns.built_in, columns.version


def _living(*tables: Table) -> tuple[ColumnElement[bool], ...]:
    return tuple(table.c.deleted_at.is_(None) for table in tables)


def _matches(search: str) -> ColumnElement[bool]:
    """Whether a user's name or display name holds `search`; everybody when it is empty."""
    if not search:
        return true()
    return or_(
        users.c.name_key.contains(name_key(search), autoescape=True),
        users.c.display_name.icontains(search, autoescape=True),
    )
