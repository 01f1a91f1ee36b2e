"""Stated losses: what the hub must be told will never arrive (PP-TD-9)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

MAX_REPORTED = 1000
"""Losses in one report."""

KEPT_ACKNOWLEDGED = 1000
"""Losses that stay in the file for people after the hub has committed them."""

_TOLD, ACKNOWLEDGED = 1, 2


@dataclass(frozen=True, slots=True)
class GapRow:
    """One loss, as `pb.Gap` describes it; `first_seq` and `last_seq` are None when no record had a number yet."""

    gap_seq: int
    first_seq: int | None
    last_seq: int | None
    cause: int
    count: int
    from_us: int
    to_us: int


def note_gap(database: sqlite3.Connection, gap: GapRow) -> int:
    """Inside a transaction, add a loss (its `gap_seq` is ignored); the result is its number.

    A loss that continues the newest one, which nobody has been told yet, makes that one longer: a buffer that overflows
    for a week is one gap, not a million."""
    newest = database.execute(
        "SELECT gap_seq, last_seq, count, from_us, to_us FROM gaps WHERE reported = 0 AND cause = ? "
        "AND gap_seq = (SELECT max(gap_seq) FROM gaps)",
        (gap.cause,),
    ).fetchone()
    if newest is not None:
        number, last_seq, count, from_us, to_us = newest
        if (last_seq is None and gap.first_seq is None) or (last_seq is not None and gap.first_seq == last_seq + 1):
            database.execute(
                "UPDATE gaps SET last_seq = ?, count = ?, from_us = ?, to_us = ? WHERE gap_seq = ?",
                (gap.last_seq, count + gap.count, min(from_us, gap.from_us), max(to_us, gap.to_us), number),
            )
            return int(number)
    made = database.execute(
        "INSERT INTO gaps (first_seq, last_seq, cause, count, from_us, to_us) VALUES (?, ?, ?, ?, ?, ?)",
        (gap.first_seq, gap.last_seq, gap.cause, gap.count, gap.from_us, gap.to_us),
    )
    return made.lastrowid or 0


def unacknowledged(database: sqlite3.Connection) -> list[GapRow]:
    """Inside a transaction, the oldest losses, at most as many as one report carries; from now on none is made
    longer."""
    database.execute("UPDATE gaps SET reported = ? WHERE reported < ?", (_TOLD, _TOLD))
    rows = database.execute(
        "SELECT gap_seq, first_seq, last_seq, cause, count, from_us, to_us FROM gaps WHERE reported < ? "
        "ORDER BY gap_seq LIMIT ?",
        (ACKNOWLEDGED, MAX_REPORTED),
    )
    return [GapRow(*row) for row in rows]


def acknowledge(database: sqlite3.Connection, gap_seqs: Iterable[int]) -> None:
    """Inside a transaction, the hub has committed these: only the newest stay, for people."""
    settled = [(ACKNOWLEDGED, number) for number in gap_seqs]
    database.executemany("UPDATE gaps SET reported = ? WHERE gap_seq = ?", settled)
    database.execute(
        "DELETE FROM gaps WHERE gap_seq <= "
        "(SELECT gap_seq FROM gaps WHERE reported = ? ORDER BY gap_seq DESC LIMIT 1 OFFSET ?) AND reported = ?",
        (ACKNOWLEDGED, KEPT_ACKNOWLEDGED, ACKNOWLEDGED),
    )


def number_unacknowledged(database: sqlite3.Connection) -> int:
    """How many losses the hub has not committed."""
    counted = database.execute("SELECT count(*) FROM gaps WHERE reported < ?", (ACKNOWLEDGED,)).fetchone()
    return int(counted[0])
