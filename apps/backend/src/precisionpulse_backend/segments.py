"""Columns of a batch as segments, rows that hold an array element a sample, in PostgreSQL's binary COPY format.

The migration that makes the table says what each of its columns means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from struct import Struct
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from precisionpulse_backend import copy_rows
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import stored_values

COLUMNS = (
    "from_at, to_at, first_seq, metric_key, count, time_step, seq_step, replayed, times, seqs, qualities,"
    " shorts, ints, longs, doubles, decimals"
)
MIN_SAMPLES = 16
"""Fewer samples are cheaper as rows, until they are compacted with others."""
MAX_SPAN_US = 2**31 - 1
"""From the earliest to the latest capture time in a segment: offsets have 32 bits, and a search knows how far back a
segment that reaches into a range of time can begin."""

_SPAN_BITS = 31
_HEAD = Struct(">hiqiqiqiiii").pack
_INT4 = Struct(">ii").pack
_BOOL = Struct(">i?").pack
_ARRAY = Struct(">iiiiii").pack
_NULL = b"\xff\xff\xff\xff"


class _Element(NamedTuple):
    oid: int
    form: np.dtype[Any]


_SHORT, _INT = _Element(21, np.dtype(">i2")), _Element(23, np.dtype(">i4"))
_LONG, _DOUBLE = _Element(20, np.dtype(">i8")), _Element(701, np.dtype(">f8"))
_NUMERIC_OID = 1700


class ColumnArrays(NamedTuple):
    """One column of a batch, unfolded: all of the same length, by ascending `record_seq`. `values` has anything in
    place of a null; it is a list when a decimal may not fit 64 bits. `nulls`: positions, ascending. `qualities` is None
    when all are live. `from_us` and `to_us`: the earliest and the latest capture time."""

    seqs: NDArray[np.int64]
    times_us: NDArray[np.int64]
    values: NDArray[np.int64] | NDArray[np.float64] | list[int]
    nulls: Sequence[int]
    qualities: NDArray[np.int16] | None
    from_us: int
    to_us: int

    def part(self, first: int, after: int) -> ColumnArrays:
        """The samples from position `first` to before `after`."""
        times_us = self.times_us[first:after]
        return ColumnArrays(
            self.seqs[first:after],
            times_us,
            self.values[first:after],
            [position - first for position in self.nulls if first <= position < after],
            None if self.qualities is None else self.qualities[first:after],
            int(times_us.min()),
            int(times_us.max()),
        )


def unfold(batch: pb.Batch, column: pb.Column) -> ColumnArrays:
    """A sound column (see `precisionpulse_sdk.batches.check`) as arrays."""
    count = len(column.record_seq_delta)
    values: NDArray[np.int64] | NDArray[np.float64] | list[int]
    if column.HasField("double_values"):
        values = np.fromiter(column.double_values.values, np.float64, count)
    elif column.HasField("big_decimal_values"):
        values = [int(unscaled or 0) for unscaled in stored_values(column)]
    else:
        values = np.fromiter(stored_values(column), np.int64, count)
    qualities = None
    if column.quality:
        qualities = np.fromiter(column.quality, np.int16, count)
        qualities[qualities == pb.QUALITY_UNSPECIFIED] = pb.QUALITY_LIVE
        if (qualities == pb.QUALITY_LIVE).all():
            qualities = None
    times_us = _sums(column.captured_delta_us, batch.base_captured_us, count)
    return ColumnArrays(
        _sums(column.record_seq_delta, batch.first_record_seq, count),
        times_us,
        values,
        sorted(set(column.null_positions)),
        qualities,
        int(times_us.min()),
        int(times_us.max()),
    )


def cut(arrays: ColumnArrays) -> list[ColumnArrays]:
    """The same samples in parts that each fit one segment."""
    seqs, times = arrays.seqs, arrays.times_us
    if arrays.to_us - arrays.from_us <= MAX_SPAN_US and int(seqs[-1]) - int(seqs[0]) <= MAX_SPAN_US:
        return [arrays]
    changes = (np.diff(times >> _SPAN_BITS) != 0) | (np.diff(seqs >> _SPAN_BITS) != 0)
    cuts = [0, *(int(at) + 1 for at in np.flatnonzero(changes)), len(seqs)]
    return [arrays.part(first, after) for first, after in pairwise(cuts)]


def encode(arrays: ColumnArrays, *, metric_key: int, scale: int, replayed: bool) -> bytes:
    """One segment as COPY wants it, of samples that fit one. Every time must be at or after `copy_rows.EARLIEST_US`."""
    seqs, times, count = arrays.seqs, arrays.times_us, len(arrays.seqs)
    first_seq = int(seqs[0])
    from_at, to_at = arrays.from_us - copy_rows.POSTGRES_EPOCH_US, arrays.to_us - copy_rows.POSTGRES_EPOCH_US
    time_step, seq_step = _step(times), _step(seqs)
    return b"".join(
        (
            _HEAD(16, 8, from_at, 8, to_at, 8, first_seq, 4, metric_key, 4, count),
            _NULL if time_step is None else _INT4(4, time_step),
            _NULL if seq_step is None else _INT4(4, seq_step),
            _BOOL(1, replayed),
            _NULL if time_step is not None else _array(_INT, times - arrays.from_us),
            _NULL if seq_step is not None else _array(_INT, seqs - first_seq),
            _NULL if arrays.qualities is None else _array(_SHORT, arrays.qualities),
            *_values(arrays, scale),
        )
    )


def _sums(deltas: Sequence[int], base: int, count: int) -> NDArray[np.int64]:
    sums = np.fromiter(deltas, np.int64, count)
    sums[0] += base
    return sums.cumsum(out=sums)


def _step(numbers: NDArray[np.int64]) -> int | None:
    """From each number to the next, where that is always the same and not negative."""
    if len(numbers) == 1:
        return 0
    step = int(numbers[1]) - int(numbers[0])
    return step if step >= 0 and (numbers[1:] - numbers[:-1] == step).all() else None


def _values(arrays: ColumnArrays, scale: int) -> Iterator[bytes]:
    """The fields `shorts` to `decimals`."""
    values, nulls = arrays.values, arrays.nulls
    if isinstance(values, list):
        yield from (_NULL, _NULL, _NULL, _NULL, _decimals(values, nulls, scale))
    elif values.dtype == np.float64:
        yield from (_NULL, _NULL, _NULL, _array(_DOUBLE, values, nulls), _NULL)
    else:
        widest = max(int(values.max()), ~int(values.min()))
        at = 0 if widest < 1 << 15 else 1 if widest < 1 << 31 else 2
        fields = [_NULL] * 5
        fields[at] = _array((_SHORT, _INT, _LONG)[at], values, nulls)
        yield from fields


def _array(element: _Element, values: NDArray[Any], nulls: Sequence[int] = ()) -> bytes:
    count, size = len(values), element.form.itemsize
    width = 4 + size
    elements = np.empty((count, width), np.uint8)
    elements[:, :4] = (0, 0, 0, size)
    elements[:, 4:] = values.astype(element.form).view(np.uint8).reshape(count, size)
    content = elements.tobytes()
    if nulls:
        starts = [0, *((position + 1) * width for position in nulls)]
        ends = [*(position * width for position in nulls), len(content)]
        content = _NULL.join(content[start:end] for start, end in zip(starts, ends, strict=True))
    return _ARRAY(20 + len(content), 1, 1 if nulls else 0, element.oid, count, 1) + content


def _decimals(values: Sequence[int], nulls: Sequence[int], scale: int) -> bytes:
    absent = set(nulls)
    content = b"".join(
        _NULL if position in absent else copy_rows.numeric(value, scale) for position, value in enumerate(values)
    )
    return _ARRAY(20 + len(content), 1, 1 if nulls else 0, _NUMERIC_OID, len(values), 1) + content
