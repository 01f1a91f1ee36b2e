"""The newest sample of each metric of one install, as the synthetic batch of a snapshot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, pack, stored_values
from precisionpulse_sdk.values import INT64_MAX, INT64_MIN, ValueType

_TYPES = {
    "int64_values": ValueType.INT64,
    "double_values": ValueType.DOUBLE,
    "decimal_values": ValueType.DECIMAL,
    "big_decimal_values": ValueType.DECIMAL,
    "bool_values": ValueType.BOOL,
}


class LatestSample(NamedTuple):
    """A stored row, and the type that its value has."""

    row: Row
    type: ValueType


class Latest:
    """Newest by time of capture: an old sample never replaces a newer one. Not thread-safe."""

    def __init__(self) -> None:
        self._install_id = b""
        self._catalogue_id = b""
        self._samples: dict[int, LatestSample] = {}

    def take(self, batch: pb.Batch) -> None:
        """Take the last sample of each column of a live batch."""
        self._begin(batch.install_id, batch.catalogue_id)
        for column in batch.columns:
            found = _last(batch, column)
            if found is not None:
                self._offer(found)

    def seed(self, install_id: bytes, catalogue_id: bytes, samples: Iterable[LatestSample]) -> None:
        """Take what the database has, for an install of which nothing newer came in yet."""
        if self._install_id not in (b"", install_id):
            return
        self._begin(install_id, self._catalogue_id or catalogue_id)
        for sample in samples:
            self._offer(sample)

    def batch(self) -> pb.Batch | None:
        """One sample a column; None when there is none."""
        if not self._samples:
            return None
        newest = max(sample.row.captured_us for sample in self._samples.values())
        rows = sorted(
            sample.row for sample in self._samples.values() if INT64_MIN < newest - sample.row.captured_us < INT64_MAX
        )
        same_clock = [row._replace(clock=pb.CLOCK_STATE_UNSPECIFIED) for row in rows]
        types = {metric_id: sample.type for metric_id, sample in self._samples.items()}
        return pack(same_clock, types, install_id=self._install_id, catalogue_id=self._catalogue_id)

    def _begin(self, install_id: bytes, catalogue_id: bytes) -> None:
        if self._install_id != install_id:
            self._samples.clear()
        self._install_id, self._catalogue_id = install_id, catalogue_id

    def _offer(self, sample: LatestSample) -> None:
        known = self._samples.get(sample.row.metric_id)
        at = (sample.row.captured_us, sample.row.record_seq)
        if known is None or (known.row.captured_us, known.row.record_seq) <= at:
            self._samples[sample.row.metric_id] = sample


def _last(batch: pb.Batch, column: pb.Column) -> LatestSample | None:
    form = column.WhichOneof("values")
    count = len(column.record_seq_delta)
    if form is None or count == 0:
        return None
    values = stored_values(column)
    if not len(values) == len(column.captured_delta_us) == count:
        return None
    last = count - 1
    value = None if last in column.null_positions else values[last]
    quality = column.quality[last] if len(column.quality) == count else pb.QUALITY_LIVE
    row = Row(
        batch.first_record_seq + sum(column.record_seq_delta),
        column.metric_id,
        batch.base_captured_us + sum(column.captured_delta_us),
        quality or pb.QUALITY_LIVE,
        batch.clock,
        value,
    )
    return LatestSample(row, _TYPES[form])
