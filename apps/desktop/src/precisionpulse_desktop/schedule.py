"""When each metric is due: a grid of fixed points on the monotonic clock, so that lateness never adds up."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from precisionpulse_sdk.errors import ConfigurationError

MIN_INTERVAL_MS = 10
MAX_INTERVAL_MS = 86_400_000


@dataclass(slots=True)
class _Grid:
    origin: float
    interval: float
    next: int

    @property
    def due(self) -> float:
        return self.origin + self.next * self.interval


class Schedule:
    """Due times of the metrics in `names`, all at `interval_ms` to begin with, first due at `now` (monotonic seconds).

    Points that passed unused, since a reading took too long or the machine slept, are skipped and counted in
    `missed`: no burst catches up. Not thread-safe."""

    def __init__(self, names: Iterable[str], interval_ms: int, now: float) -> None:
        interval = _seconds(interval_ms)
        self._grids = {name: _Grid(now, interval, 0) for name in names}
        self.missed = 0

    def next_due(self) -> float:
        """The earliest due time, infinity without metrics."""
        return min((grid.due for grid in self._grids.values()), default=math.inf)

    def take_due(self, now: float) -> list[str]:
        """The metrics that are due at `now`; each moves on to its next point after `now`."""
        due = []
        for name, grid in self._grids.items():
            if grid.due > now:
                continue
            due.append(name)
            following = max(grid.next + 1, math.floor((now - grid.origin) / grid.interval) + 1)
            self.missed += following - grid.next - 1
            grid.next = following
        return due

    def set_interval(self, interval_ms: int, now: float, name: str | None = None) -> None:
        """Begin a new grid at `now` for the metric `name`, or for all. The first point is one interval from `now`.

        Raises `ConfigurationError` for an interval out of bounds or an unknown metric."""
        interval = _seconds(interval_ms)
        if name is not None and name not in self._grids:
            raise ConfigurationError(f"There is no metric called {name!r} to set an interval of")
        for each in [name] if name is not None else list(self._grids):
            self._grids[each] = _Grid(now, interval, 1)


def _seconds(interval_ms: int) -> float:
    if not MIN_INTERVAL_MS <= interval_ms <= MAX_INTERVAL_MS:
        raise ConfigurationError(f"The interval must be {MIN_INTERVAL_MS} to {MAX_INTERVAL_MS} ms, not {interval_ms}")
    return interval_ms / 1000
