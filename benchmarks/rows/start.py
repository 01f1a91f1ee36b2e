"""L11: the second `make run`, from the command to a reading on the dashboard."""

from __future__ import annotations

import shutil
import time

from benchmarks.bench import Bench
from benchmarks.measure import median
from benchmarks.result import Result, Row
from benchmarks.site import CHECKOUT
from precisionpulse_stack.running import start_whole_stack
from precisionpulse_stack.testing import temporary_layout

AGAIN = Row("L11.run", "second `make run` → first value on the dashboard", "s", 15, 5, 2)
TESTS = Row("L11.test", "`make test`", "min", 20, 8)

_HEADLESS = {"DESKTOP": "headless", "DEMO": "off"}
"""The demonstration client starts after the first value."""


def measure(bench: Bench) -> list[Result]:
    """The first start makes everything; those after it are measured."""
    layout = temporary_layout()
    times = []
    try:
        bench.say("L11: the first start of everything")
        start_whole_stack(CHECKOUT, layout, _HEADLESS).stop()
        for number in range(bench.rounds):
            bench.say(f"L11 round {number + 1} of {bench.rounds}: start again")
            start_s = time.monotonic()
            stack = start_whole_stack(CHECKOUT, layout, _HEADLESS)
            times.append(time.monotonic() - start_s)
            stack.stop()
    finally:
        layout.remove_outside()
        shutil.rmtree(layout.root, ignore_errors=True)
    return [AGAIN.measured(median(times)), TESTS.measured(None, note="not measured here: `time make test`")]
