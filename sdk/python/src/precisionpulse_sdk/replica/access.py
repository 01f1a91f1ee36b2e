"""Who may do what, read from a replica's tables."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from precisionpulse_sdk.sync.rights import Person, Right, may, visible

__all__ = ["Path", "Person", "Right", "explain", "load_person", "may", "visible"]


@dataclass(frozen=True, slots=True)
class Path:
    """One way by which a user has a permission: the role, for which client ("" for all), and the permission that
    covers the one asked for."""

    role_id: UUID
    role: str
    client: str
    permission: str


def load_person(connection: Connection, user_id: UUID) -> Person | None:
    """The user with present rights, or None when there is no such enabled user."""
    raise NotImplementedError


def explain(connection: Connection, user_id: UUID, permission: str, client: str = "") -> tuple[Path, ...]:
    """Why the user may do `permission`: every path, user → role → permission; none when the user may not."""
    raise NotImplementedError
