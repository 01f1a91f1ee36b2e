"""The record of contact: when each client came and went, and how. What names the cause of a hole in its data."""

from __future__ import annotations

import logging
import queue
import threading
from typing import NamedTuple

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

_log = logging.getLogger(__name__)

_RETRY_S = 1.0
_MOST_WAITING = 100_000

# Every web worker judges for itself: the second to write the same change writes nothing.
_NOTE = """
INSERT INTO contacts (client, at_us, connected, reason)
SELECT :client, greatest(:at_us, coalesce(last.at_us + 1, :at_us)), :connected, :reason
FROM (SELECT 1) one
LEFT JOIN LATERAL (
    SELECT at_us, connected FROM contacts WHERE client = :client ORDER BY at_us DESC LIMIT 1
) last ON true
WHERE last.connected IS DISTINCT FROM :connected
"""
_ABSENCES = """
SELECT away.at_us AS from_us, back.at_us AS to_us, away.reason
FROM contacts away
LEFT JOIN LATERAL (
    SELECT min(at_us) AS at_us FROM contacts WHERE client = away.client AND at_us > away.at_us AND connected
) back ON true
WHERE away.client = :client AND NOT away.connected
  AND away.at_us <= :to_us AND (back.at_us IS NULL OR back.at_us >= :from_us)
ORDER BY away.at_us LIMIT 1000
"""


class Change(NamedTuple):
    """A client's contact is judged otherwise from `at_us` (µs since 1970 on the hub's clock) on."""

    client: str
    at_us: int
    connected: bool
    reason: str


class ContactLog:
    """Writes changes on a thread of its own: the live path never waits for the database. While that is away, changes
    wait; beyond a hundred thousand the newest are dropped."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: queue.Queue[Change | None] = queue.Queue(_MOST_WAITING)
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="contact-log", daemon=True)

    def start(self) -> None:
        """Begin to write. Returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Write what waits, if the database takes it, and stop."""
        self._closing.set()
        self._waiting.put(None)
        self._thread.join(5)

    def note(self, change: Change) -> None:
        """Have `change` written soon."""
        try:
            self._waiting.put_nowait(change)
        except queue.Full:
            _log.warning("client %s: a change of contact is not recorded: too many wait", change.client)

    def _run(self) -> None:
        while (change := self._waiting.get()) is not None:
            while not self._write(change):
                if self._closing.wait(_RETRY_S):
                    return

    def _write(self, change: Change) -> bool:
        try:
            with self._engine.begin() as connection:
                connection.execute(text(_NOTE), change._asdict())
        except IntegrityError:
            return True  # Another worker wrote it at the same moment, or the client is not enrolled any more.
        except SQLAlchemyError as error:
            _log.warning("contact can't be recorded now: %s", str(error).partition("\n")[0])
            return False
        return True


def absences(connection: Connection, client: str, from_us: int, to_us: int) -> list[dict[str, object]]:
    """The spells without contact that touch the window, oldest first; `to_us` is None while one lasts."""
    rows = connection.execute(text(_ABSENCES), {"client": client, "from_us": from_us, "to_us": to_us}).mappings()
    return [
        {
            "from_us": str(row["from_us"]),
            "to_us": None if row["to_us"] is None else str(row["to_us"]),
            "reason": row["reason"],
        }
        for row in rows
    ]
