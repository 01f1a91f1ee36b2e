"""What the bounds cost, and how it is told: the oldest go, or recording stops."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ConfigurationError, OutboxFullError
from precisionpulse_sdk.outbox import GapRow, Outbox, OutboxBounds, Policy

from .records import NOW_US, open_outbox, row, rows


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
