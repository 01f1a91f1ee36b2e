"""The machine that the figures were taken on."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import subprocess
from pathlib import Path

import psutil

from precisionpulse_stack.layout import Layout
from precisionpulse_stack.mosquitto import ensure_mosquitto


def describe(database_version: str, checkout: Path) -> dict[str, object]:
    """What a reader must know to compare. `load_1m`: programs that wanted a core when the run began."""
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "cpu": _cpu(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "postgresql": database_version,
        "mosquitto": _mosquitto(checkout),
        "load_1m": round(os.getloadavg()[0], 1),
        "commit": _commit(checkout),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*: (.*)", info.read_text()) if info.exists() else None
    return found.group(1) if found else platform.processor()


def _mosquitto(checkout: Path) -> str:
    mosquitto = ensure_mosquitto(Layout(checkout))
    said = subprocess.run(
        [mosquitto.program, "-h"], env=mosquitto.environment(), capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"mosquitto version (\S+)", said)
    return found.group(1) if found else "unknown"


def _commit(checkout: Path) -> str:
    said = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=checkout, capture_output=True, text=True, check=False
    )
    return said.stdout.strip()
