"""`python -m tests.simulation FIRST:LAST [--workers N]`: run these seeds; a failing one is shrunk and printed.

The exit status is 1 when a schedule failed."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed

from . import schedule
from .invariants import InvariantError
from .world import World

CHUNK = 100


def run_seeds(first: int, last: int, until_s: float) -> tuple[int, int, list[tuple[int, str]]]:
    """How many schedules were run before `time.time()` reached `until_s`, how many records they recorded, and which
    seeds failed."""
    logging.disable(logging.ERROR)
    done, recorded, failed = 0, 0, []
    for seed in range(first, last):
        if time.time() > until_s:
            break
        done += 1
        try:
            recorded += len(schedule.run(World(seed)).recorded)
        except InvariantError as error:
            failed.append((seed, str(error)))
    return done, recorded, failed


def explain(seed: int) -> str:
    """The shortest schedule with which this seed still fails."""
    smallest = schedule.shrink(lambda: World(seed), schedule.draw(World(seed)))
    return "\n".join(f"    {action.at_s:7.3f} s  {action.name}  {action.detail:.3f}" for action in smallest)


def main() -> int:
    """Run the seeds that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation")
    parser.add_argument("seeds", help="FIRST:LAST, the last one not included; or a count")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no more after this time")
    options = parser.parse_args()
    first, last = (int(part) for part in (options.seeds if ":" in options.seeds else f"0:{options.seeds}").split(":"))
    started, done, recorded, failed = time.monotonic(), 0, 0, list[tuple[int, str]]()
    until_s = time.time() + options.minutes * 60
    with ProcessPoolExecutor(options.workers) as pool:
        chunks = [pool.submit(run_seeds, at, min(at + CHUNK, last), until_s) for at in range(first, last, CHUNK)]
        for number, chunk in enumerate(as_completed(chunks), start=1):
            ran, more, bad = chunk.result()
            done, recorded = done + ran, recorded + more
            failed += bad
            if ran and (sys.stderr.isatty() or number % 10 == 0):
                print(f"{done} of {last - first} schedules, {len(failed)} failed", file=sys.stderr, flush=True)
    for seed, text in sorted(failed)[:5]:
        print(f"seed {seed}: {text}\n{explain(seed)}")
    print(f"{done} schedules, {recorded} readings, {len(failed)} failed, {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
