"""Who may do what: one function for REST and for sockets (X4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from precisionpulse_backend.tables import permission_grants, permissions, role_grants, roles, users


@dataclass(frozen=True, slots=True)
class Right:
    """A permission (`resource:action`, either part may be `*`), for one client or, when `client` is empty, for all."""

    permission: str
    client: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A user who is logged in, with the rights that all roles give."""

    id: UUID
    username: str
    display_name: str
    must_change_password: bool
    rights: frozenset[Right]


def may(person: Person, permission: str, client: str = "") -> bool:
    """Whether `person` holds `permission`: for `client`, or for all clients when `client` is empty."""
    return any(_covers(right.permission, permission) and right.client in ("", client) for right in person.rights)


def visible(person: Person, permission: str, clients: Iterable[str]) -> list[str]:
    """Those of `clients` for which `person` holds `permission`, in their order."""
    return [client for client in clients if may(person, permission, client)]


def load_person(connection: Connection, user_id: UUID) -> Person | None:
    """The user with present rights, or None when there is no such enabled user."""
    user = connection.execute(
        select(users.c.id, users.c.username, users.c.display_name, users.c.must_change_password).where(
            users.c.id == user_id, users.c.enabled, users.c.deleted_at.is_(None)
        )
    ).one_or_none()
    if user is None:
        return None
    rows = connection.execute(
        select(permissions.c.name, role_grants.c.client)
        .join_from(role_grants, roles, roles.c.id == role_grants.c.role_id)
        .join(permission_grants, permission_grants.c.role_id == roles.c.id)
        .join(permissions, permissions.c.id == permission_grants.c.permission_id)
        .where(
            role_grants.c.user_id == user_id,
            role_grants.c.deleted_at.is_(None),
            roles.c.deleted_at.is_(None),
            permission_grants.c.deleted_at.is_(None),
            permissions.c.deleted_at.is_(None),
        )
    )
    rights = frozenset(Right(name, client) for name, client in rows)
    return Person(user.id, user.username, user.display_name or user.username, user.must_change_password, rights)


def _covers(held: str, wanted: str) -> bool:
    held_resource, _, held_action = held.partition(":")
    resource, _, action = wanted.partition(":")
    return held_resource in ("*", resource) and held_action in ("*", action)
