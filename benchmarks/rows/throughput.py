"""L1 many clients in batches, L2 single readings, L6 what a sample costs on the wire and on disk, L13 against the naive
peer: sustained, sealed, exactly once, committed."""

from __future__ import annotations

from typing import Any

from benchmarks import process
from benchmarks.bench import Bench
from benchmarks.measure import median
from benchmarks.result import Result, Row
from benchmarks.rows import naive
from benchmarks.site import Enrolled, Hub

SUSTAINED = Row("L1", "samples/s committed, 500 clients, batches of 100", "1/s", 1e5, 4e5, 1e6, more_is_better=True)
LATENCY = Row("L1.p99", "send → commit acknowledged, p99 at 80 % of L1", "ms", None, 100, None)
SINGLE = Row("L2", "readings/s committed, one per frame, 50 clients", "1/s", 1e4, 2.5e4, 4e4, more_is_better=True)
SINGLE_LATENCY = Row("L2.p99", "send → commit acknowledged, p99 at 80 % of L2", "ms", None, 50, None)
WIRE = Row("L6.wire", "MQTT bytes a sample, sealed, 100 a batch", "B", 12, 8, 6)
STORED = Row("L6.stored", "PostgreSQL bytes a sample, with indexes", "B", 60, 16, 10)
AGAINST = Row("L13", "L1 over the naive peer's readings/s", "×", 10, 50, None, more_is_better=True)

_PACED = 0.8


def many_clients(bench: Bench) -> list[Result]:
    """L1 with its latency, L6, L13. Rounds of ours and the naive peer's alternate."""
    clients, seconds = (5, 1.0) if bench.quick else (500, 8.0)
    loads, stored, peers = [], [], []
    for number in range(bench.rounds):
        bench.say(
            f"L1 round {number + 1} of {bench.rounds}: {clients} clients as fast as the hub commits, then at 80 %"
        )
        with bench.hub(clients=clients) as (hub, enrolled):
            empty = hub.size_bytes()
            loads.append(_load(bench, hub, enrolled, samples=100, in_flight=2, seconds=seconds))
            stored.append((hub.size_bytes() - empty) / loads[-1]["acknowledged"])
        bench.say(f"L13 round {number + 1} of {bench.rounds}: the naive peer")
        peers.append(naive.measure(bench, "paho"))
    ours, wire = _middle(loads, "samples_per_s"), _middle(loads, "wire_bytes_per_sample")
    theirs = median([peer.rate for peer in peers if peer.rate])
    ratio = ours / theirs if theirs == theirs else None
    note = peers[0].fault or f"the naive peer commits {theirs:,.0f}/s, unsealed and unacknowledged"
    return [
        SUSTAINED.measured(ours, peer_ratio=ratio, note=f"the load used {_middle(loads, 'cpu'):.0%} of a core"),
        LATENCY.measured(_middle(loads, "p99_ms"), note=f"p50 {_middle(loads, 'p50_ms'):.1f} ms"),
        WIRE.measured(wire, peer_ratio=peers[0].payload_bytes / wire or None, note="peer: its JSON alone, unsealed"),
        STORED.measured(median(stored)),
        AGAINST.measured(ratio, note=note),
    ]


def single_readings(bench: Bench) -> list[Result]:
    """L2 with its latency."""
    clients, seconds = (5, 1.0) if bench.quick else (50, 6.0)
    loads, peers = [], []
    for number in range(bench.rounds):
        bench.say(f"L2 round {number + 1} of {bench.rounds}: one reading a frame")
        with bench.hub(clients=clients) as (hub, enrolled):
            loads.append(_load(bench, hub, enrolled, samples=1, in_flight=32, seconds=seconds))
        bench.say(f"L2 round {number + 1} of {bench.rounds}: the naive peer")
        peers.append(naive.measure(bench, "paho"))
    ours = _middle(loads, "samples_per_s")
    theirs = median([peer.rate for peer in peers if peer.rate])
    return [
        SINGLE.measured(ours, peer_ratio=ours / theirs if theirs == theirs else None),
        SINGLE_LATENCY.measured(_middle(loads, "p99_ms"), note=f"p50 {_middle(loads, 'p50_ms'):.1f} ms"),
    ]


def _load(
    bench: Bench, hub: Hub, enrolled: list[Enrolled], *, samples: int, in_flight: int, seconds: float
) -> dict[str, Any]:
    """The answer of a load that went well: nothing else is a figure."""
    order = {**bench.load(enrolled), "samples": samples, "in_flight": in_flight, "paced": _PACED}
    loaded = process.run("load", {**order, "warm_s": seconds / 4, "seconds": seconds})
    if loaded["lost_connections"] or loaded["unacknowledged"]:
        raise RuntimeError(f"the load did not go well: {loaded}")
    stored = hub.stored(enrolled)
    if stored != loaded["acknowledged"]:
        raise RuntimeError(f"{loaded['acknowledged']} records were acknowledged, and {stored} can be read in SQL")
    return loaded


def _middle(loads: list[dict[str, Any]], name: str) -> float:
    return median([load[name] for load in loads])
