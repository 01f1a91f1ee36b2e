"""Many samples of one metric as so many points, each with the newest, the least and the greatest of its span.

Segments are read as arrays and never taken apart into rows: a month at a sample a second is 2.6 million of them. Memory
stays as it is, however long the time: a piece is folded into the points as soon as it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.rows import dict_row

from precisionpulse_backend import segment_reader
from precisionpulse_backend.segment_reader import Segment
from precisionpulse_backend.segments import MAX_SPAN_US
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.values import decimal_of

_FROM = "'epoch'::timestamptz + %(from_us)s * interval '1 microsecond'"
_TO = "'epoch'::timestamptz + %(to_us)s * interval '1 microsecond'"
_OF_SEGMENTS = f"""
s.metric_key = ANY(%(keys)s) AND s.from_at BETWEEN {_FROM} - interval '{MAX_SPAN_US} microseconds' AND {_TO}
AND s.to_at >= {_FROM}
"""
_OF_ROWS = f"r.metric_key = ANY(%(keys)s) AND r.captured_at BETWEEN {_FROM} AND {_TO}"
_COUNT = f"""
SELECT (SELECT coalesce(sum(s.count), 0) FROM segments s WHERE {_OF_SEGMENTS})
     + (SELECT count(*) FROM (SELECT FROM readings r WHERE {_OF_ROWS} LIMIT %(most)s + 1) AS counted)
"""
_SEGMENTS = f"{segment_reader.SELECT} WHERE {_OF_SEGMENTS}"
_NEWEST = "(array_agg(r.{0} ORDER BY r.captured_at DESC, r.record_seq DESC))[1] AS {0}"
_ROWS = f"""
SELECT div(extract(epoch FROM r.captured_at) * 1000000 - %(from_us)s, %(width_us)s)::bigint AS place,
       count(*) AS count, max((extract(epoch FROM r.captured_at) * 1000000)::bigint) AS t_us,
       {_NEWEST.format("value_int")}, {_NEWEST.format("value_double")}, {_NEWEST.format("value_decimal")},
       {_NEWEST.format("record_seq")}, {_NEWEST.format("metric_key")},
       max(r.quality) AS quality, bool_or(r.replayed) AS replayed,
       min(r.value_int) AS min_int, max(r.value_int) AS max_int,
       min(r.value_double) AS min_double, max(r.value_double) AS max_double,
       min(r.value_decimal) AS min_decimal, max(r.value_decimal) AS max_decimal
FROM readings r WHERE {_OF_ROWS} GROUP BY 1
"""
_SEGMENTS_AT_ONCE = 100
_BEYOND_ANY_DECIMAL = 1 << 600
_KINDS = {int(pb.VALUE_TYPE_DOUBLE): "double", int(pb.VALUE_TYPE_DECIMAL): "decimal"}


@dataclass(frozen=True, slots=True)
class Point:
    """The samples of one span: the newest's time, number, key and value, and what there is in all of them."""

    t_us: int
    record_seq: int
    metric_key: int
    value: Any
    quality: int
    replayed: bool
    least: Any
    greatest: Any
    """As PostgreSQL orders them: NaN is above all. None when all are null."""

    def joined(self, other: Point) -> Point:
        """Both spans' samples as one."""
        newest = max(self, other, key=lambda point: (point.t_us, point.record_seq))
        return replace(
            newest,
            quality=max(self.quality, other.quality),
            replayed=self.replayed or other.replayed,
            least=_least(self.least, other.least),
            greatest=_greatest(self.greatest, other.greatest),
        )

    def row(self, kind: str) -> dict[str, Any]:
        """The point as the columns of a query; `kind`: int, double or decimal."""
        values = {f"{name}_{each}": None for name in ("value", "min", "max") for each in ("int", "double", "decimal")}
        values |= {f"value_{kind}": self.value, f"min_{kind}": self.least, f"max_{kind}": self.greatest}
        return {
            "t_us": self.t_us,
            "record_seq": self.record_seq,
            "metric_key": self.metric_key,
            "quality": self.quality,
            "replayed": self.replayed,
            **values,
        }


def most_there_can_be(connection: psycopg.Connection, where: Mapping[str, Any], most: int) -> int:
    """No fewer than there are samples; `where`: `keys` of the metrics, `from_us`, `to_us`. Rows are counted up to one
    more than `most`."""
    counted = connection.execute(_COUNT, {**where, "most": most}).fetchone()
    return int(counted[0]) if counted else 0


def points(
    connection: psycopg.Connection, where: Mapping[str, Any], *, type_: int, scale: int, width_us: int
) -> tuple[list[dict[str, Any]], int]:
    """The points by time, each over `width_us`, as rows; and of how many samples they are. All metrics in `where` must
    have that type; `scale` is the greatest of theirs."""
    found: dict[int, Point] = {}
    count = 0
    kind = _KINDS.get(type_, "int")
    with connection.cursor(name="history_points", binary=True) as cursor:
        segment_reader.register(cursor)
        cursor.execute(_SEGMENTS, where)
        while rows := cursor.fetchmany(_SEGMENTS_AT_ONCE):
            taken = [_rescaled(segment_reader.segment(row), scale) for row in rows]
            piece = _Piece.of(taken, where["from_us"], where["to_us"])
            count += len(piece.times_us)
            _join(found, piece.points(where["from_us"], width_us) if len(piece.times_us) else {})
    with connection.cursor(row_factory=dict_row) as reader:
        for row in reader.execute(_ROWS, {**where, "width_us": width_us}):
            count += row["count"]
            point = Point(
                row["t_us"],
                row["record_seq"],
                row["metric_key"],
                row[f"value_{kind}"],
                row["quality"],
                row["replayed"],
                row[f"min_{kind}"],
                row[f"max_{kind}"],
            )
            _join(found, {int(row["place"]): point})
    return [found[place].row(kind) for place in sorted(found)], count


