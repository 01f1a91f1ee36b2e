"""Columns of a batch as rows in PostgreSQL's binary COPY format, with no object for a value that does not need one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from struct import Struct
from typing import NamedTuple

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import stored_values
from precisionpulse_sdk.values import StoredValue

COLUMNS = "captured_at, record_seq, value_int, value_double, metric_key, quality, replayed, value_decimal"
HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER = b"\xff\xff"

POSTGRES_EPOCH_US = 946_684_800_000_000
"""2000-01-01, from which PostgreSQL counts, in µs since 1970."""
EARLIEST_US = POSTGRES_EPOCH_US - 211_813_488_000_000_000
"""The first moment that PostgreSQL can hold, in µs since 1970; its last one is behind the end of 64 bits."""

_INT = Struct(">hiqiqiqiiiihibi").pack
_DOUBLE = Struct(">hiqiqiidiiihibi").pack
_DECIMAL = Struct(">hiqiqiiiiihib").pack
_NUMERIC = Struct(">iHhHH").pack


class ColumnRows(NamedTuple):
    """One column of a batch, unfolded: lists of the same length. A null value is None."""

    metric_key: int
    type: int
    scale: int
    seqs: list[int]
    times_us: list[int]
    values: Sequence[StoredValue]
    qualities: list[int]


def unfold(batch: pb.Batch, column: pb.Column, *, metric_key: int, type_: int, scale: int) -> ColumnRows:
    """A sound column (see `precisionpulse_sdk.batches.check`) as lists."""
    seqs = list(accumulate(column.record_seq_delta, initial=batch.first_record_seq))[1:]
    times = list(accumulate(column.captured_delta_us, initial=batch.base_captured_us))[1:]
    values = stored_values(column)
    if column.null_positions:
        values = list(values)
        for position in column.null_positions:
            values[position] = None
    qualities = [int(quality or pb.QUALITY_LIVE) for quality in column.quality] or [int(pb.QUALITY_LIVE)] * len(seqs)
    return ColumnRows(metric_key, type_, scale, seqs, times, values, qualities)


def encode(rows: ColumnRows, *, replayed: bool) -> Iterator[bytes]:
    """The rows, each as COPY wants it. Every time must be at or after `EARLIEST_US`."""
    key = rows.metric_key
    parts = zip(rows.times_us, rows.seqs, rows.values, rows.qualities, strict=True)
    if rows.type == pb.VALUE_TYPE_DOUBLE:
        for at, seq, value, quality in parts:
            if value is None:
                yield _empty(at, seq, key, quality, replayed)
            else:
                yield _DOUBLE(8, 8, at - POSTGRES_EPOCH_US, 8, seq, -1, 8, value, 4, key, 2, quality, 1, replayed, -1)
    elif rows.type == pb.VALUE_TYPE_DECIMAL:
        for at, seq, value, quality in parts:
            if value is None:
                yield _empty(at, seq, key, quality, replayed)
            else:
                head = _DECIMAL(8, 8, at - POSTGRES_EPOCH_US, 8, seq, -1, -1, 4, key, 2, quality, 1, replayed)
                yield head + numeric(int(value), rows.scale)
    else:
        for at, seq, value, quality in parts:
            if value is None:
                yield _empty(at, seq, key, quality, replayed)
            else:
                yield _INT(8, 8, at - POSTGRES_EPOCH_US, 8, seq, 8, int(value), -1, 4, key, 2, quality, 1, replayed, -1)


def numeric(unscaled: int, scale: int) -> bytes:
    """`unscaled` × 10^-`scale` as a COPY field of type numeric, length included, the scale kept."""
    magnitude = abs(unscaled) * 10 ** (-scale % 4)
    digits: list[int] = []
    while magnitude:
        magnitude, digit = divmod(magnitude, 10_000)
        digits.append(digit)
    weight = len(digits) - 1 - -(-scale // 4) if digits else 0
    digits.reverse()
    while digits and digits[-1] == 0:
        digits.pop()
    sign = 0x4000 if unscaled < 0 else 0
    head = _NUMERIC(8 + 2 * len(digits), len(digits), weight, sign, scale)
    return head + b"".join(digit.to_bytes(2, "big") for digit in digits)


def _empty(at: int, seq: int, key: int, quality: int, replayed: bool) -> bytes:
    return _DECIMAL(8, 8, at - POSTGRES_EPOCH_US, 8, seq, -1, -1, 4, key, 2, quality, 1, replayed) + b"\xff\xff\xff\xff"
