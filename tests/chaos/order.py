"""Watches at the broker in which order each client sends (PP-TD-7, E3)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import cast

from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.hub import LiveMessage, LiveReader
from precisionpulse_sdk.ranges import Range, RangeSet, ranges_of
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.mqtt import MqttTransport
from precisionpulse_sdk.transport.tls import Credentials

from .site import Site


@dataclass
class Sending:
    """One connection of a client: what it sent on the history channel and live, judged batch by batch."""

    watched: bool = True
    """False once a frame was missed: no more judgement then."""
    sequences: dict[int, int] = field(default_factory=dict)
    sent: RangeSet = field(default_factory=RangeSet)
    flush_mark: int = 0
    newest_live: int = 0

    def fault(self, ranges: Sequence[Range], *, flush_mark: int | None) -> str:
        """What is wrong with sending these records now, "" for nothing. `flush_mark` is None on the live channel."""
        first, last, top = ranges[0].first, ranges[-1].last, self.sent.last
        fresh = [piece for range_ in ranges for piece in self.sent.missing(*range_)]
        found = ""
        if fresh and fresh[0].first <= top:
            found = f"{first} to {last} after {top}"
        elif flush_mark is None and first <= self.flush_mark:
            found = f"{first} to {last} live, with the flush mark at {self.flush_mark}"
        elif flush_mark is not None and flush_mark < self.newest_live:
            found = f"{first} to {last} as history, up to {flush_mark}, after {self.newest_live} live"
        if flush_mark is None:
            self.newest_live = max(self.newest_live, last)
        else:
            self.flush_mark = flush_mark
        for piece in ranges:
            self.sent.add(*piece)
        return found


class OrderWatch:
    """Sees every batch on its way. `faults` says what was sent too early or too late."""

    def __init__(self, site: Site) -> None:
        self.faults: list[str] = []
        self.batches = 0
        self._sendings: dict[bytes, Sending] = {}
        self._lock = threading.Lock()
        keys = MemoryHubStore()
        for recorder in site.recorders:
            keys.add_client(recorder.name, recorder.keys)
        hub = site.broker.hub
        self._reader = LiveReader(
            site.broker.site,
            keys,
            MqttTransport(
                site.broker.host,
                site.broker.hub_port,
                "order-watch",
                Credentials.from_files(site.broker.ca_file, hub.certificate, hub.key),
            ),
            hub_key=bytes(32),
            on_message=self._take,
            watch=[channels.LIVE, channels.HISTORY],
        )

    def start(self) -> None:
        """Begin to watch. Returns at once."""
        self._reader.start()

    def close(self) -> None:
        """Stop watching."""
        self._reader.close()

    def _take(self, message: LiveMessage) -> None:
        header, batch = message.header, cast("pb.Batch", message.message)
        sending = self._sendings.setdefault(header.salt, Sending())
        if header.sequence != sending.sequences.get(header.stream, 0) + 1:
            sending.watched = False
        sending.sequences[header.stream] = header.sequence
        replayed = message.channel == channels.HISTORY.name
        fault = sending.fault(_records(batch), flush_mark=batch.flush_mark if replayed else None)
        if sending.watched:
            self.batches += 1
            if fault:
                self.faults.append(f"{message.client}, epoch {header.epoch}: {fault}")


def _records(batch: pb.Batch) -> tuple[Range, ...]:
    numbers = [
        number
        for column in batch.columns
        for number in list(accumulate(column.record_seq_delta, initial=batch.first_record_seq))[1:]
    ]
    return ranges_of(sorted(numbers))
