from __future__ import annotations

import math

import pytest

from precisionpulse_desktop.schedule import Schedule
from precisionpulse_sdk.errors import ConfigurationError


@pytest.mark.proves("D1")
def test_lateness_never_adds_up() -> None:
    schedule = Schedule(["a"], 100, now=50.0)
    late = []
    for _ in range(10_000):
        due = schedule.next_due()
        late.append(due)
        assert schedule.take_due(due + 0.03) == ["a"]
    assert late[-1] == pytest.approx(50.0 + 9_999 * 0.1, abs=1e-6)
    assert schedule.missed == 0


def test_nothing_is_due_early() -> None:
    schedule = Schedule(["a"], 100, now=0.0)
    schedule.take_due(0.0)
    assert schedule.take_due(0.099) == []


def test_points_that_passed_are_skipped_and_counted() -> None:
    schedule = Schedule(["a"], 1000, now=0.0)
    assert schedule.take_due(0.0) == ["a"]
    assert schedule.take_due(7.5) == ["a"]
    assert schedule.missed == 6
    assert schedule.next_due() == 8.0


@pytest.mark.proves("D1", "D4")
def test_each_metric_has_its_own_interval() -> None:
    schedule = Schedule(["fast", "slow"], 1000, now=0.0)
    schedule.take_due(0.0)
    schedule.set_interval(10, now=0.0, name="fast")
    assert schedule.take_due(0.01) == ["fast"]
    assert schedule.take_due(1.0) == ["fast", "slow"]


def test_a_new_interval_counts_from_now() -> None:
    schedule = Schedule(["a"], 60_000, now=0.0)
    schedule.take_due(0.0)
    schedule.set_interval(100, now=30.0)
    assert schedule.next_due() == pytest.approx(30.1)


@pytest.mark.parametrize("interval_ms", [0, 9, -1, 86_400_001])
def test_intervals_out_of_bounds_are_refused(interval_ms: int) -> None:
    with pytest.raises(ConfigurationError, match="10 to 86400000 ms"):
        Schedule(["a"], interval_ms, now=0.0)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'b'"):
        Schedule(["a"], 100, now=0.0).set_interval(200, now=0.0, name="b")


def test_without_metrics_nothing_is_ever_due() -> None:
    assert Schedule([], 100, now=0.0).next_due() == math.inf
