"""The entities of one transaction: read, written, and asked about by the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Connection, delete, insert, select, update

from precisionpulse_sdk.replica import rows
from precisionpulse_sdk.replica.access import rights_of
from precisionpulse_sdk.replica.tables import ENTITIES, permission_grants, permissions, role_grants
from precisionpulse_sdk.sync.fields import NAME
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.names import name_key
from precisionpulse_sdk.sync.rights import Right
from precisionpulse_sdk.sync.state import State


class Entities:
    """All entities as they look in a transaction; a `World` for the rules."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def state(self, kind: Kind, id_: UUID) -> State | None:
        """An entity, dead or alive."""
        table = ENTITIES[kind]
        row = self._connection.execute(select(table).where(table.c.id == id_)).mappings().one_or_none()
        return rows.from_row(kind, dict(row)) if row is not None else None

    def all(self, kind: Kind) -> Iterable[State]:
        """Every entity of a kind, dead or alive, by id."""
        table = ENTITIES[kind]
        for row in self._connection.execute(select(table).order_by(table.c.id)).mappings():
            yield rows.from_row(kind, dict(row))

    def store(self, state: State, *, exists: bool) -> None:
        """Write an entity. `exists`: whether there is a row of it."""
        table, row = ENTITIES[state.kind], rows.to_row(state)
        if exists:
            self._connection.execute(update(table).where(table.c.id == state.id).values(row))
        else:
            self._connection.execute(insert(table).values(row))

    def remove(self, kind: Kind, id_: UUID) -> None:
        """Forget an entity: there never was one."""
        table = ENTITIES[kind]
        self._connection.execute(delete(table).where(table.c.id == id_))

    def replace(self, kind: Kind, states: Sequence[State]) -> None:
        """Let these be all entities of a kind."""
        table = ENTITIES[kind]
        self._connection.execute(delete(table))
        if states:
            self._connection.execute(insert(table), [rows.to_row(state) for state in states])

    def ids(self, kind: Kind) -> frozenset[UUID]:
        """The ids of all entities of a kind."""
        return frozenset(self._connection.scalars(select(ENTITIES[kind].c.id)))

    def named(self, kind: Kind, name: str, *, but: UUID) -> list[State]:
        """Who has that name and lives, without `but`."""
        table = ENTITIES[kind]
        found = self._connection.execute(
            select(table).where(table.c.name_key == name_key(name), table.c.deleted_at.is_(None), table.c.id != but)
        ).mappings()
        return [rows.from_row(kind, dict(row)) for row in found]

    def depending(self, kind: Kind, id_: UUID) -> list[State]:
        """The living grants that end with an entity."""
        ends = {
            Kind.USER: ((Kind.ROLE_GRANT, role_grants.c.user_id),),
            Kind.ROLE: ((Kind.ROLE_GRANT, role_grants.c.role_id), (Kind.PERMISSION_GRANT, permission_grants.c.role_id)),
            Kind.PERMISSION: ((Kind.PERMISSION_GRANT, permission_grants.c.permission_id),),
        }
        found = []
        for grant, column in ends.get(kind, ()):
            table = ENTITIES[grant]
            query = select(table).where(column == id_, table.c.deleted_at.is_(None)).order_by(table.c.id)
            found += [rows.from_row(grant, dict(row)) for row in self._connection.execute(query).mappings()]
        return found

    def user_rights(self, user_id: UUID) -> Iterable[Right]:
        """As `World.user_rights`."""
        return rights_of(self._connection, user_id)

    def role_permissions(self, role_id: UUID) -> Iterable[str]:
        """As `World.role_permissions`."""
        return list(
            self._connection.scalars(
                select(permissions.c.name)
                .join_from(permission_grants, permissions, permissions.c.id == permission_grants.c.permission_id)
                .where(
                    permission_grants.c.role_id == role_id,
                    permission_grants.c.deleted_at.is_(None),
                    permissions.c.deleted_at.is_(None),
                )
            )
        )

    def label(self, state: State | None) -> str:
        """What people call an entity."""
        if state is None or not state.lives:
            return ""
        values = state.values
        if state.kind in NAME or state.kind is Kind.PERMISSION:
            return str(values[NAME.get(state.kind, "name")])
        if state.kind is Kind.CONFIG_VALUE:
            return f"{values['key']} @ {values['client']}" if values["client"] else str(values["key"])
        if state.kind is Kind.ROLE_GRANT:
            ends = (Kind.USER, values["user_id"]), (Kind.ROLE, values["role_id"])
        else:
            ends = (Kind.ROLE, values["role_id"]), (Kind.PERMISSION, values["permission_id"])
        names = [self.label(self.state(kind, id_)) or str(id_) for kind, id_ in ends]  # type: ignore[arg-type]
        scope = f" @ {values['client']}" if values.get("client") else ""
        return " → ".join(names) + scope
