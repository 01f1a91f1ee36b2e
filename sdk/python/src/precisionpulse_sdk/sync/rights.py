"""Who may do what: the one decision that REST, sockets, commands, sync and both UIs ask (X4)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

EVERYTHING = "*:*"
"""The permission that makes an administrator, when it holds for all clients."""


@dataclass(frozen=True, slots=True)
class Right:
    """A permission (`resource:action`, either part may be `*`), for one client or, when `client` is empty, for all."""

    permission: str
    client: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A user who may log in, with the rights that all roles give."""

    id: UUID
    username: str
    display_name: str
    must_change_password: bool
    rights: frozenset[Right]


def may(person: Person, permission: str, client: str = "") -> bool:
    """Whether `person` holds `permission`: for `client`, or for all clients when `client` is empty. A `permission` with
    a wildcard is held only by who holds all that it stands for."""
    return any(covers(right, Right(permission, client)) for right in person.rights)


def visible(person: Person, permission: str, clients: Iterable[str]) -> list[str]:
    """Those of `clients` for which `person` holds `permission`, in their order."""
    return [client for client in clients if may(person, permission, client)]


def covers(held: Right, wanted: Right) -> bool:
    """Whether who holds `held` holds `wanted`."""
    held_resource, _, held_action = held.permission.partition(":")
    resource, _, action = wanted.permission.partition(":")
    return held_resource in ("*", resource) and held_action in ("*", action) and held.client in ("", wanted.client)
