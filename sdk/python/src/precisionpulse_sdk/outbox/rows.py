"""Rows of the outbox between Python and SQLite: exact values, and statements that insert many rows in one step."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from math import isnan
from operator import itemgetter
from typing import Any

from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.errors import ValueTypeError
from precisionpulse_sdk.values import INT64_MAX, INT64_MIN

NAN = "nan"
"""SQLite has no NaN and would store NULL, which means something else here."""

Cell = int | float | str | None

_COLUMNS = 5
_NUMBERS = frozenset((int, float))
# One long statement a step instead of one step a row: each step gives up the interpreter's lock, and with a busy thread
# beside it waits up to 5 ms to get it back.
_STATEMENTS = tuple(
    (rows, "INSERT INTO local_buffer (metric_id, captured_us, quality, clock, value) VALUES " + ",".join(
        ["(?,?,?,?,?)"] * rows))
    for rows in (256, 16, 1)
)  # fmt: skip


def cells(rows: Sequence[Row]) -> list[Cell]:
    """The columns after `record_seq` of all `rows`, one after the other, as SQLite keeps them."""
    flat: list[Cell] = [None] * (len(rows) * _COLUMNS)
    if rows:
        _, *columns, values = zip(*rows, strict=True)
        for at, column in enumerate(columns):
            flat[at::_COLUMNS] = column
        flat[_COLUMNS - 1 :: _COLUMNS] = values if _common(values) else map(_cell, values)
    return flat


def captured_us(flat: Sequence[Cell]) -> tuple[int, int]:
    """The earliest and the latest time of capture in what `cells` made of some rows."""
    times: list[Any] = list(flat[1::_COLUMNS])
    return min(times), max(times)


def insert(database: sqlite3.Connection, flat: Sequence[Cell]) -> int:
    """Append what `cells` made; the result is the `record_seq` of the last row, 0 when there was none."""
    at, last = 0, 0
    for rows, statement in _STATEMENTS:
        width = rows * _COLUMNS
        while len(flat) - at >= width:
            last = database.execute(statement, flat[at : at + width]).lastrowid or 0
            at += width
    return last


def read(database: sqlite3.Connection, after: int, up_to: int, limit: int) -> list[Row]:
    """Rows with `after` < record_seq ≤ `up_to`, ascending, at most `limit`."""
    found = database.execute(
        "SELECT record_seq, metric_id, captured_us, quality, clock, value FROM local_buffer "
        "WHERE record_seq > ? AND record_seq <= ? ORDER BY record_seq LIMIT ?",
        (after, up_to, limit),
    ).fetchall()
    if str in map(type, map(itemgetter(_COLUMNS), found)):
        return [row_of(row[0], row[1:]) for row in found]
    return list(map(Row._make, found))


def row_of(record_seq: int, columns: Sequence[Any]) -> Row:
    """A row from its number and the other columns, as SQLite keeps them."""
    metric_id, captured_us, quality, clock, value = columns
    if value.__class__ is str:
        value = float(NAN) if value == NAN else int(value)
    return Row(record_seq, metric_id, captured_us, quality, clock, value)


def _common(values: Sequence[Any]) -> bool:
    """Whether SQLite keeps all values as they are; false also for some that it would."""
    if not _NUMBERS.issuperset(map(type, values)):
        return False
    # The comparisons are false for a NaN that comes first, the sum is NaN for any.
    return bool(min(values) >= INT64_MIN and max(values) <= INT64_MAX and not isnan(sum(values)))


def _cell(value: object) -> Cell:
    if value is None:
        return None
    if isinstance(value, float):
        return float(value) if value == value else NAN
    if isinstance(value, int):
        return int(value) if INT64_MIN <= value <= INT64_MAX else str(int(value))
    raise ValueTypeError(f"{type(value).__name__} is not a stored value: expected int, float or None")
