"""A moment as it travels and is stored, µs since 1970-01-01T00:00:00Z, and as `datetime` has it; exact both ways."""

from __future__ import annotations

import datetime as dt

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def to_us(moment: dt.datetime) -> int:
    """µs since 1970 of `moment`, which must say its zone."""
    return (moment - _EPOCH) // _MICROSECOND


def from_us(us: int) -> dt.datetime:
    """The moment `us` after 1970, in UTC. Raises `OverflowError` outside of the years 1 to 9999."""
    return _EPOCH + us * _MICROSECOND
