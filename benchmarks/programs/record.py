"""Records as callers do, with the client offline: what `record()` costs until the reading is durable.

Order: `directory` (with an identity), `calls` of one caller, `threads` and `batches` of `per_batch` readings of each.
Answer: `one_p50_ms`, `one_p99_ms` of `record`, `one_per_s`; `many_per_s` readings of all threads with `record_many`;
`singles_per_s` readings of all threads with `record`."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from benchmarks.measure import percentile
from benchmarks.programs import device, order


def _together(threads: int, work: Callable[[], None]) -> float:
    """Seconds until all threads have done `work`."""
    ready = threading.Barrier(threads + 1)

    def run() -> None:
        ready.wait()
        work()

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    ready.wait()
    start_s = time.perf_counter()
    for worker in workers:
        worker.join()
    return time.perf_counter() - start_s


def main() -> None:
    wanted = order.take()
    client = device.open_client(wanted["directory"])
    temperature, *_ = device.declare(client)
    spent_s = []
    for number in range(wanted["calls"]):
        before_s = time.perf_counter()
        temperature.record(number / 100)
        spent_s.append(time.perf_counter() - before_s)
    readings = device.samples(wanted["per_batch"])
    batches, threads = wanted["batches"], wanted["threads"]

    def record_many() -> None:
        for _ in range(batches):
            client.record_many(readings)

    def record_singly() -> None:
        for _ in range(wanted["calls"] // threads):
            temperature.record(1.0)

    many_s = _together(threads, record_many)
    singles_s = _together(threads, record_singly)
    client.close()
    order.answer(
        one_p50_ms=percentile(spent_s, 50) * 1000,
        one_p99_ms=percentile(spent_s, 99) * 1000,
        one_per_s=len(spent_s) / sum(spent_s),
        many_per_s=threads * batches * len(readings) / many_s,
        singles_per_s=wanted["calls"] // threads * threads / singles_s,
    )


if __name__ == "__main__":
    main()
