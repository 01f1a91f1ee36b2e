"""Wrong passwords, counted beside the replica by the SDK's rule. This survives a restart, and holds for names that do
not exist just the same."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Column, Connection, Engine, Float, Integer, MetaData, Table, Text, delete, select, text, update
from sqlalchemy.dialects.sqlite import insert

from precisionpulse_sdk.replica import lockout
from precisionpulse_sdk.replica.database import writing
from precisionpulse_sdk.sync.names import MAX_NAME, name_key

_metadata = MetaData()
_failures = Table(
    "failed_logins",
    _metadata,
    Column("name_key", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("last_failed_s", Float, nullable=False),
)
_EARLIER = "login_attempts"  # counted by another rule, in other columns


class Attempts:
    """The count of each name. `now`: s since 1970. Every call is inside a transaction of the caller's that writes."""

    def __init__(self, engine: Engine, now: Callable[[], float]) -> None:
        self._now = now
        with writing(engine) as connection:
            connection.execute(text(f"DROP TABLE IF EXISTS {_EARLIER}"))
            _metadata.create_all(connection)

    def locked_for_s(self, connection: Connection, name: str) -> float:
        """How long `name` stays locked, in s; 0 when it is not. When the clock was set back, as long as after a failure
        of now: neither for ever, nor shorter."""
        key, now = _key(name), self._now()
        row = connection.execute(select(_failures).where(_failures.c.name_key == key)).one_or_none()
        if row is None:
            return 0.0
        if row.last_failed_s > now:
            connection.execute(update(_failures).where(_failures.c.name_key == key).values(last_failed_s=now))
        return lockout.locked_for_s(row.failures, now - row.last_failed_s)

    def count_failure(self, connection: Connection, name: str) -> None:
        """Another wrong password for `name`."""
        now = self._now()
        connection.execute(delete(_failures).where(_failures.c.last_failed_s <= now - lockout.LOCK_S))
        connection.execute(
            insert(_failures)
            .values(name_key=_key(name), failures=1, last_failed_s=now)
            .on_conflict_do_update(
                index_elements=["name_key"], set_={"failures": _failures.c.failures + 1, "last_failed_s": now}
            )
        )

    def forget(self, connection: Connection, name: str) -> None:
        """The password was right."""
        connection.execute(delete(_failures).where(_failures.c.name_key == _key(name)))


def _key(name: str) -> str:
    return name_key(name)[:MAX_NAME]
