"""A shorter outage of the same kind as `make outage` runs: the same code, fewer hours."""

from __future__ import annotations

import pytest

from precisionpulse_sdk.events import LinkState

from .outage import Outage, Report

MIB = 1 << 20


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    return Outage(tmp_path_factory.mktemp("outage") / "outbox.sqlite3", hub_rate=10_000).run(600)


@pytest.mark.proves("E1", "E3", "PP-TD-7", "PP-TD-10")
def test_everything_arrives_once_while_recording_goes_on(report: Report) -> None:
    assert report.outage_records == 600_000
    assert report.recorded > 660_000
    assert 0 <= report.recorded - report.committed <= 1000, "the last second's readings are on their way"
    assert report.duplicates == 0
    assert report.states == [LinkState.CONNECTING, LinkState.FLUSHING, LinkState.ONLINE]


@pytest.mark.proves("E4", "PP-TD-9")
def test_memory_and_files_stay_as_they_are(report: Report) -> None:
    assert report.memory_growth < 8 * MIB
    assert max(report.outage_memory[2:]) - report.outage_memory[2] < 8 * MIB
    assert report.file_bytes[1] <= report.file_bytes[0] + 4 * MIB, "what was deleted is used again"
    assert report.most_log_bytes < 16 * MIB


@pytest.mark.proves("X2", "PP-TD-8")
def test_the_time_left_comes_true(report: Report) -> None:
    told = report.predictions
    assert len(told) > 12
    assert all(abs(told_s - true_s) <= max(3.0, 0.1 * true_s) for told_s, true_s in told[1:])
