"""What an outbox holds, counted once when it is opened and kept up to date in memory."""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from precisionpulse_sdk.outbox.gaps import number_unacknowledged


class OutboxStats(NamedTuple):
    """Counts at one moment. `bytes` is the space in use in the file, looked at every few hundred records."""

    depth: int
    bytes: int
    oldest_captured_us: int | None
    first_record_seq: int
    """Number of the record that has waited longest; 0 when none waits."""
    last_record_seq: int
    """Number of the newest record ever stored; 0 when none was."""
    dead_letters: int
    dropped: int
    """Records lost to the bounds or a full disk since the install began."""
    gaps: int
    """Losses that the hub has not acknowledged."""
    epoch: int
    capacity_records: int
    """Most records that the bounds allow."""


def counted(database: sqlite3.Connection, capacity_records: int) -> OutboxStats:
    """The counts, by looking at every table."""
    first, oldest_us = oldest(database)
    last = database.execute("SELECT seq FROM sqlite_sequence WHERE name = 'local_buffer'").fetchone()
    epoch, dropped = database.execute("SELECT epoch, dropped FROM install").fetchone()
    return OutboxStats(
        depth=number_of(database, "local_buffer"),
        bytes=used_bytes(database),
        oldest_captured_us=oldest_us,
        first_record_seq=first,
        last_record_seq=last[0] if last else 0,
        dead_letters=number_of(database, "dead_letters"),
        dropped=dropped,
        gaps=number_unacknowledged(database),
        epoch=epoch,
        capacity_records=capacity_records,
    )


def number_of(database: sqlite3.Connection, table: str) -> int:
    """How many rows a table has; looks at all of them."""
    return int(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


def oldest(database: sqlite3.Connection) -> tuple[int, int | None]:
    """Number and capture time of the record that has waited longest; (0, None) when none waits."""
    row = database.execute("SELECT record_seq, captured_us FROM local_buffer ORDER BY record_seq LIMIT 1").fetchone()
    return (0, None) if row is None else (row[0], row[1])


def used_bytes(database: sqlite3.Connection) -> int:
    """Space in use in the file; what was deleted is used again before the file grows."""
    pages, free, size = (
        database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)
