"""Segments as PostgreSQL sends them, back to arrays: what `segments.encode` made, with no object for a value.

Taking a segment apart in SQL costs a quarter of a microsecond a sample, and planning it badly costs seconds."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

from precisionpulse_backend.copy_rows import POSTGRES_EPOCH_US, ColumnRows
from precisionpulse_backend.segments import ColumnArrays
from precisionpulse_sdk import messages as pb

SELECT = """
SELECT s.metric_key, m.type, m.scale, s.replayed, timestamptz_send(s.from_at), timestamptz_send(s.to_at), s.first_seq,
       s.count, s.time_step, s.seq_step, s.times, s.seqs, s.qualities, s.shorts, s.ints, s.longs, s.doubles, s.decimals
FROM segments s JOIN metrics m ON m.key = s.metric_key
"""
"""To be followed by WHERE, and to be executed by a cursor of `cursor`."""

_ARRAY_OIDS = (1005, 1007, 1016, 1022)
_HEAD = Struct(">iiiii").unpack_from
_HEAD_BYTES = 20
_LENGTH = Struct(">i").unpack_from
_FORMS: dict[int, np.dtype[Any]] = {21: np.dtype(">i2"), 23: np.dtype(">i4"), 20: np.dtype(">i8"), 701: np.dtype(">f8")}


class Segment(NamedTuple):
    """A segment taken apart. `type`: number of `pb.ValueType`; decimals are unscaled, of `scale`."""

    metric_key: int
    type: int
    scale: int
    replayed: bool
    arrays: ColumnArrays

    def rows(self) -> ColumnRows:
        """The same as lists, with None for nulls."""
        arrays = self.arrays
        values: list[Any] = arrays.values if isinstance(arrays.values, list) else arrays.values.tolist()
        for position in arrays.nulls:
            values[position] = None
        live = [int(pb.QUALITY_LIVE)] * len(values)
        qualities = live if arrays.qualities is None else arrays.qualities.tolist()
        return ColumnRows(
            self.metric_key, self.type, self.scale, arrays.seqs.tolist(), arrays.times_us.tolist(), values, qualities
        )


def cursor(connection: psycopg.Connection) -> psycopg.Cursor:
    """A cursor whose arrays stay the bytes that they are."""
    made = connection.cursor(binary=True)
    register(made)
    return made


def register(made: psycopg.Cursor | psycopg.ServerCursor) -> None:
    """Let arrays of the cursor stay the bytes that they are."""
    for oid in _ARRAY_OIDS:
        made.adapters.register_loader(oid, _AsSent)


def segment(row: tuple[Any, ...]) -> Segment:
    """A row of `SELECT`, taken apart."""
    key, type_, scale, replayed, from_at, to_at, first_seq, count, time_step, seq_step, times, seqs, *columns = row
    from_us, to_us = _micros(from_at), _micros(to_at)
    qualities, *values, decimals = columns
    nulls: list[int] = []
    content: NDArray[Any] | list[int]
    if decimals is not None:
        content = [0 if value is None else _unscaled(value, scale) for value in decimals]
        nulls = [at for at, value in enumerate(decimals) if value is None]
    else:
        content, nulls = _elements(next(value for value in values if value is not None))
    arrays = ColumnArrays(
        first_seq + _offsets(seqs, seq_step, count),
        from_us + _offsets(times, time_step, count),
        content,
        nulls,
        None if qualities is None else _elements(qualities)[0].astype(np.int16),
        from_us,
        to_us,
    )
    return Segment(key, type_, scale, replayed, arrays)


def segments(rows: Iterator[tuple[Any, ...]]) -> Iterator[Segment]:
    """Rows of `SELECT`, taken apart."""
    return map(segment, rows)


class _AsSent(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


def _micros(sent: bytes) -> int:
    return int.from_bytes(sent, "big", signed=True) + POSTGRES_EPOCH_US


def _offsets(sent: bytes | None, step: int | None, count: int) -> NDArray[np.int64]:
    if sent is not None:
        return _elements(sent)[0].astype(np.int64)
    return np.arange(count, dtype=np.int64) * (step or 0)


def _elements(sent: bytes) -> tuple[NDArray[Any], list[int]]:
    """The values, 64 bits wide, and the positions of nulls, which are 0."""
    _, has_nulls, oid, count, _ = _HEAD(sent)
    form = _FORMS[oid]
    wide = np.float64 if form.kind == "f" else np.int64
    if not has_nulls:
        cells = np.frombuffer(sent, dtype=np.uint8, offset=_HEAD_BYTES).reshape(count, 4 + form.itemsize)
        return np.ascontiguousarray(cells[:, 4:]).view(form).ravel().astype(wide), []
    values, nulls, at = np.zeros(count, form), [], _HEAD_BYTES
    for position in range(count):
        (length,) = _LENGTH(sent, at)
        at += 4
        if length < 0:
            nulls.append(position)
        else:
            values[position] = np.frombuffer(sent, form, count=1, offset=at)[0]
            at += length
    return values.astype(wide), nulls


def _unscaled(value: Decimal, scale: int) -> int:
    sign, digits, exponent = value.as_tuple()
    magnitude: int = int("".join(map(str, digits))) * 10 ** (int(exponent) + scale)
    return -magnitude if sign else magnitude
