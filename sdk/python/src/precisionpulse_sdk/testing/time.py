"""Virtual time: a test runs years of events in seconds, in an order that a seed decides."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from itertools import count

from precisionpulse_sdk.protocol.effects import Instant

START_US = 1_790_000_000_000_000


class VirtualTime:
    """A clock that stands still between events, and the events that are to come. Events of one moment happen in the
    order in which they were scheduled. `wall_offset_us` is how far people have set the wall clock off."""

    def __init__(self) -> None:
        self.mono_s = 0.0
        self.wall_offset_us = 0
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = count()

    def __len__(self) -> int:
        """How many events are to come."""
        return len(self._events)

    def now(self) -> Instant:
        """The present moment on both clocks."""
        return Instant(self.mono_s, START_US + round(self.mono_s * 1_000_000) + self.wall_offset_us)

    def after(self, delay_s: float, event: Callable[[], None]) -> None:
        """Have `event` happen `delay_s` from now."""
        heapq.heappush(self._events, (self.mono_s + max(0.0, delay_s), next(self._numbers), event))

    def step(self) -> bool:
        """Go to the next event and let it happen; False when there is none."""
        if not self._events:
            return False
        at_s, _, event = heapq.heappop(self._events)
        self.mono_s = max(self.mono_s, at_s)
        event()
        return True

    @property
    def next_s(self) -> float:
        """When the next event is; infinite when there is none."""
        return self._events[0][0] if self._events else float("inf")

    def run_until(self, mono_s: float) -> None:
        """Let everything happen up to a moment, and stand there."""
        while self.next_s <= mono_s:
            self.step()
        self.mono_s = max(self.mono_s, mono_s)
