"""The outbox: numbers, exact values, bounds and losses."""

import math
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ClosedError, ConfigurationError, OutboxFullError, ValueTypeError
from precisionpulse_sdk.outbox import GapRow, Outbox, OutboxBounds, OutboxRow, Policy
from precisionpulse_sdk.values import INT64_MAX, INT64_MIN, StoredValue

NOW_US = 1_790_000_000_000_000


def row(value: StoredValue = 1, at_us: int = NOW_US, metric_id: int = 1) -> OutboxRow:
    return OutboxRow(0, metric_id, at_us, pb.QUALITY_LIVE, pb.CLOCK_STATE_SYNCHRONISED, value)


def rows(count: int) -> list[OutboxRow]:
    return [row(number, NOW_US + number) for number in range(count)]


def open_outbox(directory: Path, **bounds: int) -> Outbox:
    stated = OutboxBounds(**bounds)  # type: ignore[arg-type]
    return Outbox(directory / "outbox.sqlite3", bounds=stated, now_us=lambda: NOW_US + 10**9)


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = open_outbox(tmp_path)
    yield opened
    opened.close()


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


def test_a_page_is_bounded_by_its_limit_and_by_the_last_number(outbox: Outbox) -> None:
    outbox.append(rows(10))
    assert [found.record_seq for found in outbox.page(2, 3)] == [3, 4, 5]
    assert [found.record_seq for found in outbox.page(2, 30, up_to=4)] == [3, 4]
    assert outbox.page(10, 5) == []


@pytest.mark.proves("E3")
def test_only_the_acknowledged_ranges_go(outbox: Outbox) -> None:
    outbox.append(rows(10))
    assert outbox.acknowledge([(2, 3), (6, 6), (9, 99)]) == 5
    assert [found.record_seq for found in outbox.page(0, 99)] == [1, 4, 5, 7, 8]
    assert outbox.acknowledge([(2, 3)]) == 0
    assert outbox.stats().depth == 5


def test_stats_follow_every_step(outbox: Outbox) -> None:
    assert outbox.stats()[:4] == (0, outbox.stats().bytes, None, 0)
    outbox.append(rows(3))
    stats = outbox.stats()
    assert (stats.depth, stats.first_record_seq, stats.last_record_seq) == (3, 1, 3)
    assert stats.oldest_captured_us == NOW_US
    outbox.acknowledge([(1, 1)])
    assert (outbox.stats().first_record_seq, outbox.stats().oldest_captured_us) == (2, NOW_US + 1)
    outbox.acknowledge([(1, 3)])
    assert (outbox.stats().depth, outbox.stats().oldest_captured_us) == (0, None)


def test_reopening_counts_what_is_there(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path)
    outbox.append(rows(500))
    outbox.acknowledge([(1, 100)])
    outbox.dead_letter([(101, 101)], pb.NACK_CODE_MALFORMED, "no")
    outbox.begin_epoch()
    before = outbox.stats()
    outbox.close()
    outbox = open_outbox(tmp_path)
    assert outbox.stats()._replace(bytes=0) == before._replace(bytes=0)
    outbox.close()


@pytest.mark.proves("PP-CL-1")
def test_the_install_id_stays_and_each_epoch_is_new(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path)
    install_id = outbox.install_id
    assert len(install_id) == 16
    assert [outbox.begin_epoch(), outbox.begin_epoch()] == [1, 2]
    outbox.close()
    outbox = open_outbox(tmp_path)
    assert (outbox.install_id, outbox.begin_epoch()) == (install_id, 3)
    outbox.close()


@pytest.mark.proves("PP-CL-2")
def test_a_metric_keeps_its_number_until_its_type_or_scale_changes(outbox: Outbox) -> None:
    first = outbox.declare_metric("t", pb.VALUE_TYPE_DOUBLE, "Cel", 0, "room", 1000)
    assert outbox.declare_metric("t", pb.VALUE_TYPE_DOUBLE, "Cel", 0, "room", 1000) == first
    renamed = outbox.declare_metric("t", pb.VALUE_TYPE_DOUBLE, "K", 0, "hall", 500)
    assert (renamed.id, renamed.unit, renamed.description, renamed.interval_ms) == (first.id, "K", "hall", 500)
    other = outbox.declare_metric("t", pb.VALUE_TYPE_DECIMAL, "K", 2)
    assert other.id == first.id + 1
    rescaled = outbox.declare_metric("t", pb.VALUE_TYPE_DECIMAL, "K", 3)
    assert [(metric.id, metric.retired) for metric in outbox.metrics()] == [
        (first.id, True),
        (other.id, True),
        (rescaled.id, False),
    ]


