"""L5: a client that recorded through an outage delivers all of it: sealed, committed, acknowledged, deleted."""

from __future__ import annotations

from benchmarks import process
from benchmarks.bench import Bench
from benchmarks.measure import median
from benchmarks.result import Result, Row

FLUSHED = Row("L5", "flush after an outage, one client: records/s acknowledged and deleted", "1/s", 1e5, 4e5, 1e6, True)
GROWTH = Row("L5.memory", "memory that the client takes on while it flushes", "MB")


def measure(bench: Bench) -> list[Result]:
    """One client with its backlog, a hub of its own."""
    records = 20_000 if bench.quick else 1_000_000
    rates, growth, cpu = [], [], []
    for number in range(bench.rounds):
        bench.say(f"L5 round {number + 1} of {bench.rounds}: {records:,} records")
        with bench.hub(clients=1) as (hub, enrolled):
            order = {"directory": str(hub.directory(enrolled[0])), "records": records, "seconds": None}
            flushed = process.run("flush", order)
            stored = hub.stored(enrolled)
        if flushed["left"] or stored != records:
            raise RuntimeError(f"L5: {records} records, {flushed['left']} left, {stored} in SQL")
        rates.append(flushed["records_per_s"])
        growth.append(flushed["peak_mb"] - flushed["stored_mb"])
        cpu.append(flushed["cpu_s"])
    note = f"the client used {median(cpu):.0%} of a core"
    return [FLUSHED.measured(median(rates), note=note), GROWTH.measured(median(growth))]
