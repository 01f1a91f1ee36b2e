"""One writing transaction of a replica: its place, its clock, its entities, and what it has to tell afterwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection, select, update

from precisionpulse_sdk.moments import from_us
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.replica.tables import replica_state
from precisionpulse_sdk.sync import clock
from precisionpulse_sdk.sync.clock import HybridTime
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.settings import Settings


@dataclass(frozen=True, slots=True)
class Place:
    """Where a replica stands: the row of `replica_state`."""

    clock: HybridTime
    clock_seen: HybridTime
    cursor: int
    horizon: int
    valid_until_us: int | None
    accounts_withheld: bool


@dataclass
class Transaction:
    """Writes go through here one transaction at a time, so that the cursor has no gaps and follows the commits."""

    connection: Connection
    node: str
    wall_us: int
    settings: Settings
    place: Place
    entities: Entities
    clock: HybridTime
    clock_seen: HybridTime
    cursor: int
    horizon: int
    valid_until_us: int | None
    accounts_withheld: bool
    changed: set[tuple[Kind, UUID]] = field(default_factory=set)
    refused: int = 0
    conflicts: int = 0

    @classmethod
    def begin(cls, connection: Connection, node: str, wall_us: int, settings: Settings) -> Transaction:
        """Take the replica's lock, which the transaction's end gives back."""
        place = read_place(connection, lock=True)
        return cls(
            connection,
            node,
            wall_us,
            settings,
            place,
            Entities(connection),
            place.clock,
            place.clock_seen,
            place.cursor,
            place.horizon,
            place.valid_until_us,
            place.accounts_withheld,
        )

    def tick(self) -> HybridTime:
        """The time of an event here and now."""
        self.clock = clock.tick(self.clock, self.node, self.wall_us)
        return self.clock

    def observe(self, at: HybridTime) -> None:
        """Whatever happens here from now on is later than `at`."""
        self.clock = max(self.clock, at)

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """What happens inside is undone when it raises; the transaction goes on."""
        cursor, conflicts, changed = self.cursor, self.conflicts, set(self.changed)
        try:
            with self.connection.begin_nested():
                yield
        except BaseException:
            self.cursor, self.conflicts, self.changed = cursor, conflicts, changed
            raise

    @property
    def now(self) -> dt.datetime:
        """The time on the wall clock."""
        return from_us(self.wall_us)

    def end(self) -> None:
        """Write down where the replica stands."""
        place = Place(
            self.clock, self.clock_seen, self.cursor, self.horizon, self.valid_until_us, self.accounts_withheld
        )
        if place != self.place:
            self.connection.execute(
                update(replica_state).values(
                    clock=place.clock,
                    clock_seen=place.clock_seen,
                    cursor=place.cursor,
                    horizon=place.horizon,
                    valid_until_us=place.valid_until_us,
                    accounts_withheld=place.accounts_withheld,
                )
            )


def read_place(connection: Connection, *, lock: bool = False) -> Place:
    """Where the replica stands."""
    query = select(
        replica_state.c.clock,
        replica_state.c.clock_seen,
        replica_state.c.cursor,
        replica_state.c.horizon,
        replica_state.c.valid_until_us,
        replica_state.c.accounts_withheld,
    )
    return Place(*connection.execute(query.with_for_update() if lock else query).one())
