"""How fast records come and go, and when the outbox will be empty (PP-TD-8, X2)."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from precisionpulse_sdk.protocol.effects import Instant, OutboxFacts

_WINDOW_S = 10.0
_STEP_S = 0.5
_PATIENCE_S = 5.0


class Flow(NamedTuple):
    """Rates of one moment, in records per second; None while they are not known. `falling_behind`: fewer records leave
    than are made, and the oldest has waited for more than 5 s."""

    recorded_per_s: float | None = None
    drained_per_s: float | None = None
    falling_behind: bool = False

    def time_left_s(self, depth: int) -> float | None:
        """When the outbox, which holds `depth` records, will be empty if all goes on as it does: seconds from now. What
        is recorded meanwhile is taken into account. None when that is never, or not known."""
        if not depth:
            return 0.0
        if self.drained_per_s is None or self.recorded_per_s is None or self.drained_per_s <= self.recorded_per_s:
            return None
        return depth / (self.drained_per_s - self.recorded_per_s)


class _Look(NamedTuple):
    at_s: float
    recorded: int
    depth: int
    first_record_seq: int


class FlowMeter:
    """Rates over the last 10 s, from counts that the outbox keeps anyway: nothing is counted twice, whatever is lost or
    sent again. Judges by the monotonic clock alone. `now` may be read by any thread."""

    def __init__(self) -> None:
        self.now = Flow()
        self._looks: deque[_Look] = deque()

    def begin(self) -> None:
        """A session begins: what was before says nothing about it."""
        self._looks.clear()
        self.now = Flow()

    def look(self, facts: OutboxFacts, now: Instant) -> None:
        """Take note of the outbox, as often as one likes."""
        look = _Look(now.mono_s, facts.last_record_seq, facts.depth, facts.first_record_seq)
        looks = self._looks
        if len(looks) > 1 and now.mono_s - looks[-2].at_s < _STEP_S:
            looks[-1] = look
            return
        looks.append(look)
        while len(looks) > 2 and now.mono_s - looks[0].at_s > _WINDOW_S:
            looks.popleft()
        span_s = look.at_s - looks[0].at_s
        if span_s < _STEP_S:
            return
        recorded = look.recorded - looks[0].recorded
        drained = max(0, recorded - (look.depth - looks[0].depth))
        self.now = Flow(recorded / span_s, drained / span_s, drained < recorded and self._waits_long(look))

    def _waits_long(self, look: _Look) -> bool:
        before = [past for past in self._looks if look.at_s - past.at_s >= _PATIENCE_S]
        return bool(look.depth and before) and look.first_record_seq <= before[-1].recorded
