"""Users as administrators see them: found by name, a page at a time, with roles and failed log-ins. Never a hash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, true

from precisionpulse_backend.login import LOCK, MAX_FAILURES, login_key
from precisionpulse_backend.tables import login_attempts
from precisionpulse_sdk.replica.tables import role_grants, roles, users
from precisionpulse_sdk.sync.names import name_key


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that a user has, for one client or, when `client` is empty, for all."""

    grant_id: UUID
    role_id: UUID
    role: str
    client: str


@dataclass(frozen=True, slots=True)
class ListedUser:
    """A user. `failures`: wrong passwords that still count; `locked_until`: no log-in before."""

    id: UUID
    username: str
    display_name: str
    enabled: bool
    must_change_password: bool
    has_password: bool
    wanted_username: str
    version: int
    roles: tuple[HeldRole, ...]
    failures: int
    locked_until: dt.datetime | None


@dataclass(frozen=True, slots=True)
class UserPage:
    """A page of users by name. `total`: how many match; `more`: whether others follow."""

    users: tuple[ListedUser, ...]
    total: int
    more: bool


def find_users(connection: Connection, *, search: str, after: str, limit: int) -> UserPage:
    """Users whose name holds `search`, that follow the user name `after`."""
    matching = (users.c.deleted_at.is_(None), matches(search))
    total = connection.scalar(select(func.count()).select_from(users).where(*matching)) or 0
    query = _users().where(*matching, users.c.name_key > name_key(after) if after else true())
    rows = connection.execute(query.order_by(users.c.name_key).limit(limit + 1)).all()
    return UserPage(tuple(_with_the_rest(connection, rows[:limit])), total, len(rows) > limit)


def show_user(connection: Connection, user_id: UUID) -> ListedUser | None:
    """One user, unless deleted."""
    rows = connection.execute(_users().where(users.c.deleted_at.is_(None), users.c.id == user_id)).all()
    found = _with_the_rest(connection, rows)
    return found[0] if found else None


def matches(search: str) -> ColumnElement[bool]:
    """Whether a user's name or display name holds `search`; everybody when it is empty."""
    if not search:
        return true()
    return or_(
        users.c.name_key.contains(name_key(search), autoescape=True),
        users.c.display_name.icontains(search, autoescape=True),
    )


def _users() -> Select[UUID, str, str, bool, bool, bool, str, int]:
    return select(
        users.c.id,
        users.c.username,
        users.c.display_name,
        users.c.enabled,
        users.c.must_change_password,
        (users.c.password_hash != "").label("has_password"),
        users.c.wanted_username,
        users.c.version,
    )


def _with_the_rest(
    connection: Connection, found: Sequence[Row[UUID, str, str, bool, bool, bool, str, int]]
) -> list[ListedUser]:
    held = _held_roles(connection, [row.id for row in found])
    failures = _failures(connection, [login_key(row.username) for row in found])
    listed = []
    for row in found:
        count, locked_until = failures.get(login_key(row.username), (0, None))
        listed.append(ListedUser(*row, roles=held.get(row.id, ()), failures=count, locked_until=locked_until))
    return listed


def _held_roles(connection: Connection, user_ids: Sequence[UUID]) -> dict[UUID, tuple[HeldRole, ...]]:
    rows = connection.execute(
        select(role_grants.c.user_id, role_grants.c.id, role_grants.c.role_id, roles.c.name, role_grants.c.client)
        .join_from(role_grants, roles, roles.c.id == role_grants.c.role_id)
        .where(role_grants.c.user_id.in_(user_ids), role_grants.c.deleted_at.is_(None), roles.c.deleted_at.is_(None))
        .order_by(roles.c.name_key, role_grants.c.client)
    )
    held: dict[UUID, tuple[HeldRole, ...]] = {}
    for row in rows:
        held[row.user_id] = (*held.get(row.user_id, ()), HeldRole(row.id, row.role_id, row.name, row.client))
    return held


def _failures(connection: Connection, keys: Sequence[str]) -> dict[str, tuple[int, dt.datetime | None]]:
    now = dt.datetime.now(dt.UTC)
    rows = connection.execute(
        select(login_attempts).where(
            login_attempts.c.username_key.in_(keys), login_attempts.c.last_failed_at > now - LOCK
        )
    )
    return {
        row.username_key: (row.failures, row.last_failed_at + LOCK if row.failures >= MAX_FAILURES else None)
        for row in rows
    }
