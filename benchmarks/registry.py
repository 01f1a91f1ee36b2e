"""Every benchmark there is, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.bench import Bench
from benchmarks.result import Result
from benchmarks.rows import (
    backlog,
    codec,
    flush,
    live,
    memory,
    painted,
    peers,
    reconnect,
    record,
    start,
    sync,
    throughput,
)

Measure = Callable[[Bench], list[Result]]


@dataclass(frozen=True)
class Benchmark:
    """One measurement, which gives the lines whose ids begin with one of `ids`."""

    ids: tuple[str, ...]
    measure: Measure

    @property
    def name(self) -> str:
        """The name of its file."""
        return self.measure.__module__.rpartition(".")[2]


BENCHMARKS = (
    Benchmark(("L1", "L6", "L13"), throughput.many_clients),
    Benchmark(("L2",), throughput.single_readings),
    Benchmark(("L3",), live.singles),
    Benchmark(("L3",), live.tens),
    Benchmark(("L4",), painted.measure),
    Benchmark(("L5",), flush.measure),
    Benchmark(("backlog",), backlog.measure),
    Benchmark(("L7",), record.measure),
    Benchmark(("L9",), reconnect.measure),
    Benchmark(("L10",), sync.measure),
    Benchmark(("L11",), start.measure),
    Benchmark(("L12",), memory.measure),
    Benchmark(("peers",), peers.measure),
    Benchmark(("codec",), codec.measure),
)
