"""Figures from many measurements."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import psutil


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of them do not exceed; NaN when there is none."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def median(values: Sequence[float]) -> float:
    """The median; NaN when there is none."""
    return statistics.median(values) if values else math.nan


def resident_mb(pid: int | None = None) -> float:
    """Resident memory of a process, in MB of 10^6 bytes; of this one when none is named."""
    return float(psutil.Process(pid).memory_info().rss / 1e6)


def cpu_s(pid: int, *, children: bool = True) -> float:
    """CPU seconds that a process and what it started have used."""
    process = psutil.Process(pid)
    family = [process, *(process.children(recursive=True) if children else [])]
    return sum(sum(member.cpu_times()[:2]) for member in family)
