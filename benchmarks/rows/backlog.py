"""Memory with ten million records waiting: it must be what it is with ten thousand."""

from __future__ import annotations

from benchmarks import process
from benchmarks.bench import Bench
from benchmarks.result import Result, Row

GROWTH = Row(
    "backlog.memory", "client's memory at 10 million records waiting, over 10,000, while it flushes", "MB", 30, 10
)
OPENED = Row("backlog.open", "opening an outbox with 10 million records", "s")
STORED = Row("backlog.stored", "records/s stored, 10,000 a transaction", "1/s", more_is_better=True)


def measure(bench: Bench) -> list[Result]:
    """The same program with both backlogs; the large one is flushed for a few seconds."""
    large, small, seconds = (50_000, 1_000, 1.0) if bench.quick else (10_000_000, 10_000, 6.0)
    peaks = []
    for records in (small, large):
        bench.say(f"backlog of {records:,} records")
        with bench.hub(clients=1) as (hub, enrolled):
            order = {"directory": str(hub.directory(enrolled[0])), "records": records, "seconds": seconds}
            flushed = process.run("flush", order)
        peaks.append(flushed["peak_mb"])
    return [
        GROWTH.measured(peaks[1] - peaks[0], note=f"{peaks[1]:.0f} MB and {peaks[0]:.0f} MB"),
        OPENED.measured(flushed["open_s"]),
        STORED.measured(flushed["stored_per_s"]),
    ]
