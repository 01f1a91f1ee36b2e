"""How far each record has come on its way to the hub."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Iterable

from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.ranges import Range, RangeSet

KEPT_REASONS = 500
KEPT_TIMES = 5000


class RecordState(enum.Enum):
    """One vocabulary for the tables and their filter."""

    QUEUED = "queued"
    IN_FLIGHT = "in flight"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"


class DeliveryBook:
    """Answers for any `record_seq` from the ranges that were acknowledged or rejected, and from the statistics."""

    def __init__(self) -> None:
        self._acknowledged = RangeSet()
        self._rejected = RangeSet()
        self._reasons: deque[tuple[Range, str]] = deque(maxlen=KEPT_REASONS)
        self._times: deque[tuple[Range, int]] = deque(maxlen=KEPT_TIMES)
        self._sent_to = 0

    def acknowledge(self, ranges: Iterable[Range], at_us: int) -> None:
        """The hub has committed these, as was heard at `at_us`."""
        for piece in ranges:
            self._acknowledged.add(*piece)
            self._times.append((piece, at_us))

    def reject(self, ranges: Iterable[Range], reason: str, at_us: int) -> None:
        """The hub will never take these, as was heard at `at_us`."""
        for piece in ranges:
            self._rejected.add(*piece)
            self._reasons.append((piece, reason))
            self._times.append((piece, at_us))

    def update(self, stats: ClientStats) -> None:
        """Take over what was acknowledged in earlier runs, and what is on its way."""
        if stats.acknowledged_to > 0:
            self._acknowledged.add(1, stats.acknowledged_to)
        # Records leave oldest first, so those in flight follow the acknowledged ones.
        self._sent_to = stats.acknowledged_to + stats.in_flight

    def state(self, record_seq: int) -> RecordState:
        """Where the record is."""
        if record_seq in self._rejected:
            return RecordState.REJECTED
        if record_seq in self._acknowledged:
            return RecordState.ACKNOWLEDGED
        return RecordState.IN_FLIGHT if record_seq <= self._sent_to else RecordState.QUEUED

    def settled_us(self, record_seq: int) -> int | None:
        """When it was heard that the record is acknowledged or rejected (µs since 1970); None when it was not
        lately."""
        return next((at for piece, at in reversed(self._times) if piece.first <= record_seq <= piece.last), None)

    def reason(self, record_seq: int) -> str:
        """Why the record was rejected; empty when it was not, or too many were since."""
        return next((text for piece, text in self._reasons if piece.first <= record_seq <= piece.last), "")
