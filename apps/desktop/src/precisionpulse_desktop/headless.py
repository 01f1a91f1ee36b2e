"""The desktop without a window: streams until it is told to stop, and says every few seconds how it goes."""

from __future__ import annotations

import _thread
import logging
import signal
import threading
from types import FrameType

from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_sdk.client import Client, ClientStats

log = logging.getLogger(__name__)

STATUS_EVERY_S = 10.0


def run(streaming: Streaming, stop: threading.Event, *, status_every_s: float = STATUS_EVERY_S) -> None:
    """Stream until `stop` is set, then close. Runs on the calling thread."""
    streaming.start()
    try:
        while not stop.wait(status_every_s):
            log_status(streaming.client, streaming.acquisition.lost)
    finally:
        log.info("stopping")
        streaming.close()
        log_status(streaming.client, streaming.acquisition.lost)


def stop_on_signals(stop: threading.Event) -> None:
    """Set `stop` at SIGTERM and Ctrl-C. Main thread only."""

    def handle(number: int, frame: FrameType | None) -> None:
        # The main thread, interrupted here, may hold the event's lock: another thread must set it.
        _thread.start_new_thread(stop.set, ())

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)


def log_status(client: Client, lost: int) -> None:
    """One line: the link, what waits, how far the hub has everything."""
    log.info("%s", status_line(client.stats(), lost))


def status_line(stats: ClientStats, lost: int) -> str:
    """The state in one line for a log."""
    parts = [
        stats.link.value,
        f"recorded to {stats.last_record_seq:,}",
        f"acknowledged to {stats.acknowledged_to:,}",
        f"{stats.queued:,} queued",
    ]
    if stats.round_trip_us is not None:
        parts.append(f"round trip {stats.round_trip_us / 1000:.1f} ms")
    if stats.dropped or stats.dead_letters or lost:
        parts.append(f"{stats.dropped:,} dropped, {stats.dead_letters:,} rejected, {lost:,} not stored")
    return " | ".join(parts)
