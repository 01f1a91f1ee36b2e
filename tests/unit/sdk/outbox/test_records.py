"""Records come back as they were: their numbers, their order, their exact values."""

from __future__ import annotations

import math
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from precisionpulse_sdk.errors import ValueTypeError
from precisionpulse_sdk.outbox import Outbox, OutboxBounds, OutboxRow
from precisionpulse_sdk.values import INT64_MAX, INT64_MIN, StoredValue

from .records import open_outbox, row, rows


@pytest.mark.proves("PP-TD-2")
def test_numbers_grow_by_one_across_calls_and_openings(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path)
    assert outbox.append(rows(3)) == range(1, 4)
    assert outbox.append(rows(700)) == range(4, 704)
    outbox.close()
    outbox = open_outbox(tmp_path)
    assert outbox.append(rows(1)) == range(704, 705)
    assert outbox.stats().depth == 704
    outbox.close()


@pytest.mark.proves("PP-TD-2")
def test_an_emptied_outbox_goes_on_counting(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path)
    outbox.append(rows(5))
    assert outbox.acknowledge([(1, 5)]) == 5
    outbox.close()
    outbox = open_outbox(tmp_path)
    assert outbox.stats().last_record_seq == 5
    assert outbox.append(rows(1)) == range(6, 7)
    outbox.close()


def test_the_record_number_that_a_row_brings_is_not_looked_at(outbox: Outbox) -> None:
    outbox.append([row()._replace(record_seq=77)])
    assert outbox.page(0, 10)[0].record_seq == 1


@pytest.mark.proves("PP-TD-1", "D1")
@pytest.mark.parametrize(
    "value",
    [
        *(0, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX + 1, INT64_MIN - 1, 10**38, -(2**500), None),
        *(0.0, 1.5, -2.5e-308, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, 0.1 + 0.2),
    ],
)
def test_every_value_comes_back_exactly_and_with_its_type(outbox: Outbox, value: StoredValue) -> None:
    outbox.append([row(value)])
    found = outbox.page(0, 1)[0].value
    assert found == value
    assert type(found) is type(value)


@pytest.mark.proves("PP-TD-1")
def test_nan_stays_nan_and_minus_zero_keeps_its_sign(outbox: Outbox) -> None:
    outbox.append([row(math.nan), row(-0.0), row(None)])
    nan, zero, null = (found.value for found in outbox.page(0, 3))
    assert isinstance(nan, float)
    assert math.isnan(nan)
    assert isinstance(zero, float)
    assert math.copysign(1, zero) == -1
    assert null is None


def test_the_table_is_readable_with_plain_sql(outbox: Outbox, tmp_path: Path) -> None:
    outbox.append([row(7), row(1.5), row(10**30), row(math.nan), row(None), row(True)])
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as reader:
        found = reader.execute("SELECT record_seq, typeof(value) FROM local_buffer").fetchall()
    reader.close()
    assert found == list(enumerate(["integer", "real", "text", "text", "null", "integer"], start=1))


stored_values = st.one_of(
    st.none(), st.integers(min_value=-(2**511), max_value=2**511 - 1), st.floats(allow_nan=False), st.booleans()
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(stored_values, st.integers(INT64_MIN, INT64_MAX), st.integers(1, 2**31)), max_size=600))
@pytest.mark.proves("PP-TD-1", "PP-TD-2")
def test_any_rows_come_back_as_they_were_in_order(
    outbox: Outbox, given_rows: list[tuple[StoredValue, int, int]]
) -> None:
    stored = [row(value, at_us, metric_id) for value, at_us, metric_id in given_rows]
    # Ages are another test's matter: nothing here is too old.
    outbox.set_bounds(OutboxBounds(max_age_s=10**14))
    before = outbox.stats().last_record_seq
    numbers = outbox.append(stored)
    assert numbers == (range(before + 1, before + 1 + len(stored)) if stored else range(0))
    expected = [each._replace(record_seq=number) for each, number in zip(stored, numbers, strict=True)]
    assert outbox.page(before, len(stored) + 1) == expected


def test_a_value_that_is_not_storable_is_refused(outbox: Outbox) -> None:
    with pytest.raises(ValueTypeError, match="str"):
        outbox.append([row("text")])  # type: ignore[arg-type]
    with pytest.raises(ValueTypeError):
        outbox.append([row(at_us=2**70)])
    assert outbox.stats().depth == 0


def test_a_page_is_bounded_by_its_limit_and_by_the_last_number(outbox: Outbox) -> None:
    outbox.append(rows(10))
    assert [found.record_seq for found in outbox.page(2, 3)] == [3, 4, 5]
    assert [found.record_seq for found in outbox.page(2, 30, up_to=4)] == [3, 4]
    assert outbox.page(10, 5) == []


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(1, 40), st.integers(0, 30), st.integers(0, 60)), min_size=1, max_size=12))
def test_what_was_just_committed_reads_as_the_file_has_it(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, int, int]]
) -> None:
    path = tmp_path_factory.mktemp("tail") / "outbox.sqlite3"
    outbox = Outbox(path)
    beside = sqlite3.connect(path)
    for count, gone, after in steps:
        values = [float("nan"), -0.0, None, 2**70, 1]
        outbox.append([OutboxRow(0, 1, at, 1, 0, values[at % 5]) for at in range(count)])
        first = outbox.stats().first_record_seq
        outbox.acknowledge([(first, first + gone - 1)] if gone % 3 else [(first + 1, first + gone)])
        stored = beside.execute(
            "SELECT record_seq FROM local_buffer WHERE record_seq > ? AND record_seq <= ? ORDER BY 1 LIMIT 25",
            (after, after + 40),
        ).fetchall()
        page = outbox.page(after, 25, after + 40)
        assert [row.record_seq for row in page] == [number for (number,) in stored]
    whole = [repr(row) for row in outbox.page(0, 10_000)]
    beside.close()
    outbox.close()
    again = Outbox(path)
    assert [repr(row) for row in again.page(0, 10_000)] == whole
    again.close()
