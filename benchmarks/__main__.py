"""`python -m benchmarks [--only L1,L7] [--quick]`: measure, print the table, write `benchmarks/results/`."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import psycopg

from benchmarks import machine, report
from benchmarks.bench import Bench
from benchmarks.registry import BENCHMARKS, Benchmark
from benchmarks.result import Result
from benchmarks.site import CHECKOUT, Site, running_site


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is wanted; the result is the exit code: 1 when a benchmark failed, 2 for an unknown one."""
    parsed = _parser().parse_args(arguments)
    wanted = chosen(parsed.only)
    if not wanted:
        known = ", ".join(sorted({name for benchmark in BENCHMARKS for name in benchmark.ids}))
        print(f"no benchmark is called {parsed.only!r}; there are {known}", file=sys.stderr)
        return 2
    start_s = time.monotonic()
    print("Starting PostgreSQL and the broker …", flush=True)
    with running_site() as site:
        described = machine.describe(_database_version(site), CHECKOUT)

        def keep(news: Sequence[Result]) -> None:
            """At once: whatever happens to the benchmarks that follow."""
            if not parsed.quick:
                report.write(news, described, parsed.results)

        with Bench(site, parsed.quick, parsed.ingest) as bench:
            results, failed = _measure(bench, wanted, keep)
    print(f"\n{described['cpu']}, {described['cores']} cores, load {described['load_1m']} at the start\n")
    print(report.table(results))
    print(f"\n{len(results)} lines in {time.monotonic() - start_s:.0f} s")
    for name in failed:
        print(f"{name} failed: see above", file=sys.stderr)
    return 1 if failed else 0


def chosen(only: str) -> list[Benchmark]:
    """The benchmarks that give one of the comma-separated ids; all when empty. `L1` stands for `L1.p99` too."""
    names = {name.strip().lower().partition(".")[0] for name in only.split(",") if name.strip()}
    return [one for one in BENCHMARKS if not names or names & {name.lower() for name in (*one.ids, one.name)}]


def _measure(
    bench: Bench, wanted: Sequence[Benchmark], keep: Callable[[Sequence[Result]], None]
) -> tuple[list[Result], list[str]]:
    results: list[Result] = []
    failed: list[str] = []
    for benchmark in wanted:
        try:
            news = benchmark.measure(bench)
        except Exception:  # noqa: BLE001 - one failure must not cost the others' figures
            traceback.print_exc()
            failed.append(benchmark.name)
        else:
            keep(news)
            results += news
    return results, failed


def _database_version(site: Site) -> str:
    with psycopg.connect(site.database.server.url("postgres")) as connection:
        return f"{connection.info.server_version // 10000}.{connection.info.server_version % 10000}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description="How fast PrecisionPulse is on this machine.")
    parser.add_argument("--only", default="", help="ids of the table, comma-separated (L1,L7)")
    parser.add_argument("--quick", action="store_true", help="prove that everything runs; the figures say nothing")
    parser.add_argument("--ingest", type=int, default=2, help="ingest programs of L1 and L2 (default 2)")
    parser.add_argument("--results", type=Path, default=report.RESULTS, help="directory of the JSON files")
    return parser


if __name__ == "__main__":
    sys.exit(main())
