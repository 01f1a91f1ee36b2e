"""L12: memory of programs that idle: a client of the SDK, the desktop without a window, and with one."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from benchmarks import process
from benchmarks.bench import Bench
from benchmarks.measure import resident_mb
from benchmarks.result import Result, Row
from precisionpulse_stack import leash
from precisionpulse_stack.programs import desktop_program

CLIENT = Row("L12.client", "memory of a connected SDK client", "MB", 60, 40)
HEADLESS = Row("L12.headless", "memory of the desktop without a window", "MB", 90, 60)
WINDOW = Row("L12.window", "memory of the desktop with its window", "MB", 180, 150)

_SETTLE_S = 8.0


def measure(bench: Bench) -> list[Result]:
    """Each connected to a hub and at work for a few seconds."""
    with bench.hub(clients=3, ingest=1) as (hub, enrolled):
        client, headless, window = (hub.directory(one) for one in enrolled)
        bench.say("L12: a client, a desktop without a window, one with it")
        with process.running("idle", {"directory": str(client)}) as idle:
            idle.answer()
            idle_mb = resident_mb(idle.pid)
        return [
            CLIENT.measured(idle_mb),
            HEADLESS.measured(_desktop_mb(bench, headless, window=False)),
            WINDOW.measured(_desktop_mb(bench, window, window=True), note="drawn offscreen, nobody signed in"),
        ]


def _desktop_mb(bench: Bench, data: Path, *, window: bool) -> float:
    program = desktop_program(data, window=window)
    environment = {**os.environ, **program.environment, "QT_QPA_PLATFORM": "offscreen"}
    desktop = leash.spawn(program.command, environment=environment, output=subprocess.DEVNULL)
    try:
        time.sleep(3.0 if bench.quick else _SETTLE_S)
        if desktop.poll() is not None:
            raise RuntimeError(f"the desktop ended with code {desktop.returncode}")
        return resident_mb(desktop.pid)
    finally:
        leash.stop(desktop)
