"""One commit: many deliveries of many clients become rows in one transaction, each record once (PP-TD-6)."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from precisionpulse_backend import copy_rows, segment_reader, segments
from precisionpulse_backend.catalogues import InstallKeys, MetricKey
from precisionpulse_backend.copy_rows import ColumnRows
from precisionpulse_backend.segments import ColumnArrays
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.hub import BatchDelivery, CommitOutcome, GapDelivery
from precisionpulse_sdk.ranges import Range, RangeSet, ranges_of
from precisionpulse_sdk.values import INT64_MAX, decimal_of

_log = logging.getLogger(__name__)

_LOCK = """
SELECT key, have, lost, duplicates, last_record_seq FROM installs WHERE key = ANY(%s) ORDER BY key FOR UPDATE
"""
_UPDATE = """
UPDATE installs i SET have = u.have::int8multirange, lost = u.lost::int8multirange, duplicates = u.duplicates,
    last_record_seq = greatest(i.last_record_seq, u.last_record_seq),
    newest_us = greatest(i.newest_us, u.newest_us)
FROM unnest(%s::int[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::bigint[])
    AS u(key, have, lost, duplicates, last_record_seq, newest_us)
WHERE i.key = u.key
"""
_GAP = """
INSERT INTO gaps (install_key, gap_seq, first_seq, last_seq, cause, count, from_us, to_us)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""
_FROM = "coalesce('epoch'::timestamptz + %(from_us)s * interval '1 microsecond', '-infinity')"
_TO = "coalesce('epoch'::timestamptz + %(to_us)s * interval '1 microsecond', 'infinity')"
_STORED_ROWS = f"""
SELECT record_seq, metric_key, timestamptz_send(captured_at), value_int, value_double, value_decimal, quality
FROM readings
WHERE metric_key = ANY(%(metric_keys)s) AND record_seq = ANY(%(seqs)s) AND captured_at BETWEEN {_FROM} AND {_TO}
"""
# Of all that was measured in half an hour, only what has these records: the rest would take seconds to take apart.
_STORED_SEGMENTS = f"""
{segment_reader.SELECT}
WHERE s.metric_key = ANY(%(metric_keys)s)
  AND s.from_at BETWEEN {_FROM} - interval '{segments.MAX_SPAN_US} microseconds' AND {_TO} AND s.to_at >= {_FROM}
  AND s.first_seq <= %(last)s
  AND s.first_seq + coalesce(s.seqs[s.count], (s.count - 1) * s.seq_step::bigint) >= %(first)s
"""
_COPY_ROWS = f"COPY readings ({copy_rows.COLUMNS}) FROM STDIN (FORMAT BINARY)"
_COPY_SEGMENTS = f"COPY segments ({segments.COLUMNS}) FROM STDIN (FORMAT BINARY)"

_AHEAD_US = 86_400_000_000
"""A capture time further ahead of the hub's clock is a wrong clock's, and says nothing about what is newest."""

_ROUNDING_US = 1_000_000
"""PostgreSQL multiplies intervals in floating point: a bound on times so far out is inexact by up to a millisecond."""

Content = tuple[int, int, str, int]
"""What makes two readings the same one: metric key, time, value as text (NaN is not equal to itself), quality."""


@dataclass
class _Install:
    have: RangeSet
    lost: RangeSet
    duplicates: int
    last_record_seq: int
    newest_us: int | None = None

    def see(self, times_us: Iterable[int], newest: int, latest_us: int) -> None:
        if newest > latest_us:
            newest = max((int(at) for at in times_us if at <= latest_us), default=copy_rows.EARLIEST_US)
        if newest > copy_rows.EARLIEST_US and (self.newest_us is None or newest > self.newest_us):
            self.newest_us = newest

    def outcome(
        self, committed: Iterable[Range] = (), nacks: Sequence[pb.Nack] = (), gap_seqs: Sequence[int] = ()
    ) -> CommitOutcome:
        accounted = RangeSet([*self.have, *self.lost]) if self.lost else self.have
        return CommitOutcome(
            tuple(committed),
            tuple(nacks),
            tuple(gap_seqs),
            accounted.complete_to,
            accounted.last - accounted.count,
            self.duplicates,
            self.lost.count,
        )


@dataclass
class Commit:
    """The work inside one transaction; used once. `keys`: those of all installs that occur, by (client, install id)."""

    connection: psycopg.Connection
    keys: dict[tuple[str, bytes], InstallKeys]
    _rows: list[bytes] = field(default_factory=list)
    _segments: list[bytes] = field(default_factory=list)
    _installs: dict[int, _Install] = field(default_factory=dict)

    def run(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> list[CommitOutcome]:
        """Store the deliveries in their order; one outcome each."""
        self._lock()
        outcomes = [
            self._batch(delivery) if isinstance(delivery, BatchDelivery) else self._gaps(delivery)
            for delivery in deliveries
        ]
        self._copy()
        self._update()
        return outcomes

    def _lock(self) -> None:
        wanted = sorted({install.key for install in self.keys.values()})
        for key, have, lost, duplicates, last in self.connection.execute(_LOCK, (wanted,)):
            self._installs[key] = _Install(_range_set(have), _range_set(lost), duplicates, last)

    def _batch(self, delivery: BatchDelivery) -> CommitOutcome:
        keys = self.keys[delivery.client, delivery.install_id]
        install = self._installs[keys.key]
        fresh = not any(install.have.missing(*piece) != (piece,) for piece in delivery.ranges)
        refusals: list[pb.Nack] = []
        refused = RangeSet()
        repeated: dict[int, Content] = {}
        metrics = {metric.id: metric for metric in delivery.catalogue.metrics}
        for column in delivery.batch.columns:
            metric, known = metrics[column.metric_id], keys.metrics[column.metric_id]
            if fresh and len(column.record_seq_delta) >= segments.MIN_SAMPLES:
                arrays = segments.unfold(delivery.batch, column)
                if self._take_segments(arrays, metric, known, delivery):
                    install.see(arrays.times_us, arrays.to_us, delivery.received_us + _AHEAD_US)
                    continue
            rows = copy_rows.unfold(delivery.batch, column, metric_key=known.key, type_=metric.type, scale=metric.scale)
            fault = _fault(rows, (known.type, known.scale))
            if fault:
                bad = ranges_of(rows.seqs)
                refusals.extend(_nack(piece, pb.NACK_CODE_MALFORMED, fault) for piece in bad)
                _add_all(refused, bad)
                continue
            if not fresh:
                again = [index for index, seq in enumerate(rows.seqs) if seq in install.have]
                for index in again:
                    repeated[rows.seqs[index]] = _content(rows, index)
                rows = _without(rows, set(again))
            if rows.seqs:
                self._rows.extend(copy_rows.encode(rows, replayed=delivery.replayed))
                install.see(rows.times_us, max(rows.times_us), delivery.received_us + _AHEAD_US)
        if repeated:
            conflicts = self._conflicts(repeated)
            install.duplicates += len(repeated) - len(conflicts)
            pieces = ranges_of(conflicts)
            detail = "this record was stored before with other content"
            refusals.extend(_nack(piece, pb.NACK_CODE_RECORD_REUSED, detail) for piece in pieces)
            _add_all(refused, pieces)
        committed: Iterable[Range] = delivery.ranges
        if refused:
            committed = RangeSet(delivery.ranges)
            for piece in refused:
                committed.remove(piece.first, piece.last)
        for piece in committed:
            install.have.add(piece.first, piece.last)
            if install.lost:
                install.lost.remove(piece.first, piece.last)
        install.last_record_seq = max(install.last_record_seq, install.have.last)
        return install.outcome(committed, refusals)

    def _take_segments(
        self, arrays: ColumnArrays, metric: pb.Metric, known: MetricKey, delivery: BatchDelivery
    ) -> bool:
        """Take a column as segments; False when it is faulty, or spread so wide that it makes better rows."""
        if (metric.type, metric.scale) != (known.type, known.scale) or arrays.from_us < copy_rows.EARLIEST_US:
            return False
        parts = segments.cut(arrays)
        if len(parts) * segments.MIN_SAMPLES > len(arrays.seqs):
            return False
        for part in parts:
            self._segments.append(
                segments.encode(part, metric_key=known.key, scale=metric.scale, replayed=delivery.replayed)
            )
        return True

    def _gaps(self, delivery: GapDelivery) -> CommitOutcome:
        key = self.keys[delivery.client, delivery.install_id].key
        install = self._installs[key]
        rows = []
        for gap in delivery.gaps:
            if not 0 < gap.gap_seq <= INT64_MAX:
                _log.warning("client %s: a gap report has no valid number, and is not kept", delivery.client)
                continue
            first, last = gap.range.first, gap.range.last
            sound = gap.HasField("range") and 0 < first <= last < INT64_MAX
            if sound:
                _add_all(install.lost, install.have.missing(first, last))
                install.last_record_seq = max(install.last_record_seq, last)
            bounds = (first, last) if sound else (None, None)
            rows.append((key, gap.gap_seq, *bounds, gap.cause, gap.count, gap.from_us, gap.to_us))
        if rows:
            with self.connection.cursor() as cursor:
                cursor.executemany(_GAP, rows)
        return install.outcome(gap_seqs=[gap.gap_seq for gap in delivery.gaps])

    def _conflicts(self, repeated: dict[int, Content]) -> list[int]:
        """The numbers, ascending, whose stored content is not the given one."""
        self._copy()
        times = [content[1] for content in repeated.values()]
        from_us, to_us = min(times) - _ROUNDING_US, max(times) + _ROUNDING_US
        where = {
            "from_us": from_us if from_us > copy_rows.EARLIEST_US + segments.MAX_SPAN_US + _ROUNDING_US else None,
            "to_us": to_us if to_us < INT64_MAX - _ROUNDING_US else None,
            "seqs": list(repeated),
            "first": min(repeated),
            "last": max(repeated),
            "metric_keys": list({content[0] for content in repeated.values()}),
        }
        rows = self.connection.execute(_STORED_ROWS, where, binary=True)
        same = {row[0] for row in rows if repeated[row[0]] == _stored_content(row)}
        with segment_reader.cursor(self.connection) as cursor:
            for segment in segment_reader.segments(cursor.execute(_STORED_SEGMENTS, where)):
                found = segment.rows()
                same.update(
                    seq
                    for index, seq in enumerate(found.seqs)
                    if seq in repeated and repeated[seq] == _content(found, index)
                )
        return sorted(repeated.keys() - same)

    def _copy(self) -> None:
        for statement, pending in ((_COPY_ROWS, self._rows), (_COPY_SEGMENTS, self._segments)):
            if pending:
                with self.connection.cursor() as cursor, cursor.copy(statement) as copy:
                    copy.write(b"".join([copy_rows.HEADER, *pending, copy_rows.TRAILER]))
                pending.clear()

    def _update(self) -> None:
        columns: list[list[Any]] = [[], [], [], [], [], []]
        for key, install in self._installs.items():
            row = (
                key,
                _multirange(install.have),
                _multirange(install.lost),
                install.duplicates,
                install.last_record_seq,
                install.newest_us,
            )
            for column, value in zip(columns, row, strict=True):
                column.append(value)
        self.connection.execute(_UPDATE, columns)


def _fault(rows: ColumnRows, known: tuple[int, int]) -> str:
    """Why a column can never be stored, or nothing."""
    if (rows.type, rows.scale) != known:
        return "the metric's type or scale is not the one that this install gave it before"
    if min(rows.times_us) < copy_rows.EARLIEST_US:
        return "a capture time lies before 4714 BC, which can't be stored"
    return ""


def _content(rows: ColumnRows, index: int) -> Content:
    value = rows.values[index]
    if value is not None and rows.type == pb.VALUE_TYPE_DECIMAL:
        text = str(decimal_of(int(value), rows.scale))
    else:
        text = repr(value if isinstance(value, float) or value is None else int(value))
    return rows.metric_key, rows.times_us[index], text, rows.qualities[index]


def _stored_content(row: tuple[Any, ...]) -> Content:
    _, metric_key, sent, value_int, value_double, value_decimal, quality = row
    time_us = int.from_bytes(sent, "big", signed=True) + copy_rows.POSTGRES_EPOCH_US
    if value_decimal is not None:
        return metric_key, time_us, str(value_decimal), quality
    return metric_key, time_us, repr(value_double if value_int is None else value_int), quality


def _without(rows: ColumnRows, left_out: set[int]) -> ColumnRows:
    if not left_out:
        return rows
    kept = [index for index in range(len(rows.seqs)) if index not in left_out]
    return rows._replace(
        seqs=[rows.seqs[index] for index in kept],
        times_us=[rows.times_us[index] for index in kept],
        values=[rows.values[index] for index in kept],
        qualities=[rows.qualities[index] for index in kept],
    )


def _nack(piece: Range, code: pb.NackCode, detail: str) -> pb.Nack:
    return pb.Nack(range=pb.RecordRange(first=piece.first, last=piece.last), code=code, detail=detail)


def _add_all(target: RangeSet, pieces: Iterable[Range]) -> None:
    for piece in pieces:
        target.add(piece.first, piece.last)


def _range_set(multirange: Any) -> RangeSet:
    return RangeSet(Range(piece.lower, piece.upper - 1) for piece in multirange)


def _multirange(pieces: RangeSet) -> str:
    return "{" + ",".join(f"[{piece.first},{piece.last + 1})" for piece in pieces) + "}"
