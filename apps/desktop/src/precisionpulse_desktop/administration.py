"""Users, roles, permissions and configuration of the site, read from and edited in this desktop's replica: with or
without a network, since edits wait for the hub (C3). Knows no Qt; not for the GUI thread when a site is large."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from precisionpulse_sdk.replica import Edit, EditOutcome, Replica, directory
from precisionpulse_sdk.replica.access import Path, explain
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.directory import Permission, Role, RoleName, User
from precisionpulse_sdk.sync.edit import give_permission, give_role, take_permission, take_role


@dataclass(frozen=True, slots=True)
class Grant:
    """A user's role, for one client or, when `client` is empty, for all."""

    user_id: UUID
    role_id: UUID
    client: str


class Administration:
    """Reads and edits of `replica`. Thread-safe. Everything raises `StorageError` when the file can't be used."""

    def __init__(self, replica: Replica) -> None:
        self.replica = replica

    def edit(self, edits: Sequence[Edit], actor: UUID) -> EditOutcome:
        """Make all edits as `actor`, or none; they show at once and wait for the hub. Raises a `ChangeRefusedError`."""
        return self.replica.edit(edits, actor=actor, address=self.replica.node)

    def users(self) -> tuple[User, ...]:
        """Everybody, by name."""
        waiting = self._waiting()
        with reading(self.replica.engine) as connection:
            return directory.find_users(connection, waiting=waiting).users

    def roles(self) -> list[Role]:
        """Every role, by name."""
        waiting = self._waiting()
        with reading(self.replica.engine) as connection:
            return directory.list_roles(connection, waiting=waiting)

    def role_names(self) -> list[RoleName]:
        """Every role, by name, without what it holds and who has it: quick, however many people there are."""
        with reading(self.replica.engine) as connection:
            return directory.role_names(connection)

    def members(self, role_id: UUID) -> frozenset[Grant]:
        """Who has a role."""
        with reading(self.replica.engine) as connection:
            found = directory.find_members(connection, role_id).members
        return frozenset(Grant(member.user_id, role_id, member.client) for member in found)

    def permissions(self) -> list[Permission]:
        """Every permission, by name."""
        waiting = self._waiting()
        with reading(self.replica.engine) as connection:
            return directory.list_permissions(connection, waiting=waiting)

    def why(self, user_id: UUID, permission: str, client: str = "") -> tuple[Path, ...]:
        """Every way by which the user may do `permission`; none when the user may not."""
        with reading(self.replica.engine) as connection:
            return explain(connection, user_id, permission, client)

    def _waiting(self) -> frozenset[UUID]:
        changed = {entity_id for _, entity_id in self.replica.waiting()}
        with reading(self.replica.engine) as connection:
            return directory.waiting_entities(connection, changed)


def grants_of(user: User) -> frozenset[Grant]:
    """The roles that a user has."""
    return frozenset(Grant(user.id, held.role_id, held.client) for held in user.roles)


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
