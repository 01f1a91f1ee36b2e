"""Monthly partitions of readings and segments, made before they are needed. What falls outside lies in the default
partition."""

from __future__ import annotations

import datetime as dt
import logging

import psycopg
from psycopg import sql

_log = logging.getLogger(__name__)

_MONTHS_BACK, _MONTHS_AHEAD = 1, 2


def ensure_partitions(conninfo: str, today: dt.date) -> None:
    """Make the partitions from the month before `today` to two months after it, those that do not exist."""
    with psycopg.connect(conninfo, autocommit=True, connect_timeout=5) as connection:
        for offset in range(-_MONTHS_BACK, _MONTHS_AHEAD + 1):
            for table in ("readings", "segments"):
                _ensure(connection, table, _month(today, offset), _month(today, offset + 1))


def _ensure(connection: psycopg.Connection, table: str, first: dt.date, after: dt.date) -> None:
    name = f"{table}_{first:%Y_%m}"
    if connection.execute("SELECT to_regclass(%s)", (name,)).fetchone() != (None,):
        return
    statement = sql.SQL("CREATE TABLE IF NOT EXISTS {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})").format(
        sql.Identifier(name),
        sql.Identifier(table),
        sql.Literal(f"{first} 00:00:00+00"),
        sql.Literal(f"{after} 00:00:00+00"),
    )
    try:
        connection.execute(statement)
    except psycopg.errors.CheckViolation:
        _log.warning("partition %s can't be made: the default partition holds samples of that month", name)
    except psycopg.errors.DuplicateTable:
        _log.debug("partition %s was made by another program", name)


def _month(day: dt.date, offset: int) -> dt.date:
    years, month = divmod(day.month - 1 + offset, 12)
    return dt.date(day.year + years, month + 1, 1)
