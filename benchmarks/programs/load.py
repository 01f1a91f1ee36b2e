"""Sends batches of many clients: first as fast as the hub commits them, then at a part of that rate (see
`benchmarks.fleet`).

Order: `address`, `ca`, `clients` (name, certificate, key, master_key in hex), `samples` a batch, `in_flight` batches a
client at most, `warm_s`, `seconds` of each phase, `paced`: the part of the rate in the second phase.
Answer: `samples_per_s` committed in the first phase; `p50_ms` and `p99_ms` in the second, from the moment that a batch
was due to its acknowledgement; `acknowledged` records and `unacknowledged` batches at the end; `sent_again` batches and
`lost_connections`; `wire_bytes_per_sample` (MQTT packets, without TLS); `cpu` of this process in the first phase, as a
part of one core; `connect_s`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from benchmarks.fleet import Batches, Client, Fleet
from benchmarks.measure import percentile
from benchmarks.programs import order
from precisionpulse_sdk.transport.tls import Credentials

_CONNECT_WITHIN_S = 120.0
_DRAIN_WITHIN_S = 60.0


def clients_of(wanted: dict[str, Any]) -> list[Client]:
    """The clients that an order names."""
    ca = Path(wanted["ca"])
    return [
        Client(
            one["name"],
            Credentials.from_files(ca, Path(one["certificate"]), Path(one["key"])),
            bytes.fromhex(one["master_key"]),
        )
        for one in wanted["clients"]
    ]


def _as_fast_as_committed(fleet: Fleet, until_s: float) -> None:
    while (now_s := time.monotonic()) < until_s:
        fleet.fill(now_s)
        fleet.poll(0.005)


def _paced(fleet: Fleet, rate: float, until_s: float) -> None:
    due_s, pause_s = time.monotonic(), 1 / rate
    while (now_s := time.monotonic()) < until_s:
        while due_s <= now_s and fleet.send_next(due_s):
            due_s += pause_s
        fleet.poll(min(0.005, max(0.0, due_s - time.monotonic())))


def _drain(fleet: Fleet) -> None:
    deadline_s = time.monotonic() + _DRAIN_WITHIN_S
    while fleet.waiting and time.monotonic() < deadline_s:
        fleet.poll(0.05)


def main() -> None:
    wanted = order.take()
    host, port = wanted["address"]
    fleet = Fleet((host, port), clients_of(wanted), Batches.of(wanted["samples"]), wanted["in_flight"])
    connect_s = fleet.connect(_CONNECT_WITHIN_S)
    _as_fast_as_committed(fleet, time.monotonic() + wanted["warm_s"])
    before, cpu_s, start_s = fleet.acknowledged, time.process_time(), time.monotonic()
    _as_fast_as_committed(fleet, start_s + wanted["seconds"])
    spent_s, cpu_s = time.monotonic() - start_s, time.process_time() - cpu_s
    samples_per_s = (fleet.acknowledged - before) / spent_s
    _drain(fleet)
    rate = max(1.0, samples_per_s / wanted["samples"] * wanted["paced"])
    _paced(fleet, rate, time.monotonic() + wanted["warm_s"])
    fleet.latencies_s.clear()
    _paced(fleet, rate, time.monotonic() + wanted["seconds"])
    latencies = list(fleet.latencies_s)
    _drain(fleet)
    order.answer(
        samples_per_s=samples_per_s,
        p50_ms=percentile(latencies, 50) * 1000,
        p99_ms=percentile(latencies, 99) * 1000,
        acknowledged=fleet.acknowledged,
        unacknowledged=fleet.waiting,
        sent_again=fleet.sent_again,
        lost_connections=fleet.lost_connections,
        wire_bytes_per_sample=fleet.wire_bytes / fleet.frames / wanted["samples"],
        cpu=cpu_s / spent_s,
        connect_s=connect_s,
    )
    fleet.close()


if __name__ == "__main__":
    main()
