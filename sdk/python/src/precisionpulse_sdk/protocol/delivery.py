"""Which stored records to send next: a cursor over the outbox and a window of unacknowledged batches (PP-TD-7,
PP-TD-8).

Sending reads, never deletes; only an acknowledgement lets a record go. After a reconnect everything that is still
stored is sent again from the oldest on, first up to the flush mark on the history channel, then live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from precisionpulse_sdk.ranges import Range, RangeSet


class NextRead(NamedTuple):
    """Rows to read and send: `after` < record_seq ≤ `up_to`, at most `limit`; `history` says on which channel."""

    after: int
    up_to: int
    limit: int
    history: bool


@dataclass(slots=True)
class _InFlight:
    remaining: RangeSet
    sent_at_s: float


@dataclass(slots=True)
class _Again:
    range: Range
    not_before_s: float


class DeliveryWindow:
    """The sending state of one session. Times are seconds on the monotonic clock."""

    def __init__(self, *, max_batches: int, max_records: int, flush_mark: int) -> None:
        self.max_batches = max_batches
        self.max_records = max_records
        self.flush_mark = flush_mark
        self._cursor = 0
        self._in_flight: list[_InFlight] = []
        self._again: list[_Again] = []

    @property
    def in_flight_batches(self) -> int:
        """Batches that were sent and are not wholly acknowledged."""
        return len(self._in_flight)

    @property
    def in_flight_records(self) -> int:
        """Records that were sent and are not acknowledged."""
        return sum(batch.remaining.count for batch in self._in_flight)

    @property
    def flushing(self) -> bool:
        """Whether a record up to the flush mark still waits to be sent or acknowledged."""
        return (
            self._cursor < self.flush_mark
            or any(_first(batch.remaining) <= self.flush_mark for batch in self._in_flight)
            or any(again.range.first <= self.flush_mark for again in self._again)
        )

    def next_read(self, last_record_seq: int, now_s: float) -> NextRead | None:
        """What to read now, or None: nothing to send, or the window is full."""
        if len(self._in_flight) >= self.max_batches:
            return None
        for again in self._again:
            if again.not_before_s <= now_s:
                first, last = again.range
                return NextRead(first - 1, last, self.max_records, first <= self.flush_mark)
        if self._cursor < self.flush_mark:
            return NextRead(self._cursor, self.flush_mark, self.max_records, True)
        if self.flushing or self._cursor >= last_record_seq:
            return None
        return NextRead(self._cursor, last_record_seq, self.max_records, False)

    def was_read(self, read: NextRead, read_to: int) -> None:
        """The rows of `read` up to number `read_to` are dealt with: sent, or no longer stored."""
        for at, again in enumerate(self._again):
            if again.range.first == read.after + 1 and again.range.last == read.up_to:
                if read_to >= read.up_to:
                    del self._again[at]
                else:
                    again.range = Range(read_to + 1, read.up_to)
                return
        self._cursor = max(self._cursor, read_to)

    def sent(self, ranges: tuple[Range, ...], now_s: float) -> None:
        """A batch with these records was handed to the transport."""
        self._in_flight.append(_InFlight(RangeSet(ranges), now_s))

    def settled(self, ranges: tuple[Range, ...]) -> None:
        """These records need no more sending: committed, or refused for good."""
        for first, last in ranges:
            for batch in self._in_flight:
                batch.remaining.remove(first, last)
        self._in_flight = [batch for batch in self._in_flight if batch.remaining]

    def send_again(self, range_: Range, not_before_s: float) -> None:
        """The hub could not take these records now; they stay stored and are sent again, not before the given time."""
        self.settled((range_,))
        if not any(again.range == range_ for again in self._again):
            self._again.append(_Again(range_, not_before_s))
            self._again.sort(key=lambda again: again.range)

    def overdue(self, now_s: float, timeout_s: float) -> int:
        """Queue again what was not acknowledged in time; the result is how many batches that were."""
        late = [batch for batch in self._in_flight if now_s - batch.sent_at_s >= timeout_s]
        for batch in late:
            for piece in tuple(batch.remaining):
                self.send_again(piece, now_s)
        return len(late)

    def wake_at_s(self, timeout_s: float) -> float | None:
        """When something becomes due by itself."""
        times = [batch.sent_at_s + timeout_s for batch in self._in_flight]
        if len(self._in_flight) < self.max_batches:
            times.extend(again.not_before_s for again in self._again)
        return min(times, default=None)


def _first(ranges: RangeSet) -> int:
    return next(iter(ranges)).first