@pytest.mark.proves("PP-TD-5")
def test_dead_letters_leave_the_queue_and_are_kept_and_reported(outbox: Outbox, tmp_path: Path) -> None:
    outbox.append(rows(5))
    assert outbox.dead_letter([(2, 3)], pb.NACK_CODE_MALFORMED, "contradicts its catalogue") == 2
    assert [found.record_seq for found in outbox.page(0, 9)] == [1, 4, 5]
    assert (outbox.stats().dead_letters, outbox.stats().depth) == (2, 3)
    assert outbox.gaps() == [GapRow(1, 2, 3, pb.GAP_CAUSE_REJECTED, 2, NOW_US + 1, NOW_US + 2)]
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as reader:
        found = reader.execute("SELECT record_seq, value, code, detail FROM dead_letters").fetchall()
    reader.close()
    assert found == [(2, 1, 4, "contradicts its catalogue"), (3, 2, 4, "contradicts its catalogue")]


def test_dead_letters_are_bounded(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path, max_dead_letters=3)
    outbox.append(rows(10))
    outbox.dead_letter([(1, 5)], pb.NACK_CODE_MALFORMED, "no")
    assert outbox.stats().dead_letters == 3
    outbox.close()


@pytest.mark.proves("E4", "PP-TD-9")
def test_at_the_row_bound_the_oldest_go_and_are_one_counted_gap(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path, max_records=10)
    for each in rows(14):
        outbox.append([each])
    assert [found.record_seq for found in outbox.page(0, 99)] == list(range(5, 15))
    assert (outbox.stats().depth, outbox.stats().dropped, outbox.stats().gaps) == (10, 4, 1)
    assert outbox.gaps() == [GapRow(1, 1, 4, pb.GAP_CAUSE_BUFFER_BOUND, 4, NOW_US, NOW_US + 3)]
    outbox.close()
    outbox = open_outbox(tmp_path)
    assert (outbox.stats().dropped, len(outbox.gaps())) == (4, 1)
    outbox.close()


@pytest.mark.proves("PP-TD-9")
def test_a_gap_that_was_read_does_not_change_any_more(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path, max_records=5)
    outbox.append(rows(6))
    first = outbox.gaps()
    outbox.append(rows(1))
    assert [(gap.gap_seq, gap.first_seq, gap.last_seq) for gap in outbox.gaps()] == [(1, 1, 1), (2, 2, 2)]
    outbox.acknowledge_gaps([first[0].gap_seq])
    assert [gap.gap_seq for gap in outbox.gaps()] == [2]
    outbox.close()


@pytest.mark.proves("PP-TD-9")
def test_a_drop_leaves_out_what_was_acknowledged_in_between(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path, max_records=5)
    outbox.append(rows(5))
    outbox.acknowledge([(2, 2)])
    outbox.append(rows(4))
    assert [(gap.first_seq, gap.last_seq, gap.count) for gap in outbox.gaps()] == [(1, 1, 1), (3, 4, 2)]
    outbox.close()


class Clocks:
    """A wall clock and a monotonic one, which a test moves together or apart."""

    def __init__(self) -> None:
        self.wall_us = NOW_US
        self.mono_s = 100.0

    def pass_by(self, seconds: int) -> None:
        self.wall_us += seconds * 1_000_000
        self.mono_s += seconds

    def outbox(self, directory: Path) -> Outbox:
        path, bounds = directory / "outbox.sqlite3", OutboxBounds(max_age_s=60)
        return Outbox(path, bounds=bounds, now_us=lambda: self.wall_us, now_s=lambda: self.mono_s)


@pytest.mark.proves("E4", "PP-TD-9")
def test_too_old_records_go(tmp_path: Path) -> None:
    clocks = Clocks()
    outbox = clocks.outbox(tmp_path)
    outbox.append([row(at_us=NOW_US), row(at_us=NOW_US + 30_000_000)])
    clocks.pass_by(80)
    outbox.append([row(at_us=clocks.wall_us)])
    assert [found.record_seq for found in outbox.page(0, 9)] == [2, 3]
    assert [(gap.first_seq, gap.cause) for gap in outbox.gaps()] == [(1, pb.GAP_CAUSE_BUFFER_BOUND)]
    outbox.close()


