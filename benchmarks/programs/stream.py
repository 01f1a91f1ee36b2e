"""Clients of the SDK, each with its own outbox, that record at a steady rate until they are told to stop.

Order: `directories` (each with an identity), `calls` of `record_many` a second of all together, `per_call` readings.
Answers: `connected`, and at the end `recorded` readings and `late_ms`: how far behind its clock it was at most. It
starts to record at the word `start`, and stops at the end of its input or the word `stop`."""

from __future__ import annotations

import threading
import time

from benchmarks.programs import device, order
from precisionpulse_sdk.events import LinkState

_CONNECT_WITHIN_S = 60.0


def main() -> None:
    wanted = order.take()
    clients = [device.open_client(directory) for directory in wanted["directories"]]
    for client in clients:
        device.declare(client)
        client.start()
    deadline_s = time.monotonic() + _CONNECT_WITHIN_S
    while any(client.stats().link is not LinkState.ONLINE for client in clients):
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"not connected: {[client.stats().link_detail for client in clients]}")
        time.sleep(0.02)
    order.answer(connected=len(clients))
    order.wait_for_word()
    stopping = threading.Event()

    def stop_when_told() -> None:
        order.wait_for_word()
        stopping.set()

    threading.Thread(target=stop_when_told, daemon=True).start()
    readings = device.samples(wanted["per_call"] * 64)
    pause_s, due_s, late_s, turn = 1 / wanted["calls"], time.monotonic(), 0.0, 0
    while not stopping.is_set():
        now_s = time.monotonic()
        if now_s < due_s:
            time.sleep(due_s - now_s)
            continue
        late_s = max(late_s, now_s - due_s)
        first = turn * wanted["per_call"] % len(readings)
        clients[turn % len(clients)].record_many(readings[first : first + wanted["per_call"]])
        due_s, turn = due_s + pause_s, turn + 1
    order.answer(recorded=turn * wanted["per_call"], late_ms=late_s * 1000)
    for client in clients:
        client.close()


if __name__ == "__main__":
    main()
