"""Moments as numbers and back."""

from __future__ import annotations

import datetime as dt

import pytest

from precisionpulse_sdk.moments import from_us, to_us


@pytest.mark.parametrize(
    "us", [-62_135_596_800_000_000, -1, 0, 1, 1_795_687_445_123_457, 9_007_199_254_740_993, 253_402_300_799_999_999]
)
def test_every_microsecond_comes_back_as_it_was(us: int) -> None:
    assert to_us(from_us(us)) == us


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    moment = dt.datetime(2026, 11, 26, 12, 0, 0, 1, tzinfo=dt.timezone(dt.timedelta(hours=5, minutes=30)))
    assert from_us(to_us(moment)) == moment
    assert from_us(to_us(moment)).utcoffset() == dt.timedelta(0)


def test_outside_of_the_calendar_is_an_error() -> None:
    with pytest.raises(OverflowError):
        from_us(1 << 63)
