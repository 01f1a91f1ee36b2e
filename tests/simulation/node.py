"""One replica's machine, whose process may die at any commit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, Engine, event

from precisionpulse_sdk.replica import Kind, Replica
from precisionpulse_sdk.replica.database import _WRITES, reading
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.sync.state import State


class CrashError(Exception):
    """The process dies here."""


@dataclass
class Node:
    """One replica's machine. `ahead_us`: how far its wall clock is ahead; `shown`: own texts that are on its screen."""

    name: str
    engine: Engine
    ahead_us: int = 0
    online: bool = True
    crash_next: bool = False
    replica: Replica = field(init=False)
    gone: dict[UUID, int] = field(default_factory=dict)
    shown: dict[UUID, str] = field(default_factory=dict)
    reverted: set[tuple[UUID, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        event.listen(self.engine, "commit", self._die)

    def states(self) -> list[State]:
        """Every entity, dead or alive."""
        with reading(self.engine) as connection:
            entities = Entities(connection)
            return [state for kind in Kind for state in entities.all(kind)]

    def some(self, wanted: Iterable[tuple[Kind, UUID]]) -> dict[UUID, State | None]:
        """Some of them; None for what is not there."""
        with reading(self.engine) as connection:
            entities = Entities(connection)
            return {id_: entities.state(kind, id_) for kind, id_ in wanted}

    def _die(self, connection: Connection) -> None:
        if self.crash_next and connection.get_execution_options().get(_WRITES):
            raise CrashError(self.name)
