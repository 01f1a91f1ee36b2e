"""What the hub's acknowledgements mean for the records that a client has stored (PP-TD-4, PP-TD-5)."""

from __future__ import annotations

import random

from precisionpulse_sdk import events
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.protocol.backoff import Backoff
from precisionpulse_sdk.protocol.delivery import DeliveryWindow
from precisionpulse_sdk.protocol.downlink import nack_name
from precisionpulse_sdk.protocol.effects import DeadLetterRows, DeleteGaps, DeleteRows, Effect, Emit, Instant
from precisionpulse_sdk.protocol.pulse import DrainMeter
from precisionpulse_sdk.ranges import Range


class Acknowledgements:
    """Turns acknowledgements into what becomes of stored records; `drain` counts those that leave."""

    def __init__(self, drain: DrainMeter, config: ClientConfig, rng: random.Random) -> None:
        self._drain = drain
        self._pause = Backoff(config.hello_retry_s, config.reconnect_max_s, rng)

    def take(self, ack: pb.Ack, window: DeliveryWindow, now: Instant) -> list[Effect]:
        """An acknowledgement of this install's records."""
        if ack.ranges:
            self._pause.reset()
        out = self.settle(tuple(Range(piece.first, piece.last) for piece in ack.ranges), window, now)
        if ack.gap_seqs:
            out.append(DeleteGaps(tuple(ack.gap_seqs)))
        for nack in ack.nacks:
            out.extend(self._nack(nack, window, now))
        return out

    def settle(self, ranges: tuple[Range, ...], window: DeliveryWindow, now: Instant) -> list[Effect]:
        """The hub has committed these records."""
        if not ranges:
            return []
        before = window.in_flight_records
        window.settled(ranges)
        self._drain.add(before - window.in_flight_records, now)
        return [DeleteRows(ranges), Emit(events.RecordsAcknowledged(ranges))]

    def _nack(self, nack: pb.Nack, window: DeliveryWindow, now: Instant) -> list[Effect]:
        if nack.range.last < nack.range.first:
            return []
        range_ = Range(nack.range.first, nack.range.last)
        code = nack_name(nack.code)
        if nack.retryable or nack.code == pb.NACK_CODE_UNSPECIFIED:
            window.send_again(range_, now.mono_s + self._pause.next_s())
            text = f"the hub could not store records {range_.first} to {range_.last} now: {code}"
            return [Emit(events.ClientWarning(text))]
        window.settled((range_,))
        return [
            DeadLetterRows((range_,), nack.code, nack.detail),
            Emit(events.RecordsRejected((range_,), code, nack.detail)),
        ]
