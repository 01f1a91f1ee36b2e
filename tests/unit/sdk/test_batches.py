"""Rows become columns and come back as they were; what is unsound is refused."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, catalogue_of, check, open_catalogue, pack, samples, split_by_clock
from precisionpulse_sdk.errors import MalformedMessageError
from precisionpulse_sdk.values import INT64_MAX, INT64_MIN, ValueType, to_stored

INSTALL = bytes(range(16))
TYPES = {1: ValueType.INT64, 2: ValueType.DOUBLE, 3: ValueType.DECIMAL, 4: ValueType.BOOL}
CATALOGUE = catalogue_of(
    [
        pb.Metric(id=id_, name=f"m{id_}", type=pb.ValueType.Name(type_), scale=2 if type_ is ValueType.DECIMAL else 0)
        for id_, type_ in TYPES.items()
    ],
    INSTALL,
)
CONTENT = open_catalogue(CATALOGUE)
STORED = {
    1: st.integers(INT64_MIN, INT64_MAX),
    2: st.floats(),
    3: st.one_of(st.integers(INT64_MIN, INT64_MAX), st.integers(-(2**511) + 1, 2**511 - 1)),
    4: st.integers(0, 1),
}
READINGS = st.lists(
    st.integers(1, 4).flatmap(
        lambda id_: st.tuples(
            st.integers(1, 5),
            st.just(id_),
            st.integers(-(2**61), 2**61),
            st.sampled_from([pb.QUALITY_LIVE, pb.QUALITY_STALE, pb.QUALITY_BAD]),
            st.none() | STORED[id_],
        )
    ),
    min_size=1,
    max_size=40,
)


def _pack(rows: list[Row]) -> pb.Batch:
    return pack(rows, TYPES, install_id=INSTALL, catalogue_id=CATALOGUE.id)


@pytest.mark.proves("PP-TD-1", "PP-TD-3", "A7")
@given(READINGS, st.integers(1, 2**62))
def test_what_was_stored_is_what_is_received(
    readings: list[tuple[int, int, int, int, int | float | None]], first: int
) -> None:
    rows, seq = [], first
    for step, metric_id, at, quality, value in readings:
        rows.append(Row(seq, metric_id, at, quality, 1, value))
        seq += step
    batch = pb.Batch.FromString(_pack(rows).SerializeToString())
    ranges = check(batch, CONTENT, max_records=1000)
    assert sum(piece.size for piece in ranges) == len(rows)
    received = sorted(samples(batch, CONTENT))
    for row, sample in zip(rows, received, strict=True):
        metric = sample.metric
        stored = to_stored("m", ValueType(metric.type), metric.scale, sample.value)
        same = stored == row.value or (
            isinstance(row.value, float) and math.isnan(row.value) and math.isnan(stored or 0)
        )
        assert same
        assert math.copysign(1, stored or 0.0) == math.copysign(1, row.value or 0.0)
        assert (sample.record_seq, metric.id, sample.captured_us, sample.quality) == row[:4]


def _spoil_length(batch: pb.Batch) -> None:
    batch.columns[0].record_seq_delta.append(1)


def _spoil_metric(batch: pb.Batch) -> None:
    batch.columns[0].metric_id = 9


def _spoil_form(batch: pb.Batch) -> None:
    batch.columns[0].bool_values.values.extend([True, True])


def _spoil_order(batch: pb.Batch) -> None:
    batch.columns[0].record_seq_delta[1] = 0


def _spoil_twice(batch: pb.Batch) -> None:
    batch.columns.add().CopyFrom(batch.columns[0])


def _spoil_overlap(batch: pb.Batch) -> None:
    other = batch.columns.add(metric_id=2, record_seq_delta=[0], captured_delta_us=[0])
    other.double_values.values.append(1.0)


def _spoil_null(batch: pb.Batch) -> None:
    batch.columns[0].null_positions.append(2)


def _spoil_quality(batch: pb.Batch) -> None:
    batch.columns[0].quality.extend([pb.QUALITY_BACKFILL, pb.QUALITY_LIVE])


def _spoil_first(batch: pb.Batch) -> None:
    batch.first_record_seq = 0


def _spoil_number(batch: pb.Batch) -> None:
    batch.columns[0].record_seq_delta[1] = 2**63


def _spoil_time(batch: pb.Batch) -> None:
    batch.columns[0].captured_delta_us[1] = 2**63 - 1


def _spoil_install(batch: pb.Batch) -> None:
    batch.install_id = b"short"


def _spoil_empty(batch: pb.Batch) -> None:
    batch.ClearField("columns")


SPOILERS = [value for name, value in list(globals().items()) if name.startswith("_spoil_")]


@pytest.mark.proves("PP-FR-6")
@pytest.mark.parametrize("spoil", SPOILERS, ids=lambda spoil: spoil.__name__.removeprefix("_spoil_"))
def test_an_unsound_batch_is_refused(spoil: Callable[[pb.Batch], None]) -> None:
    batch = _pack([Row(5, 1, 10, pb.QUALITY_LIVE, 1, 1), Row(6, 1, 11, pb.QUALITY_LIVE, 1, 2)])
    check(batch, CONTENT, max_records=2)
    spoil(batch)
    with pytest.raises(MalformedMessageError):
        check(batch, CONTENT, max_records=1000)


def test_more_records_than_allowed_are_refused() -> None:
    batch = _pack([Row(seq, 1, 10, pb.QUALITY_LIVE, 1, 1) for seq in range(1, 4)])
    with pytest.raises(MalformedMessageError, match="more than 2 records"):
        check(batch, CONTENT, max_records=2)


@pytest.mark.proves("PP-CL-2")
def test_equal_metrics_have_an_equal_catalogue_and_a_changed_content_is_refused() -> None:
    reversed_order = catalogue_of(reversed(CONTENT.metrics), INSTALL)
    assert reversed_order.id == CATALOGUE.id
    forged = pb.Catalogue(id=CATALOGUE.id, content=CATALOGUE.content + b"\x0a\x00", install_id=INSTALL)
    with pytest.raises(MalformedMessageError, match="hash of its content"):
        open_catalogue(forged)


def test_a_batch_has_one_clock_state() -> None:
    rows = [Row(seq, 1, 0, 1, clock, 1) for seq, clock in enumerate([1, 1, 2, 1], start=1)]
    assert [[row.record_seq for row in run] for run in split_by_clock(rows)] == [[1, 2], [3], [4]]
