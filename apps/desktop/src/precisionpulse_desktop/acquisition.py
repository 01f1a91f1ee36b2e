"""Source to buffer: reads what is due, on a thread of its own, and records it. Knows neither Qt nor the network."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from precisionpulse_desktop.schedule import Schedule
from precisionpulse_desktop.sources import MetricSpec, Reading, Source
from precisionpulse_sdk.errors import ClosedError, ConfigurationError, PrecisionPulseError, UsageError
from precisionpulse_sdk.values import Quality, Sample, Value, ValueType

log = logging.getLogger(__name__)

JOIN_TIMEOUT_S = 1.5


class Recorder(Protocol):
    """What acquisition needs of the SDK's `Client`."""

    def metric(
        self, name: str, type: ValueType, *, unit: str = "", scale: int = 0, description: str = "", interval_ms: int = 0
    ) -> object: ...

    def record_many(self, samples: Iterable[Sample]) -> range: ...


@dataclass(frozen=True, slots=True)
class Recorded:
    """A reading that is durable in the buffer. `at_us` is the time of capture in µs since 1970."""

    record_seq: int
    name: str
    value: Value
    quality: Quality
    at_us: int


class AcquisitionListener(Protocol):
    """Called on the acquisition thread; must not block."""

    def on_recorded(self, readings: Sequence[Recorded]) -> None:
        """These are stored; one call for each scan."""
        ...

    def on_trouble(self, text: str) -> None:
        """Something went wrong that the operator should know of; said once, until it has worked again."""
        ...


class Acquisition:
    """Reads `source` every `interval_ms` and records into `recorder` until it is closed.

    Whatever the source or the recorder raises, the next scan happens: a source that fails gives nulls of quality BAD, a
    recorder that fails loses that scan, which is counted in `lost` and told to the listener.
    """

    def __init__(
        self,
        source: Source,
        recorder: Recorder,
        *,
        interval_ms: int,
        monotonic: Callable[[], float] = time.monotonic,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._source = source
        self._recorder = recorder
        self._monotonic = monotonic
        self._now_us = now_us
        self._listeners: tuple[AcquisitionListener, ...] = ()
        self._wake = threading.Condition()
        self._closed = False
        self._troubles: set[str] = set()
        self.lost = 0
        self.specs: tuple[MetricSpec, ...] = tuple(source.metrics())
        self.intervals_ms = {spec.name: interval_ms for spec in self.specs}
        self._stopped: frozenset[str] = frozenset()
        self._schedule = Schedule(self.intervals_ms, interval_ms, monotonic())
        for spec in self.specs:
            self._declare(spec)
        self._thread = threading.Thread(target=self._run, name="acquisition", daemon=True)

    def start(self) -> None:
        """Begin to measure. Call once."""
        self._thread.start()

    def close(self) -> None:
        """Stop measuring and wait for the thread, at most `JOIN_TIMEOUT_S`: a source may hang. Idempotent."""
        with self._wake:
            self._closed = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(JOIN_TIMEOUT_S)
            if self._thread.is_alive():
                log.warning("the source did not return within %.1f s of closing", JOIN_TIMEOUT_S)

    def listen(self, listener: AcquisitionListener) -> Callable[[], None]:
        """Tell `listener` of what happens from now on. The result ends that."""
        self._listeners += (listener,)

        def leave() -> None:
            self._listeners = tuple(each for each in self._listeners if each is not listener)

        return leave

    def set_interval(self, interval_ms: int, name: str | None = None) -> None:
        """Measure the metric `name`, or all, every `interval_ms` from now on. Thread-safe; raises
        `ConfigurationError`."""
        with self._wake:
            self._schedule.set_interval(interval_ms, self._monotonic(), name)
            changed = [spec for spec in self.specs if name in (None, spec.name)]
            self.intervals_ms.update({spec.name: interval_ms for spec in changed})
            self._wake.notify_all()
        for spec in changed:
            self._declare(spec)

    def set_measured(self, measured: bool, name: str | None = None) -> None:
        """Whether the metric `name`, or all, are measured from now on. Thread-safe; raises `ConfigurationError`."""
        names = frozenset(self.intervals_ms) if name is None else frozenset({name})
        if not names <= self.intervals_ms.keys():
            raise ConfigurationError(f"There is no metric called {name!r} to start or to stop")
        with self._wake:
            self._stopped = self._stopped - names if measured else self._stopped | names

    def scan(self) -> int:
        """Read and record what is due now; the result is how many readings were recorded. One thread at a time."""
        with self._wake:
            due = [name for name in self._schedule.take_due(self._monotonic()) if name not in self._stopped]
        if not due:
            return 0
        at_us = self._now_us()
        recorded = self._record(self._read(due, at_us), at_us)
        if recorded:
            for listener in self._listeners:
                listener.on_recorded(recorded)
        return len(recorded)

    def _run(self) -> None:
        while self._wait():
            try:
                self.scan()
            except ClosedError:
                return
            except Exception:
                log.exception("a scan failed")

    def _wait(self) -> bool:
        """Wait until a metric is due; False when closed."""
        with self._wake:
            while not self._closed:
                pause = self._schedule.next_due() - self._monotonic()
                if pause <= 0:
                    return True
                self._wake.wait(None if math.isinf(pause) else pause)
            return False

    def _declare(self, spec: MetricSpec) -> None:
        self._recorder.metric(
            spec.name,
            spec.type,
            unit=spec.unit,
            scale=spec.scale,
            description=spec.description,
            interval_ms=self.intervals_ms[spec.name],
        )

    def _read(self, due: Collection[str], at_us: int) -> Sequence[Reading]:
        try:
            readings = self._source.read(due, at_us)
        except Exception as error:  # noqa: BLE001 - a source is a plug-in: it may raise anything, and measuring goes on
            self._trouble("source", f"The source failed: {type(error).__name__}: {error}")
            return [Reading(name, None, Quality.BAD) for name in due]
        self._troubles.discard("source")
        return readings

    def _record(self, readings: Sequence[Reading], at_us: int) -> list[Recorded]:
        try:
            stored = self._store(readings, at_us)
            self._troubles.discard("value")
            return stored
        except ClosedError:
            raise
        except UsageError as error:
            self._trouble("value", f"The source gave a value that its metric can't hold: {error}")
            return [record for reading in readings for record in self._record_alone(reading, at_us)]
        except PrecisionPulseError as error:
            self.lost += len(readings)
            self._trouble("buffer", f"Readings can't be stored: {error}")
            return []

    def _record_alone(self, reading: Reading, at_us: int) -> list[Recorded]:
        """One bad value must not cost the scan's others: it becomes a null of quality BAD."""
        try:
            return self._store([reading], at_us)
        except ClosedError:
            raise
        except UsageError:
            pass
        except PrecisionPulseError:
            self.lost += 1
            return []
        try:
            return self._store([Reading(reading.name, None, Quality.BAD)], at_us)
        except ClosedError:
            raise
        except PrecisionPulseError:
            self.lost += 1
            return []

    def _store(self, readings: Sequence[Reading], at_us: int) -> list[Recorded]:
        numbers = self._recorder.record_many(
            [Sample(reading.name, reading.value, at_us, reading.quality) for reading in readings]
        )
        self._troubles.discard("buffer")
        return [
            Recorded(number, reading.name, reading.value, reading.quality, at_us)
            for number, reading in zip(numbers, readings, strict=True)
        ]

    def _trouble(self, kind: str, text: str) -> None:
        if kind in self._troubles:
            return
        self._troubles.add(kind)
        log.warning("%s", text)
        for listener in self._listeners:
            listener.on_trouble(text)
