"""L7: what `record()` costs its caller, until the reading can survive a power cut."""

from __future__ import annotations

from benchmarks import process
from benchmarks.bench import Bench
from benchmarks.measure import median
from benchmarks.result import Result, Row

ONE = Row("L7.one", "record() until durable, one caller, p99", "ms", 5, 1)
MANY = Row("L7.many", "readings/s durable, 8 threads of record_many(100)", "1/s", 5e4, 2e5, None, True)
SINGLES = Row("L7.singles", "readings/s durable, 8 threads of record()", "1/s", more_is_better=True)


def measure(bench: Bench) -> list[Result]:
    """A client without a link, so that recording alone is measured."""
    calls, batches = (200, 5) if bench.quick else (8_000, 200)
    answers = []
    with bench.hub(clients=bench.rounds) as (hub, enrolled):
        for one in enrolled:
            bench.say("L7: record()")
            order = {
                "directory": str(hub.directory(one)),
                "calls": calls,
                "threads": 8,
                "batches": batches,
                "per_batch": 100,
            }
            answers.append(process.run("record", order))
    middle = {name: median([answer[name] for answer in answers]) for name in answers[0]}
    note = f"p50 {middle['one_p50_ms']:.2f} ms, {middle['one_per_s']:,.0f}/s"
    return [
        ONE.measured(middle["one_p99_ms"], note=note),
        MANY.measured(middle["many_per_s"]),
        SINGLES.measured(middle["singles_per_s"]),
    ]
