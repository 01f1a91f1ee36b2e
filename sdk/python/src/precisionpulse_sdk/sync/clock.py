"""Hybrid logical clocks (Kulkarni et al. 2014): times that follow cause and effect and stay close to the wall clock.

The owner persists the `Clock`'s `last` in the transaction that its time is used in, so that no time is given twice."""

from __future__ import annotations

from typing import NamedTuple

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ClockAheadError, InvalidChangeError

MAX_AHEAD_US = 60_000_000
"""How far a change may be ahead of the judge's own clock (PP-SY-3)."""

_MAX_LOGICAL = (1 << 32) - 1
_MAX_WALL_US = (1 << 63) - 1


class HybridTime(NamedTuple):
    """A time, ordered by physical part (µs since 1970-01-01T00:00:00Z), logical part, and node as last tie-break."""

    wall_us: int
    logical: int
    node: str


ZERO = HybridTime(0, 0, "")
"""Before every time that anybody gives."""


def tick(last: HybridTime, node: str, wall_us: int) -> HybridTime:
    """The time of an event at `node` now: after `last`, the highest that the node has given or seen."""
    if wall_us > last.wall_us:
        return HybridTime(wall_us, 0, node)
    if last.logical < _MAX_LOGICAL:
        return HybridTime(last.wall_us, last.logical + 1, node)
    return HybridTime(last.wall_us + 1, 0, node)


def check_trust(at: HybridTime, last: HybridTime, wall_us: int) -> None:
    """Raises `ClockAheadError` when `at` is further ahead of now than clocks are trusted.

    What the judge itself has given out already is no news, even when its wall clock was set back since."""
    ahead_us = at.wall_us - wall_us
    if ahead_us > MAX_AHEAD_US and at.wall_us > last.wall_us:
        raise ClockAheadError(
            f"The clock of {at.node!r} is {_duration(ahead_us)} ahead; at most {MAX_AHEAD_US // 1_000_000} s are "
            "trusted. Set that clock, then make the change again."
        )


def to_message(at: HybridTime) -> pb.HybridTime:
    """As it travels."""
    return pb.HybridTime(wall_us=at.wall_us, logical=at.logical, node=at.node)


def from_message(message: pb.HybridTime) -> HybridTime:
    """As it came. Raises `InvalidChangeError` for one that nobody could have given."""
    if not 0 < message.wall_us < _MAX_WALL_US or not message.node:
        raise InvalidChangeError("The change has no sound time.")
    return HybridTime(message.wall_us, message.logical, message.node)


def _duration(us: int) -> str:
    seconds = us // 1_000_000
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds // 60} min"
    return f"{seconds // 3600} h"
