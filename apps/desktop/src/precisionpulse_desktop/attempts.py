"""Wrong passwords, counted beside the replica: after a few a name is locked, for twice as long each time. This survives
a restart, and holds for names that do not exist just the same."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Column, Connection, Engine, Float, Integer, MetaData, Table, Text, delete, select, update
from sqlalchemy.dialects.sqlite import insert

from precisionpulse_desktop.errors import LockedError
from precisionpulse_sdk.replica.database import writing
from precisionpulse_sdk.sync.names import name_key

FREE_TRIES = 5
FIRST_LOCK_S = 30
LONGEST_LOCK_S = 900

_metadata = MetaData()
_attempts = Table(
    "login_attempts",
    _metadata,
    Column("name_key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Float, nullable=False),
)


class Attempts:
    """The count of each name. `now`: s since 1970. Every call is inside a transaction of the caller's."""

    def __init__(self, engine: Engine, now: Callable[[], float]) -> None:
        self._now = now
        with writing(engine) as connection:
            _metadata.create_all(connection)

    def refuse_locked(self, connection: Connection, name: str) -> None:
        """Raise `LockedError` while `name` is locked."""
        until = connection.scalar(select(_attempts.c.locked_until).where(_attempts.c.name_key == name_key(name)[:64]))
        # A clock that was set back must not lock anybody out for longer than the longest lock.
        left = min((until or 0.0) - self._now(), LONGEST_LOCK_S)
        if left > 0:
            raise LockedError(max(1, round(left)))

    def count_failure(self, connection: Connection, name: str) -> None:
        """Another wrong password for `name`."""
        key = name_key(name)[:64]
        failures = connection.scalar(
            insert(_attempts)
            .values(name_key=key, failures=1, locked_until=0)
            .on_conflict_do_update(index_elements=["name_key"], set_={"failures": _attempts.c.failures + 1})
            .returning(_attempts.c.failures)
        )
        if failures is not None and failures >= FREE_TRIES:
            lock_s = min(FIRST_LOCK_S * 2 ** min(failures - FREE_TRIES, 16), LONGEST_LOCK_S)
            until = self._now() + lock_s
            connection.execute(update(_attempts).where(_attempts.c.name_key == key).values(locked_until=until))

    def forget(self, connection: Connection, name: str) -> None:
        """The password was right."""
        connection.execute(delete(_attempts).where(_attempts.c.name_key == name_key(name)[:64]))
