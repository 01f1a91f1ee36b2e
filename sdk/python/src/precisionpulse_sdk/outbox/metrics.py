"""The metrics that an install ever had: numbers that are never reused, so that every stored record stays readable."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path
from typing import NamedTuple

from precisionpulse_sdk.outbox.file import storage_error


class MetricRow(NamedTuple):
    """One row of `metrics`, as `pb.Metric` describes it; `type` is a number of `pb.ValueType`."""

    id: int
    name: str
    type: int
    unit: str
    scale: int
    description: str
    interval_ms: int
    retired: bool


def declared(database: sqlite3.Connection) -> list[MetricRow]:
    """Every metric, by ascending id."""
    rows = database.execute(
        "SELECT id, name, type, unit, scale, description, interval_ms, retired FROM metrics ORDER BY id"
    )
    return [MetricRow._make(row)._replace(retired=bool(row[-1])) for row in rows]


def read_metrics(path: Path) -> list[MetricRow]:
    """The metrics of an outbox that may be open elsewhere, or not exist: then there are none."""
    if not path.exists():
        return []
    with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        try:
            return declared(database)
        except sqlite3.Error as error:
            raise storage_error(error, path) from error


def declare(database: sqlite3.Connection, wanted: MetricRow) -> MetricRow:
    """Inside a transaction, make the metric in use under `wanted.name` be what is wanted; `wanted.id` is ignored."""
    found = database.execute(
        "SELECT id, type, scale, unit, description, interval_ms FROM metrics WHERE name = ? AND retired = 0",
        (wanted.name,),
    ).fetchone()
    about = (wanted.unit, wanted.description, wanted.interval_ms)
    if found is not None and found[1:3] == (wanted.type, wanted.scale):
        if found[3:] != about:
            database.execute(
                "UPDATE metrics SET unit = ?, description = ?, interval_ms = ? WHERE id = ?", (*about, found[0])
            )
        return wanted._replace(id=found[0])
    if found is not None:
        database.execute("UPDATE metrics SET retired = 1 WHERE id = ?", (found[0],))
    made = database.execute(
        "INSERT INTO metrics (name, type, scale, unit, description, interval_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (wanted.name, wanted.type, wanted.scale, *about),
    )
    return wanted._replace(id=made.lastrowid or 0)
