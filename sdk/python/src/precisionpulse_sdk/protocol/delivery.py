"""The records of one session on their way to the hub: what is sent, and what becomes of it (PP-TD-4 … PP-TD-9).

Only the hub's answer to what this session sent lets a record go. What the hub says in its Welcome that it has is no
reason: another copy of this database may have sent it, with the same numbers and other readings. So what was in flight
when a connection ended is sent again, and the hub tells repeats from reused numbers."""

from __future__ import annotations

import random
from collections.abc import Sequence

from precisionpulse_sdk import batches, channels, events
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.protocol import effects
from precisionpulse_sdk.protocol.backoff import Backoff
from precisionpulse_sdk.protocol.downlink import nack_name
from precisionpulse_sdk.protocol.effects import Instant, OutboxFacts
from precisionpulse_sdk.protocol.outgoing import Outgoing
from precisionpulse_sdk.protocol.window import DeliveryWindow, NextRead
from precisionpulse_sdk.ranges import Range, ranges_of
from precisionpulse_sdk.values import ValueType

_GAPS_RETRY_S = 10.0
_NACK_PAUSE_S = 2.0


class Catalogued:
    """The install's metrics as they are declared now: the catalogue to be sent, and each metric's type by id."""

    def __init__(self, metrics: Sequence[pb.Metric], install_id: bytes) -> None:
        self.message = batches.catalogue_of(metrics, install_id)
        self.types = {metric.id: ValueType(metric.type) for metric in metrics}


class Delivery:
    """Sends stored records under the hub's limits, from the Welcome to the end of the session."""

    def __init__(
        self,
        out: Outgoing,
        config: ClientConfig,
        limits: pb.Limits,
        *,
        install_id: bytes,
        flush_mark: int,
        rng: random.Random,
    ) -> None:
        self.window = DeliveryWindow(
            max_batches=min(config.max_batches_in_flight, limits.max_batches_in_flight or 1),
            max_part_batches=config.max_part_batches_in_flight,
            max_records=min(config.max_batch_records, limits.max_batch_records or 1),
            flush_mark=flush_mark,
            timeout_s=config.ack_timeout_s,
        )
        self._out = out
        self._config = config
        self._install_id = install_id
        self._pause = Backoff(_NACK_PAUSE_S, config.reconnect_max_s, rng)
        self._reading: NextRead | None = None
        self._gaps_at_s = self._held_until_s = float("-inf")

    def wake_at_s(self) -> float | None:
        """When `tick` must be called at the latest."""
        return self.window.wake_at_s()

    def send(self, facts: OutboxFacts, now: Instant) -> None:
        """Ask for what may be sent now."""
        if self._reading is None:
            self._reading = self.window.next_read(facts.last_record_seq, now.mono_s)
            if self._reading is not None:
                self._out.add(effects.ReadRows(self._reading.after, self._reading.up_to, self._reading.limit))
        if facts.gaps and now.mono_s >= self._gaps_at_s:
            self._gaps_at_s = now.mono_s + _GAPS_RETRY_S
            self._out.add(effects.ReadGaps())

    def rows(self, rows: Sequence[batches.Row], catalogued: Catalogued, now: Instant) -> None:
        """The rows that were asked for, ascending; fewer than the limit means that there are no more up to its end."""
        read, self._reading = self._reading, None
        if read is None:
            return
        self.window.was_read(read, read.up_to if len(rows) < read.limit else rows[-1].record_seq)
        for run in batches.split_by_clock(rows) if rows else ():
            batch = batches.pack(
                run,
                catalogued.types,
                install_id=self._install_id,
                catalogue_id=catalogued.message.id,
                flush_mark=self.window.flush_mark if read.history else None,
            )
            self._out.publish(channels.HISTORY if read.history else channels.LIVE, batch, now)
            first, last = run[0].record_seq, run[-1].record_seq
            whole = last - first + 1 == len(run)
            ranges = (Range(first, last),) if whole else ranges_of(row.record_seq for row in run)
            self.window.sent(ranges, now.mono_s)

    def gaps(self, gaps: Sequence[pb.Gap], now: Instant) -> None:
        """The losses that were asked for."""
        if gaps:
            self._out.publish(channels.GAPS, pb.GapReport(install_id=self._install_id, gaps=gaps), now)

    def tick(self, now: Instant) -> None:
        """Ask for acknowledgements that are long in coming, and give up waiting for those that are longer."""
        asked = self.window.unanswered(now.mono_s)
        if asked is not None:
            query = pb.AckQuery(install_id=self._install_id)
            query.range.first, query.range.last = asked
            self._out.publish(channels.ACK_QUERY, query, now)
        self.window.overdue(now.mono_s)

    def ack(self, ack: pb.Ack, catalogued: Catalogued, now: Instant) -> None:
        """The hub's word on what was sent."""
        if ack.install_id != self._install_id:
            return
        if ack.HasField("credit"):
            self.credit(ack.credit)
        if ack.ranges:
            self._pause.reset()
            ranges = tuple(Range(piece.first, piece.last) for piece in ack.ranges if piece.first <= piece.last)
            self.window.settled(ranges)
            self._out.add(effects.DeleteRows(ranges))
            self._out.emit(events.RecordsAcknowledged(ranges))
        if ack.gap_seqs:
            self._out.add(effects.DeleteGaps(tuple(ack.gap_seqs)))
            self._gaps_at_s = float("-inf")
        later: list[pb.Nack] = []
        for nack in ack.nacks:
            if nack.retryable or nack.code == pb.NACK_CODE_UNSPECIFIED:
                later.append(nack)
            else:
                self._refused_for_good(nack)
        if later:
            self._refused_for_now(later, catalogued, now)

    def credit(self, batches_in_flight: int) -> None:
        """The hub allows so many unacknowledged batches from now on."""
        self.window.max_batches = max(1, min(batches_in_flight, self._config.max_batches_in_flight))

    def _refused_for_good(self, nack: pb.Nack) -> None:
        pieces = self.window.refused(Range(nack.range.first, nack.range.last))
        if pieces:
            self._out.add(effects.DeadLetterRows(pieces, nack.code, nack.detail))
            self._out.emit(events.RecordsRejected(pieces, nack_name(nack.code), nack.detail))

    def _refused_for_now(self, nacks: Sequence[pb.Nack], catalogued: Catalogued, now: Instant) -> None:
        pieces = tuple(
            piece for nack in nacks for piece in self.window.refused(Range(nack.range.first, nack.range.last))
        )
        if not pieces:
            return
        self.window.send_again(pieces)
        if any(nack.code == pb.NACK_CODE_UNKNOWN_CATALOGUE for nack in nacks):
            self._out.publish(channels.CATALOGUE, catalogued.message, now)
        if now.mono_s >= self._held_until_s:
            # Of many batches that were refused together, only the first makes the pause longer.
            self._held_until_s = now.mono_s + self._pause.next_s()
            self.window.hold(self._held_until_s)
        first, last = pieces[0].first, pieces[-1].last
        self._out.emit(
            events.ClientWarning(
                f"the hub could not store records {first} to {last} now ({nack_name(nacks[0].code)}): they are kept, "
                "and sent again"
            )
        )
