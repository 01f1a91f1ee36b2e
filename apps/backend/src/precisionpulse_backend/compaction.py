"""Compaction: rows of `readings` become segments, so many at a time in one statement, so that whoever reads sees every
sample once, before as after."""

from __future__ import annotations

import logging
import threading
import time

import psycopg
from psycopg import sql

_log = logging.getLogger(__name__)

_EVERY_S = 600.0
"""Pause between compactions: a metric of one sample a second gets segments of 600."""
_MANY_ROWS = 500_000
"""So many rows are compacted at once, whenever the last time was: a chart has to look through all of them."""
_BLOCKS_AT_ONCE = 16_384
"""Blocks of 8 KiB, some 1.5 million rows, that one transaction moves."""
_LOCK = 0x70705F636F6D7061
"""The advisory lock of the one compactor that works."""

_PARTITIONS = """
SELECT relid::regclass::text, pg_relation_size(relid) / current_setting('block_size')::int AS blocks
FROM pg_partition_tree('readings') WHERE isleaf
"""
_ROWS = """
SELECT coalesce(sum(s.n_live_tup), 0)::bigint
FROM pg_partition_tree('readings') p JOIN pg_stat_user_tables s ON s.relid = p.relid
"""
# One group becomes one segment: a metric's samples of half an hour (less than 2^31 µs), 4,096 at most.
_MOVE = """
WITH moved AS (
    DELETE FROM {partition} WHERE ctid >= {first} AND ctid < {after} RETURNING *
), exact AS (
    SELECT r.*, date_bin('30 minutes', r.captured_at, '2000-01-01 00:00:00+00') AS bin, r.record_seq >> 30 AS stretch,
           CASE WHEN r.value_decimal IS NULL THEN r.value_int
                WHEN r.value_decimal * m.unit BETWEEN -9223372036854775808 AND 9223372036854775807
                THEN (r.value_decimal * m.unit)::bigint END AS whole
    FROM moved r LEFT JOIN (SELECT key, ('1e' || scale)::numeric AS unit FROM metrics) m ON m.key = r.metric_key
), placed AS (
    SELECT e.*, row_number() OVER run - 1 AS place,
           captured_at - lag(captured_at) OVER run AS time_step, record_seq - lag(record_seq) OVER run AS seq_step
    FROM exact e WINDOW run AS (PARTITION BY metric_key, replayed, bin, stretch ORDER BY record_seq)
), based AS (
    SELECT p.*, place / 4096 AS part, min(captured_at) OVER part AS from_at, min(record_seq) OVER part AS first_seq
    FROM placed p WINDOW part AS (PARTITION BY metric_key, replayed, bin, stretch, place / 4096)
), parts AS (
    SELECT from_at, max(captured_at) AS to_at, first_seq, metric_key, count(*) AS count, replayed,
           min(time_step) FILTER (WHERE place % 4096 > 0) AS time_step,
           max(time_step) FILTER (WHERE place % 4096 > 0) AS longest_time_step,
           min(seq_step) FILTER (WHERE place % 4096 > 0) AS seq_step,
           max(seq_step) FILTER (WHERE place % 4096 > 0) AS longest_seq_step,
           array_agg(round(date_part('epoch', captured_at - from_at) * 1e6)::integer ORDER BY record_seq) AS times,
           array_agg((record_seq - first_seq)::integer ORDER BY record_seq) AS seqs,
           array_agg(quality ORDER BY record_seq) AS qualities, bool_and(quality = 1) AS live,
           array_agg(whole ORDER BY record_seq) AS wholes, least(min(whole), -1 - max(whole), -1) AS least_whole,
           array_agg(value_double ORDER BY record_seq) AS doubles, count(value_double) > 0 AS double,
           array_agg(value_decimal ORDER BY record_seq) AS decimals,
           bool_or(value_decimal IS NOT NULL AND whole IS NULL) AS wide
    FROM based GROUP BY metric_key, replayed, bin, stretch, part, from_at, first_seq
), steps AS (
    SELECT *,
           count = 1 OR time_step = longest_time_step AND time_step >= interval '0' AS even_times,
           count = 1 OR seq_step = longest_seq_step AS even_seqs,
           NOT double AND NOT wide AS whole
    FROM parts
)
INSERT INTO segments (from_at, to_at, first_seq, metric_key, count, replayed, time_step, seq_step, times, seqs,
                      qualities, shorts, ints, longs, doubles, decimals)
SELECT from_at, to_at, first_seq, metric_key, count, replayed,
       CASE WHEN even_times THEN coalesce(round(date_part('epoch', time_step) * 1e6)::integer, 0) END,
       CASE WHEN even_seqs THEN coalesce(seq_step::integer, 0) END,
       CASE WHEN NOT even_times THEN times END,
       CASE WHEN NOT even_seqs THEN seqs END,
       CASE WHEN NOT live THEN qualities END,
       CASE WHEN whole AND least_whole >= -32768 THEN wholes::smallint[] END,
       CASE WHEN whole AND least_whole >= -2147483648 AND least_whole < -32768 THEN wholes::integer[] END,
       CASE WHEN whole AND least_whole < -2147483648 THEN wholes END,
       CASE WHEN double THEN doubles END,
       CASE WHEN wide THEN decimals END
FROM steps
"""


class Compactor:
    """Compacts when it is time to. Any number may exist, in any number of programs: one of them works, and another
    takes its place when it is gone. Not thread-safe, but for `cancel`."""

    def __init__(self, conninfo: str, *, stopping: threading.Event) -> None:
        self._conninfo = conninfo
        self._stopping = stopping
        self._connection: psycopg.Connection | None = None
        self._last_s = float("-inf")

    def compact_when_due(self) -> int:
        """Compact when the last time was long ago or there are many rows; how many segments that made.

        Raises `psycopg.Error`."""
        connection = self._working_connection()
        if connection is None:
            return 0
        (rows,) = connection.execute(_ROWS).fetchone() or (0,)
        if rows < _MANY_ROWS and time.monotonic() - self._last_s < _EVERY_S:
            return 0
        self._last_s = time.monotonic()
        return self._compact(connection)

    def compact(self) -> int:
        """Compact all rows now, unless another compactor works; how many segments that made.

        Raises `psycopg.Error`."""
        connection = self._working_connection()
        return 0 if connection is None else self._compact(connection)

    def cancel(self) -> None:
        """End the statement under way: its rows stay rows. Thread-safe."""
        connection = self._connection
        if connection is not None and not connection.closed:
            connection.cancel_safe(timeout=2)

    def close(self) -> None:
        """Let another compactor work."""
        if self._connection is not None:
            self._connection.close()

    def _compact(self, connection: psycopg.Connection) -> int:
        made = 0
        for partition, blocks in connection.execute(_PARTITIONS).fetchall():
            for first in range(0, blocks, _BLOCKS_AT_ONCE):
                if self._stopping.is_set():
                    return made
                statement = sql.SQL(_MOVE).format(
                    partition=sql.SQL(partition),
                    first=sql.Literal(f"({first},0)"),
                    after=sql.Literal(f"({first + _BLOCKS_AT_ONCE},0)"),
                )
                made += connection.execute(statement).rowcount
        if made:
            _log.info("compacted: %d segments were made", made)
        return made

    def _working_connection(self) -> psycopg.Connection | None:
        """A connection that holds the lock, or None while another's does."""
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._conninfo, autocommit=True, connect_timeout=5, options="-c work_mem=64MB"
            )
        locked = self._connection.execute("SELECT pg_try_advisory_lock(%s)", (_LOCK,)).fetchone()
        if locked == (True,):
            return self._connection
        self._connection.close()
        return None