@pytest.mark.proves("E4", "PP-TD-9")
def test_a_clock_that_is_set_makes_no_record_too_old(tmp_path: Path) -> None:
    clocks = Clocks()
    outbox = clocks.outbox(tmp_path)
    outbox.append([row(at_us=0), row(at_us=clocks.wall_us)])
    clocks.wall_us += 10 * 365 * 24 * 3600 * 1_000_000
    outbox.append([row(at_us=clocks.wall_us)])
    outbox.append([row(at_us=clocks.wall_us)])
    clocks.pass_by(70)
    outbox.append([row(at_us=clocks.wall_us)])
    assert outbox.stats().depth == 5, "what was stored before the clock was set has no age, and shields what follows"
    outbox.acknowledge([(1, 3)])
    outbox.append([row(at_us=clocks.wall_us)])
    assert [found.record_seq for found in outbox.page(0, 9)] == [5, 6]
    outbox.close()


@pytest.mark.proves("E4", "PP-TD-9")
def test_the_byte_bound_holds_on_disk(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path, max_bytes=1 << 20)
    for _ in range(100):
        outbox.append(rows(1000))
    stats = outbox.stats()
    assert stats.bytes <= 1 << 20
    assert stats.depth + stats.dropped == 100_000
    assert stats.depth > 10_000
    assert sum(gap.count for gap in outbox.gaps()) == stats.dropped
    outbox.close()
    assert (tmp_path / "outbox.sqlite3").stat().st_size < 2 << 20


@pytest.mark.proves("E4", "PP-TD-9")
def test_with_the_other_policy_recording_stops_and_the_loss_is_a_gap_without_numbers(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite3", bounds=OutboxBounds(max_records=3, policy=Policy.STOP_RECORDING))
    at_us = time.time_ns() // 1000
    outbox.append([row(at_us=at_us)] * 2)
    for _ in range(3):
        with pytest.raises(OutboxFullError, match="stop"):
            outbox.append([row(at_us=at_us)] * 2)
    assert outbox.append([row(at_us=at_us)]) == range(3, 4)
    assert outbox.gaps() == [GapRow(1, None, None, pb.GAP_CAUSE_DISK_FULL, 6, at_us, at_us)]
    assert outbox.stats().dropped == 6
    outbox.acknowledge([(1, 3)])
    assert outbox.append([row(at_us=at_us)]) == range(4, 5)
    outbox.close()


def test_bounds_that_can_not_work_are_refused() -> None:
    for name, value in (("max_records", 0), ("max_bytes", 1000), ("max_age_s", 0)):
        with pytest.raises(ConfigurationError, match=name):
            OutboxBounds(**{name: value})  # type: ignore[arg-type]


@pytest.mark.proves("E1", "PP-TD-2")
def test_many_callers_share_commits_and_each_gets_its_own_numbers(outbox: Outbox) -> None:
    numbers: list[tuple[int, range]] = []

    def record(caller: int) -> None:
        numbers.extend((caller, outbox.append([row(caller * 1000 + step)] * (1 + step % 3))) for step in range(50))

    threads = [threading.Thread(target=record, args=(caller,)) for caller in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given_out = sorted(number for _, mine in numbers for number in mine)
    assert given_out == list(range(1, outbox.stats().last_record_seq + 1))
    owner = {number: caller for caller, mine in numbers for number in mine}
    assert all(int(found.value or 0) // 1000 == owner[found.record_seq] for found in outbox.page(0, 10**6))


def test_one_callers_bad_row_does_not_cost_the_others_theirs(outbox: Outbox) -> None:
    failed: list[Exception] = []

    def bad() -> None:
        for _ in range(100):
            try:
                outbox.append([row(at_us=None)])  # type: ignore[arg-type]
            except ValueTypeError as error:
                failed.append(error)

    def good() -> None:
        for _ in range(100):
            outbox.append([row()])

    threads = [threading.Thread(target=target) for target in (bad, good, bad, good)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 200
    assert outbox.stats().depth == 200
    assert [found.record_seq for found in outbox.page(0, 999)] == list(range(1, 201))


def test_a_value_that_is_not_storable_is_refused(outbox: Outbox) -> None:
    with pytest.raises(ValueTypeError, match="str"):
        outbox.append([row("text")])  # type: ignore[arg-type]
    with pytest.raises(ValueTypeError):
        outbox.append([row(at_us=2**70)])
    assert outbox.stats().depth == 0


def test_a_closed_outbox_says_so(outbox: Outbox) -> None:
    outbox.close()
    outbox.close()
    for use in (lambda: outbox.append([row()]), lambda: outbox.page(0, 1), outbox.begin_epoch, outbox.gaps):
        with pytest.raises(ClosedError):
            use()


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
