"""This machine's own metrics, read with psutil. What the machine does not have (battery, temperature) is not
offered."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Collection, Sequence
from decimal import Decimal
from pathlib import Path

import psutil

from precisionpulse_desktop.sources import MetricSpec, Reading
from precisionpulse_sdk.values import Quality, Value, ValueType

CPU_AT_LEAST_US = 50_000
"""Shortest time over which the processor's utilisation is measured, in µs: the system counts in ticks of 10 ms."""
AVERAGE_OVER_US = 60_000_000
"""Span of the average that `cpu.above_average` compares with, in µs."""

_HUNDREDTH = Decimal("0.01")
_TENTH = Decimal("0.1")
_THOUSANDTH = Decimal("0.001")
_SPECS = (
    MetricSpec("cpu.utilisation", ValueType.DOUBLE, "%", description="Busy share of all processor cores"),
    MetricSpec(
        "cpu.above_average", ValueType.BOOL, description="The processor is busier than its average of the last minute"
    ),
    MetricSpec("cpu.temperature", ValueType.DECIMAL, "Cel", 1, "Temperature of the hottest processor sensor"),
    MetricSpec("load.1m", ValueType.DECIMAL, "1", 2, "Processes that run or wait to run, average of one minute"),
    MetricSpec("memory.used", ValueType.INT64, "By", description="Memory in use, caches not counted"),
    MetricSpec("swap.used", ValueType.INT64, "By", description="Swap space in use"),
    MetricSpec("disk.free", ValueType.INT64, "By", description="Free space of the disk that holds the user's files"),
    MetricSpec(
        "disk.write_bytes", ValueType.INT64, "By", description="Bytes written to all disks since the machine started"
    ),
    MetricSpec(
        "network.rx_bytes", ValueType.INT64, "By", description="Bytes received by all interfaces since the start"
    ),
    MetricSpec(
        "network.rx_rate", ValueType.DOUBLE, "By/s", description="Bytes received a second, since the last reading"
    ),
    MetricSpec("network.up", ValueType.BOOL, description="An interface other than loopback is up"),
    MetricSpec("power.plugged", ValueType.BOOL, description="The machine runs on mains power"),
    MetricSpec("process.count", ValueType.INT64, "1", description="Processes that exist"),
    MetricSpec("clock.uptime", ValueType.DECIMAL, "s", 3, "Time since the machine started"),
)


class HostSource:
    """The metrics of the machine that this runs on. Rates and averages cover the time since the reading before."""

    def __init__(self) -> None:
        self._busy_since_us: int | None = None
        self._average: deque[tuple[int, float]] = deque()
        self._received: tuple[int, int] | None = None
        self._busy: float | None = None
        self._readers: dict[str, Callable[[int], Value]] = {
            "cpu.utilisation": self._cpu,
            "cpu.above_average": self._cpu_above_average,
            "cpu.temperature": lambda _: _temperature(),
            "load.1m": lambda _: Decimal(psutil.getloadavg()[0]).quantize(_HUNDREDTH),
            "memory.used": lambda _: int(psutil.virtual_memory().used),
            "swap.used": lambda _: int(psutil.swap_memory().used),
            "disk.free": lambda _: int(psutil.disk_usage(str(Path.home())).free),
            "disk.write_bytes": lambda _: _written(),
            "network.rx_bytes": lambda _: int(psutil.net_io_counters().bytes_recv),
            "network.rx_rate": self._receive_rate,
            "network.up": lambda _: _network_is_up(),
            "power.plugged": lambda _: _on_mains(),
            "process.count": lambda _: len(psutil.pids()),
            "clock.uptime": lambda at_us: (Decimal(at_us) / 1_000_000 - Decimal(psutil.boot_time())).quantize(
                _THOUSANDTH
            ),
        }

    def metrics(self) -> Sequence[MetricSpec]:
        now_us = time.time_ns() // 1000
        always = {"cpu.utilisation", "cpu.above_average", "network.rx_rate"}
        return tuple(spec for spec in _SPECS if spec.name in always or self._offers(spec.name, now_us))

    def read(self, names: Collection[str], at_us: int) -> Sequence[Reading]:
        return [self._read_one(spec.name, at_us) for spec in _SPECS if spec.name in names]

    def _read_one(self, name: str, at_us: int) -> Reading:
        try:
            return Reading(name, self._readers[name](at_us))
        except (OSError, psutil.Error, ArithmeticError):
            return Reading(name, None, Quality.BAD)

    def _offers(self, name: str, at_us: int) -> bool:
        try:
            return self._readers[name](at_us) is not None
        except (OSError, psutil.Error, AttributeError):
            return False

    def _cpu(self, at_us: int) -> float | None:
        """The latest measurement, made anew when it is old enough: over less time there is nothing to measure, and both
        processor metrics of a scan are about the same."""
        first = self._busy_since_us is None
        if self._busy_since_us is None or abs(at_us - self._busy_since_us) >= CPU_AT_LEAST_US:
            self._busy_since_us = at_us
            # psutil measures since the same thread's previous call: a thread's first has no reference, and says 0.
            busy = float(psutil.cpu_percent())
            self._busy = None if first else busy
        return self._busy

    def _cpu_above_average(self, at_us: int) -> bool | None:
        busy = self._cpu(at_us)
        if busy is None:
            return None
        self._average.append((at_us, busy))
        while self._average[0][0] < at_us - AVERAGE_OVER_US:
            self._average.popleft()
        return busy > sum(value for _, value in self._average) / len(self._average)

    def _receive_rate(self, at_us: int) -> float | None:
        received = int(psutil.net_io_counters().bytes_recv)
        before, self._received = self._received, (at_us, received)
        if before is None or at_us <= before[0] or received < before[1]:
            return None
        return (received - before[1]) * 1_000_000 / (at_us - before[0])


def _written() -> int | None:
    counters = psutil.disk_io_counters()
    return None if counters is None else int(counters.write_bytes)


def _temperature() -> Decimal | None:
    if not hasattr(psutil, "sensors_temperatures"):
        return None
    degrees = [
        entry.current
        for group, entries in psutil.sensors_temperatures().items()
        if group in ("coretemp", "k10temp", "cpu_thermal", "zenpower", "acpitz")
        for entry in entries
    ]
    return Decimal(max(degrees)).quantize(_TENTH) if degrees else None


def _network_is_up() -> bool:
    return any(state.isup for name, state in psutil.net_if_stats().items() if not name.startswith("lo"))


def _on_mains() -> bool | None:
    battery = psutil.sensors_battery() if hasattr(psutil, "sensors_battery") else None
    return None if battery is None else battery.power_plugged
