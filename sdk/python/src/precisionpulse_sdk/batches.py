"""Batches: stored rows to the contract's columns, and columns back to samples (PP-TD-1, PP-TD-3)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, groupby
from operator import attrgetter, sub
from typing import NamedTuple

from google.protobuf.message import DecodeError

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import MalformedMessageError
from precisionpulse_sdk.ranges import Range, ranges_of
from precisionpulse_sdk.values import (
    INT64_MAX,
    INT64_MIN,
    MAX_SCALE,
    Quality,
    StoredValue,
    Value,
    ValueType,
    from_stored,
)

INSTALL_ID_BYTES = 16
CATALOGUE_ID_BYTES = 16
MAX_BIG_DECIMAL_BYTES = 64


class Row(NamedTuple):
    """One stored reading. `captured_us`: µs since 1970 on the client's clock; `quality` and `clock`: numbers of
    `pb.Quality` and `pb.ClockState`; `value` as `values.to_stored` made it."""

    record_seq: int
    metric_id: int
    captured_us: int
    quality: int
    clock: int
    value: StoredValue


class DecodedSample(NamedTuple):
    """One reading of a received batch. `value` has the metric's type; a decimal has the metric's scale."""

    record_seq: int
    metric: pb.Metric
    captured_us: int
    value: Value
    quality: Quality


def catalogue_of(metrics: Iterable[pb.Metric], install_id: bytes) -> pb.Catalogue:
    """The catalogue of an install's metrics; equal metrics give an equal id."""
    ordered = sorted(metrics, key=lambda metric: metric.id)
    content = pb.CatalogueContent(metrics=ordered).SerializeToString(deterministic=True)
    return pb.Catalogue(id=catalogue_id(content), content=content, install_id=install_id)


def catalogue_id(content: bytes) -> bytes:
    """The id of a serialised `CatalogueContent`: the first 16 bytes of its SHA-256."""
    return hashlib.sha256(content).digest()[:CATALOGUE_ID_BYTES]


def open_catalogue(catalogue: pb.Catalogue) -> pb.CatalogueContent:
    """The checked content of a received catalogue.

    Raises `MalformedMessageError` when the id does not fit or a metric contradicts the contract."""
    if len(catalogue.install_id) != INSTALL_ID_BYTES:
        raise MalformedMessageError("the catalogue's install id has not 16 bytes")
    if catalogue_id(catalogue.content) != catalogue.id:
        raise MalformedMessageError("the catalogue's id is not the hash of its content")
    try:
        content = pb.CatalogueContent.FromString(catalogue.content)
    except DecodeError:
        raise MalformedMessageError("the catalogue's content does not parse") from None
    seen: set[int] = set()
    for metric in content.metrics:
        if metric.id == 0 or metric.id in seen or not 1 <= len(metric.name) <= 128 or metric.scale > MAX_SCALE:
            raise MalformedMessageError(f"metric {metric.id} of the catalogue breaks a rule of its fields")
        if metric.type not in ValueType._value2member_map_:
            raise MalformedMessageError(f"metric {metric.id} has value type {metric.type}, which is not known")
        seen.add(metric.id)
    return content


def pack(
    rows: Sequence[Row],
    types: Mapping[int, ValueType],
    *,
    install_id: bytes,
    catalogue_id: bytes,
    flush_mark: int | None = None,
) -> pb.Batch:
    """One batch of `rows` (not empty, ascending `record_seq`, all with the clock state of the first). `types` gives
    each metric's type by id."""
    first_seq, base_us = rows[0].record_seq, rows[0].captured_us
    batch = pb.Batch(
        install_id=install_id,
        catalogue_id=catalogue_id,
        first_record_seq=first_seq,
        base_captured_us=base_us,
        clock=rows[0].clock,  # type: ignore[arg-type]
    )
    if flush_mark is not None:
        batch.flush_mark = flush_mark
    by_metric: dict[int, list[Row]] = {}
    for row in rows:
        by_metric.setdefault(row.metric_id, []).append(row)
    for metric_id, mine in by_metric.items():
        # Columns are made by steps that each go over a whole list: a statement for each row would cost ten times this.
        seqs, _, times, qualities, _, values = zip(*mine, strict=True)
        column = batch.columns.add(metric_id=metric_id)
        column.record_seq_delta.extend(map(sub, seqs, (first_seq, *seqs)))
        column.captured_delta_us.extend(map(sub, times, (base_us, *times)))
        if qualities.count(pb.QUALITY_LIVE) != len(qualities):
            column.quality.extend(qualities)
        if None in values:
            column.null_positions.extend(at for at, value in enumerate(values) if value is None)
            values = tuple(0 if value is None else value for value in values)
        _pack_values(column, types[metric_id], values)
    return batch


