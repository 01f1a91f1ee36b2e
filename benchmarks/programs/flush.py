"""Records while there is no link, then connects and delivers all of it.

Order: `directory` (with an identity), `records`, `seconds` at most after the hub's answer (null: until all is
delivered).
Answer: `records_per_s` acknowledged and deleted since the hub answered, `delivered` records, `left`, `stored_per_s`,
`idle_mb` of memory before the records, `stored_mb` once they are stored, `peak_mb` while they were delivered,
`open_s` that opening the outbox with the backlog took, `cpu_s` of this process per second of delivery."""

from __future__ import annotations

import threading
import time

from benchmarks import workload
from benchmarks.measure import resident_mb
from benchmarks.programs import device, order
from precisionpulse_sdk import Client, LinkChanged
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.outbox import Outbox

_PAGE = 10_000
_CONNECT_WITHIN_S = 60.0
_DRAIN_WITHIN_S = 300.0


def _store(path: str, records: int) -> float:
    """Fill the outbox as it would be after an outage; the result is records a second."""
    outbox = Outbox(f"{path}/outbox.sqlite3", bounds=device.BOUNDS)
    page = workload.rows(_PAGE, start_us=time.time_ns() // 1000)
    page_us = workload.INTERVAL_US * _PAGE // len(workload.METRICS)
    start_s = time.perf_counter()
    for number in range(0, records, _PAGE):
        later_us = number // _PAGE * page_us - records // _PAGE * page_us
        rows = [row._replace(captured_us=row.captured_us + later_us) for row in page[: records - number]]
        outbox.append(rows)
    spent_s = time.perf_counter() - start_s
    outbox.close()
    return records / spent_s


def _deliver(client: Client, seconds: float | None) -> tuple[float, float, float]:
    """Seconds since the hub's answer, the highest memory, and the CPU used."""
    answered = threading.Event()

    def note(event: object) -> None:
        if isinstance(event, LinkChanged) and event.state in (LinkState.FLUSHING, LinkState.ONLINE):
            answered.set()

    client.subscribe(note)
    client.start()
    if not answered.wait(_CONNECT_WITHIN_S):
        raise TimeoutError(f"no answer of the hub: {client.stats()}")
    start_s, cpu_s, peak = time.perf_counter(), time.process_time(), 0.0
    limit_s = seconds or _DRAIN_WITHIN_S
    while time.perf_counter() - start_s < limit_s and not client.wait_drained(0.1):
        peak = max(peak, resident_mb())
    return time.perf_counter() - start_s, max(peak, resident_mb()), time.process_time() - cpu_s


def main() -> None:
    wanted = order.take()
    client = device.open_client(wanted["directory"])
    device.declare(client)
    client.close()
    idle_mb = resident_mb()
    stored_per_s = _store(wanted["directory"], wanted["records"])
    stored_mb = resident_mb()
    start_s = time.perf_counter()
    client = device.open_client(wanted["directory"])
    open_s = time.perf_counter() - start_s
    seconds, peak_mb, cpu_s = _deliver(client, wanted["seconds"])
    left = client.stats().queued
    order.answer(
        records_per_s=(wanted["records"] - left) / seconds,
        delivered=wanted["records"] - left,
        left=left,
        stored_per_s=stored_per_s,
        idle_mb=idle_mb,
        stored_mb=stored_mb,
        peak_mb=peak_mb,
        open_s=open_s,
        cpu_s=cpu_s / seconds,
    )
    client.close()


if __name__ == "__main__":
    main()
