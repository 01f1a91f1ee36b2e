from __future__ import annotations

import math
from decimal import Decimal

import pytest

from precisionpulse_desktop.models.series import Series
from precisionpulse_sdk import Quality, Value


def _series(*points: tuple[float, Value], capacity: int = 100) -> Series:
    series = Series(capacity)
    for seconds, value in points:
        series.append(round(seconds * 1_000_000), value, Quality.LIVE)
    return series


def _drawn(series: Series, since_s: float = 0.0, break_after_s: float = 3.0) -> list[float | None]:
    return [None if math.isnan(value) else value for value in series.window(since_s, break_after_s)[1].tolist()]


@pytest.mark.proves("DT11")
def test_a_gap_is_a_break_and_never_a_line() -> None:
    assert _drawn(_series((1, 1), (2, 2), (9, 9), (10, 10))) == [1, 2, None, 9, 10]


@pytest.mark.proves("DT11")
@pytest.mark.parametrize("value", [None, math.nan, math.inf, 1.7e308])
def test_what_can_not_be_drawn_is_a_break(value: Value) -> None:
    assert _drawn(_series((1, 1), (2, value), (3, 3))) == [1, None, 3]


def test_a_bad_value_is_a_break() -> None:
    series = _series((1, 1))
    series.append(2_000_000, 99, Quality.BAD)
    assert _drawn(series) == [1, None]


def test_a_clock_that_was_set_back_breaks_the_line() -> None:
    assert _drawn(_series((5, 5), (4, 4))) == [5, None, 4]


def test_booleans_and_decimals_are_drawn() -> None:
    assert _drawn(_series((1, True), (2, False), (3, Decimal("1.5")))) == [1, 0, 1.5]


@pytest.mark.proves("DT9")
def test_a_full_ring_forgets_the_oldest() -> None:
    series = _series(*((second, second) for second in range(250)), capacity=100)
    assert _drawn(series) == list(range(150, 250))


def test_only_the_span_is_drawn_and_nothing_is_fine() -> None:
    assert _drawn(_series(*((second, second) for second in range(10))), since_s=7) == [7, 8, 9]
    assert _drawn(Series()) == []
