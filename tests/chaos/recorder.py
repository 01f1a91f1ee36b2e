"""A client program with no window: `python -m tests.chaos.recorder DIRECTORY JOURNAL [--patient]`.

Two threads record at once, one reading by reading and one in batches, until SIGTERM; then it waits until the hub has
everything, and ends. Every call is in the journal."""

from __future__ import annotations

import _thread
import argparse
import logging
import random
import signal
import sys
import threading
import time
from pathlib import Path

from precisionpulse_sdk import Client
from precisionpulse_sdk.client import Metric
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.errors import StorageError
from precisionpulse_sdk.events import RecordsAcknowledged
from precisionpulse_sdk.values import Sample

from .journal import METRICS, Attempt, JournalWriter

_PAUSE_S = (0.02, 0.2)
_MOST_IN_A_BATCH = 40
_GOODBYE_S = 90.0
_HASTY = ClientConfig(reconnect_min_s=0.1, reconnect_max_s=1.0, hello_retry_s=0.5, ack_timeout_s=3.0)
"""Tries again soon, so that a round of faults is over soon."""

_log = logging.getLogger("recorder")


class Lane:
    """One thread that records. `most`: the readings in one call at most."""

    def __init__(self, number: int, client: Client, metrics: dict[str, Metric], journal: JournalWriter) -> None:
        self._number = number
        self._client = client
        self._metrics = metrics
        self._journal = journal
        self._next = 1

    def run(self, stop: threading.Event) -> None:
        """Record until told to stop."""
        rng = random.Random(self._number)
        while not stop.wait(_PAUSE_S[self._number]):
            count = rng.randint(1, _MOST_IN_A_BATCH) if self._number else 1
            attempt = Attempt(self._journal.run, self._number, self._next, count, time.time_ns() // 1000)
            self._next += count
            self._journal.trying(attempt)
            try:
                self._journal.returned(attempt, self._record(attempt))
            except StorageError as error:
                _log.warning("not recorded: %s", error)
                self._journal.failed(attempt)

    def _record(self, attempt: Attempt) -> int:
        readings = attempt.readings()
        if self._number == 0:
            (reading,) = readings
            return self._metrics[reading.metric].record(reading.value, at_us=reading.captured_us)
        samples = [Sample(self._metrics[found.metric].id, found.value, found.captured_us) for found in readings]
        return self._client.record_many(samples)[0]


def main() -> int:
    """Record until SIGTERM. The exit code is 1 when the hub did not take everything in time."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.recorder")
    parser.add_argument("directory", type=Path, help="of the client's identity and outbox")
    parser.add_argument("journal", type=Path)
    parser.add_argument("--patient", action="store_true", help="retry as slowly as the SDK does by itself")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    stop = threading.Event()
    # The main thread, interrupted, may hold the event's lock: another thread must set it.
    signal.signal(signal.SIGTERM, lambda *_: _thread.start_new_thread(stop.set, ()))
    journal = JournalWriter(options.journal)
    with Client.open(options.directory, config=ClientConfig() if options.patient else _HASTY) as client:
        client.subscribe(lambda event: None if isinstance(event, RecordsAcknowledged) else _log.info("%s", event))
        metrics = {name: client.metric(name, type_, scale=scale) for name, type_, scale in METRICS}
        lanes = [threading.Thread(target=Lane(number, client, metrics, journal).run, args=(stop,)) for number in (0, 1)]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        drained = client.wait_drained(_GOODBYE_S)
        stats = client.stats()
        journal.ended(queued=stats.queued, dead_letters=stats.dead_letters, dropped=stats.dropped)
    return 0 if drained else 1


if __name__ == "__main__":
    sys.exit(main())
