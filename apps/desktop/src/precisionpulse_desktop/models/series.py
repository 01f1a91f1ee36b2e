"""What the plot draws: the latest points of one metric, in a ring, with breaks where there is nothing to join."""

from __future__ import annotations

import math
from array import array
from typing import TYPE_CHECKING

from precisionpulse_sdk.values import Quality, Value

CAPACITY = 20_000
DRAWABLE = 1e30
"""Larger magnitudes, infinities and NaN can't be drawn, and become breaks."""

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Series:
    """Points of one metric by time. Values are rounded to double for drawing only."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._seconds = array("d")
        self._values = array("d")
        self._capacity = capacity
        self._added = 0

    def append(self, at_us: int, value: Value, quality: Quality) -> None:
        """Add a reading. A null or bad one is a break."""
        second = at_us / 1_000_000
        number = _drawable(value) if quality is not Quality.BAD else math.nan
        if self._added < self._capacity:
            self._seconds.append(second)
            self._values.append(number)
        else:
            at = self._added % self._capacity
            self._seconds[at], self._values[at] = second, number
        self._added += 1

    def window(self, since_s: float, break_after_s: float) -> tuple[Floats, Floats]:
        """Times (s since 1970) and values since `since_s`, NaN where the line must break: at nulls, and wherever two
        points are more than `break_after_s` apart, or time went backwards."""
        import numpy as np  # 20 MB that only a plot which somebody looks at needs

        shift = -(self._added % self._capacity) if self._added > self._capacity else 0
        seconds, values = np.roll(self._seconds, shift), np.roll(self._values, shift)
        keep = seconds >= since_s
        seconds, values = seconds[keep], values[keep]
        steps = np.diff(seconds)
        breaks = np.flatnonzero((steps > break_after_s) | (steps < 0)) + 1
        return np.insert(seconds, breaks, seconds[breaks]), np.insert(values, breaks, math.nan)


def _drawable(value: Value) -> float:
    number = math.nan if value is None else float(value)
    return number if abs(number) <= DRAWABLE else math.nan