@dataclass(frozen=True, slots=True)
class _Piece:
    """Samples of some segments, by time and number."""

    type: int
    scale: int
    times_us: NDArray[np.int64]
    seqs: NDArray[np.int64]
    keys: NDArray[np.int64]
    values: NDArray[Any]
    nulls: NDArray[np.bool_]
    qualities: NDArray[np.int64]
    replayed: NDArray[np.bool_]

    @classmethod
    def of(cls, segments: Sequence[Segment], from_us: int, to_us: int) -> _Piece:
        """Those of the segments' samples that lie within both moments."""
        sizes = [len(segment.arrays.seqs) for segment in segments]
        times = np.concatenate([segment.arrays.times_us for segment in segments])
        seqs = np.concatenate([segment.arrays.seqs for segment in segments])
        order = np.lexsort((seqs, times))
        order = order[(times[order] >= from_us) & (times[order] <= to_us)]
        big = any(isinstance(segment.arrays.values, list) for segment in segments)
        values = [np.array(segment.arrays.values, object) if big else segment.arrays.values for segment in segments]
        nulls = np.zeros(len(times), np.bool_)
        qualities = np.full(len(times), pb.QUALITY_LIVE, np.int64)
        first = 0
        for segment, size in zip(segments, sizes, strict=True):
            nulls[[first + position for position in segment.arrays.nulls]] = True
            if segment.arrays.qualities is not None:
                qualities[first : first + size] = segment.arrays.qualities
            first += size
        return cls(
            segments[0].type,
            segments[0].scale,
            times[order],
            seqs[order],
            np.repeat([segment.metric_key for segment in segments], sizes)[order],
            np.concatenate(values)[order],
            nulls[order],
            qualities[order],
            np.repeat([segment.replayed for segment in segments], sizes)[order],
        )

    def points(self, from_us: int, width_us: int) -> dict[int, Point]:
        """A point for each span in which there is a sample, by the span's place."""
        places = (self.times_us - from_us) // width_us
        starts = np.flatnonzero(np.diff(places, prepend=-1))
        ends = [*(starts[1:] - 1), len(places) - 1]
        below, above = self._extremes(starts)
        known = np.add.reduceat((~self.nulls).astype(np.int64), starts)
        quality = np.maximum.reduceat(self.qualities, starts)
        replayed = np.logical_or.reduceat(self.replayed, starts)
        return {
            int(places[last]): Point(
                int(self.times_us[last]),
                int(self.seqs[last]),
                int(self.keys[last]),
                None if self.nulls[last] else self._value(self.values[last]),
                int(quality[at]),
                bool(replayed[at]),
                self._value(below[at]) if known[at] else None,
                self._value(above[at]) if known[at] else None,
            )
            for at, last in enumerate(ends)
        }

    def _extremes(self, starts: NDArray[np.int64]) -> tuple[NDArray[Any], NDArray[Any]]:
        if self.values.dtype == np.float64:
            low, high = np.where(self.nulls, np.nan, self.values), np.where(self.nulls, -np.inf, self.values)
            return np.fmin.reduceat(low, starts), np.maximum.reduceat(high, starts)
        bounds: tuple[int, int]
        if self.values.dtype == object:
            bounds = (_BEYOND_ANY_DECIMAL, -_BEYOND_ANY_DECIMAL)
        else:
            bounds = (np.iinfo(np.int64).max, np.iinfo(np.int64).min)
        low, high = (np.where(self.nulls, bound, self.values) for bound in bounds)
        return np.minimum.reduceat(low, starts), np.maximum.reduceat(high, starts)

    def _value(self, found: Any) -> Any:
        if self.type == pb.VALUE_TYPE_DOUBLE:
            return float(found)
        return decimal_of(int(found), self.scale) if self.type == pb.VALUE_TYPE_DECIMAL else int(found)


def _rescaled(segment: Segment, scale: int) -> Segment:
    """The same values with so many decimal digits, which is at least as many as they have."""
    factor = 10 ** (scale - segment.scale)
    if factor == 1 or segment.type != pb.VALUE_TYPE_DECIMAL:
        return segment
    values = [int(value) * factor for value in segment.arrays.values]
    return segment._replace(scale=scale, arrays=segment.arrays._replace(values=values))


def _join(found: dict[int, Point], more: Mapping[int, Point]) -> None:
    for place, point in more.items():
        before = found.get(place)
        found[place] = point if before is None else before.joined(point)


def _least(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one if other is None else other
    return other if one != one or other < one else one


def _greatest(one: Any, other: Any) -> Any:
    if one is None or other is None:
        return one if other is None else other
    return other if other != other or other > one else one