def split_by_clock(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """`rows` in runs of one clock state each, since a batch has one."""
    start = 0
    for _, run in groupby(map(attrgetter("clock"), rows)):
        end = start + sum(1 for _ in run)
        yield rows[start:end]
        start = end


def check(batch: pb.Batch, content: pb.CatalogueContent, *, max_records: int) -> tuple[Range, ...]:
    """The records that a received batch holds, once it is known to be sound against its catalogue.

    Raises `MalformedMessageError` otherwise, naming the first fault."""
    if len(batch.install_id) != INSTALL_ID_BYTES:
        raise MalformedMessageError("the batch's install id has not 16 bytes")
    if batch.first_record_seq == 0 or not batch.columns:
        raise MalformedMessageError("the batch has no first record or no columns")
    metrics = {metric.id: metric for metric in content.metrics}
    numbers: list[int] = []
    columns: set[int] = set()
    for column in batch.columns:
        metric = metrics.get(column.metric_id)
        if metric is None or column.metric_id in columns:
            raise MalformedMessageError(f"column {column.metric_id} is not a metric of the catalogue, or comes twice")
        columns.add(column.metric_id)
        if len(numbers) + _check_column(column, metric, batch.base_captured_us) > max_records:
            raise MalformedMessageError(f"the batch has more than {max_records} records")
        # A slice of a repeated field costs a third of iterating it.
        steps = column.record_seq_delta[:]
        steps[0] += batch.first_record_seq
        sequence = list(accumulate(steps))
        if sequence[-1] >= INT64_MAX or 0 in steps:
            raise MalformedMessageError(f"column {column.metric_id}: record numbers do not grow, or leave 63 bits")
        numbers.extend(sequence)
    first, last = min(numbers), max(numbers)
    if first != batch.first_record_seq:
        raise MalformedMessageError("the batch's first record is not in it")
    if len(set(numbers)) != len(numbers):
        raise MalformedMessageError("a record number comes twice in the batch")
    # Hardly a batch has holes; without any there is nothing to sort.
    return (Range(first, last),) if last - first + 1 == len(numbers) else ranges_of(sorted(numbers))


def samples(batch: pb.Batch, content: pb.CatalogueContent) -> Iterator[DecodedSample]:
    """The readings of a sound batch (see `check`), column by column."""
    metrics = {metric.id: metric for metric in content.metrics}
    for column in batch.columns:
        metric = metrics[column.metric_id]
        type_ = ValueType(metric.type)
        nulls = set(column.null_positions)
        qualities = column.quality
        seq, at = batch.first_record_seq, batch.base_captured_us
        for index, stored in enumerate(stored_values(column)):
            seq += column.record_seq_delta[index]
            at += column.captured_delta_us[index]
            value = None if index in nulls else from_stored(type_, metric.scale, stored)
            quality = Quality(qualities[index] or pb.QUALITY_LIVE) if qualities else Quality.LIVE
            yield DecodedSample(seq, metric, at, value, quality)


def stored_values(column: pb.Column) -> Sequence[StoredValue]:
    """A column's values in their stored form, with 0 in place of nulls."""
    kind = column.WhichOneof("values")
    if kind == "int64_values":
        return column.int64_values.values
    if kind == "double_values":
        return column.double_values.values
    if kind == "decimal_values":
        return column.decimal_values.unscaled
    if kind == "big_decimal_values":
        return [int.from_bytes(unscaled, "big", signed=True) for unscaled in column.big_decimal_values.unscaled]
    if kind == "bool_values":
        return column.bool_values.values
    return ()


_FORMS: Mapping[int, tuple[str, ...]] = {
    ValueType.INT64: ("int64_values",),
    ValueType.DOUBLE: ("double_values",),
    ValueType.DECIMAL: ("decimal_values", "big_decimal_values"),
    ValueType.BOOL: ("bool_values",),
}


def _check_column(column: pb.Column, metric: pb.Metric, base_us: int) -> int:
    where = f"column {column.metric_id}"
    form = column.WhichOneof("values")
    if form not in _FORMS[metric.type]:
        raise MalformedMessageError(f"{where}: values are not in the form of {pb.ValueType.Name(metric.type)}")
    if form == "big_decimal_values" and any(
        len(unscaled) > MAX_BIG_DECIMAL_BYTES for unscaled in column.big_decimal_values.unscaled
    ):
        raise MalformedMessageError(f"{where}: a decimal has more than {MAX_BIG_DECIMAL_BYTES} bytes")
    deltas = column.captured_delta_us[:]
    count = len(column.record_seq_delta)
    lengths = {count, len(deltas), len(stored_values(column))}
    if column.quality:
        lengths.add(len(column.quality))
        if not _WIRE_QUALITIES.issuperset(column.quality):
            raise MalformedMessageError(f"{where}: a quality is not one that a client may send")
    if len(lengths) != 1 or count == 0:
        raise MalformedMessageError(f"{where}: its lists have not the same length, or are empty")
    if any(position >= count for position in column.null_positions):
        raise MalformedMessageError(f"{where}: a null stands behind the last sample")
    if abs(base_us) + count * max(max(deltas), -min(deltas)) > INT64_MAX:
        times = list(accumulate(deltas, initial=base_us))
        if min(times) < INT64_MIN or max(times) > INT64_MAX:
            raise MalformedMessageError(f"{where}: capture times leave 64 bits")
    return count


_WIRE_QUALITIES = frozenset((pb.QUALITY_UNSPECIFIED, pb.QUALITY_LIVE, pb.QUALITY_STALE, pb.QUALITY_BAD))


def _pack_values(column: pb.Column, type_: ValueType, values: Sequence[int | float]) -> None:
    if type_ is ValueType.INT64:
        column.int64_values.values.extend(map(int, values))
    elif type_ is ValueType.DOUBLE:
        column.double_values.values.extend(map(float, values))
    elif type_ is ValueType.BOOL:
        column.bool_values.values.extend(map(bool, values))
    elif min(values) >= INT64_MIN and max(values) <= INT64_MAX:
        column.decimal_values.unscaled.extend(map(int, values))
    else:
        column.big_decimal_values.unscaled.extend(_twos_complement(int(value)) for value in values)


def _twos_complement(value: int) -> bytes:
    if value == 0:
        return b""
    return value.to_bytes((value if value >= 0 else ~value).bit_length() // 8 + 1, "big", signed=True)
