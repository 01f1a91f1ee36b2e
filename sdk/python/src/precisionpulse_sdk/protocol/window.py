"""Which stored records to send next: a cursor over the outbox and a window of unacknowledged batches (PP-TD-7,
PP-TD-8).

Sending reads, never deletes; only an acknowledgement lets a record go. After a reconnect everything that is still
stored is sent again from the oldest on, first up to the flush mark on the history channel, then live."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from precisionpulse_sdk.ranges import Range, RangeSet

_MOST_PATIENCE = 4
_NO_HOLD = float("-inf")


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
    asked: bool = False


class DeliveryWindow:
    """The sending state of one session. Times are seconds on the monotonic clock.

    After half of `timeout_s` without an acknowledgement the hub is asked what it has; after all of it, what it has not
    acknowledged is sent again. Each time that this was in vain the wait doubles, up to four times `timeout_s`: a hub
    that is slow must not be given more work for it.

    Live records that don't fill a batch wait for company while `max_part_batches` are unacknowledged: Nagle's rule (RFC
    896) for more than one frame on its way. It costs nobody anything until the hub is slower than the records come."""

    def __init__(
        self, *, max_batches: int, max_part_batches: int, max_records: int, flush_mark: int, timeout_s: float
    ) -> None:
        self.max_batches = max_batches
        self.max_part_batches = max_part_batches
        self.max_records = max_records
        self.flush_mark = flush_mark
        self._timeout_s = timeout_s
        self._patience = 1
        self._cursor = 0
        self._in_flight: list[_InFlight] = []
        self._again = RangeSet()
        self._hold_until_s = _NO_HOLD
        self._flushed = False

    @property
    def in_flight_records(self) -> int:
        """Records that were sent and are not acknowledged."""
        return sum(batch.remaining.count for batch in self._in_flight)

    @property
    def flushing(self) -> bool:
        """Whether a record up to the flush mark still waits to be sent or acknowledged."""
        if not self._flushed:
            self._flushed = (
                self._cursor >= self.flush_mark
                and all(batch.remaining.first > self.flush_mark for batch in self._in_flight)
                and (not self._again or self._again.first > self.flush_mark)
            )
        return not self._flushed

    def next_read(self, last_record_seq: int, now_s: float) -> NextRead | None:
        """What to read now, or None: nothing to send, the window is full, or the hub asked for a pause."""
        if now_s < self._hold_until_s or len(self._in_flight) >= self.max_batches:
            return None
        self._hold_until_s = _NO_HOLD
        if self._again:
            first, last = next(iter(self._again))
            history = first <= self.flush_mark
            return NextRead(first - 1, min(last, self.flush_mark) if history else last, self.max_records, history)
        if self._cursor < self.flush_mark:
            return NextRead(self._cursor, self.flush_mark, self.max_records, True)
        if self._cursor >= last_record_seq or self.flushing:
            return None
        if last_record_seq - self._cursor < self.max_records and len(self._in_flight) >= self.max_part_batches:
            return None
        return NextRead(self._cursor, last_record_seq, self.max_records, False)

    def was_read(self, read: NextRead, read_to: int) -> None:
        """The rows of `read` up to number `read_to` are dealt with: sent, or no longer stored."""
        self._cursor = max(self._cursor, read_to)
        if self._again and read_to > read.after:
            self._again.remove(read.after + 1, read_to)

    def sent(self, ranges: tuple[Range, ...], now_s: float) -> None:
        """A batch with these records was handed to the transport."""
        self._in_flight.append(_InFlight(RangeSet(ranges), now_s))

    def settled(self, ranges: tuple[Range, ...]) -> None:
        """These records are committed."""
        gone = 0
        for first, last in ranges:
            if self._again:
                self._again.remove(first, last)
            for batch in self._in_flight:
                gone += batch.remaining.remove(first, last)
        if gone:
            self._patience = 1
            self._in_flight = [batch for batch in self._in_flight if batch.remaining]

    def refused(self, range_: Range) -> tuple[Range, ...]:
        """The hub did not take `range_`. The result is what of it was in flight, and is not any more: a refusal says
        nothing of what was not sent."""
        found: list[Range] = []
        for batch in self._in_flight:
            found += batch.remaining.within(range_.first, range_.last)
            batch.remaining.remove(range_.first, range_.last)
        self._in_flight = [batch for batch in self._in_flight if batch.remaining]
        return tuple(found)

    def send_again(self, ranges: tuple[Range, ...]) -> None:
        """These records are not in flight any more, and are sent again before anything else."""
        for first, last in ranges:
            self._again.add(first, last)

    def hold(self, until_s: float) -> None:
        """Send nothing before `until_s`: the hub has no room."""
        self._hold_until_s = max(self._hold_until_s, until_s)

    def unanswered(self, now_s: float) -> Range | None:
        """What to ask the hub for, once for each batch: from the oldest record in flight to the newest, or None."""
        if not any(now_s >= self._ask_at_s(batch) for batch in self._in_flight):
            return None
        for batch in self._in_flight:
            batch.asked = True
        return Range(
            min(batch.remaining.first for batch in self._in_flight),
            max(batch.remaining.last for batch in self._in_flight),
        )

    def overdue(self, now_s: float) -> None:
        """Queue again what was not acknowledged in time."""
        late = [batch for batch in self._in_flight if now_s >= self._late_at_s(batch)]
        if not late:
            return
        self._in_flight = [batch for batch in self._in_flight if now_s < self._late_at_s(batch)]
        for batch in late:
            self.send_again(tuple(batch.remaining))
        self._patience = min(self._patience * 2, _MOST_PATIENCE)

    def wake_at_s(self) -> float | None:
        """When something becomes due by itself."""
        times = [min(self._ask_at_s(batch), self._late_at_s(batch)) for batch in self._in_flight]
        if len(self._in_flight) < self.max_batches and self._hold_until_s > _NO_HOLD:
            times.append(self._hold_until_s)
        return min(times, default=None)

    def _ask_at_s(self, batch: _InFlight) -> float:
        return float("inf") if batch.asked else batch.sent_at_s + self._timeout_s * self._patience / 2

    def _late_at_s(self, batch: _InFlight) -> float:
        return batch.sent_at_s + self._timeout_s * self._patience
