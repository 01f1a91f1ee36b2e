from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from precisionpulse_desktop.acquisition import Acquisition, Recorded
from precisionpulse_desktop.sources import MetricSpec, Reading
from precisionpulse_sdk import Quality, Sample, ValueType
from precisionpulse_sdk.errors import ClosedError, DiskFullError, PrecisionPulseError, ValueTypeError

SPECS = (
    MetricSpec("count", ValueType.INT64, "1"),
    MetricSpec("level", ValueType.DECIMAL, "m", 2),
)
GOOD = (Reading("count", 7), Reading("level", Decimal("1.25")))


@dataclass
class ScriptedSource:
    """Gives `readings` for what is asked, or raises `fault`."""

    readings: Sequence[Reading] = GOOD
    fault: Exception | None = None
    asked: list[set[str]] = field(default_factory=list)

    def metrics(self) -> Sequence[MetricSpec]:
        return SPECS

    def read(self, names: Collection[str], at_us: int) -> Sequence[Reading]:
        self.asked.append(set(names))
        if self.fault is not None:
            raise self.fault
        return [reading for reading in self.readings if reading.name in names]


@dataclass
class ScriptedRecorder:
    """Numbers samples like a client, refuses a text as a value, and raises `fault` while there is one."""

    fault: PrecisionPulseError | None = None
    samples: list[Sample] = field(default_factory=list)
    intervals: dict[str, int] = field(default_factory=dict)

    def metric(
        self, name: str, type: ValueType, *, unit: str = "", scale: int = 0, description: str = "", interval_ms: int = 0
    ) -> object:
        self.intervals[name] = interval_ms
        return name

    def record_many(self, samples: Iterable[Sample]) -> range:
        if self.fault is not None:
            raise self.fault
        found = list(samples)
        if any(isinstance(sample.value, str) for sample in found):
            raise ValueTypeError("a text is not a number")
        self.samples += found
        return range(len(self.samples) - len(found) + 1, len(self.samples) + 1)


@dataclass
class Ears:
    recorded: list[Recorded] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    heard: threading.Event = field(default_factory=threading.Event)

    def on_recorded(self, readings: Sequence[Recorded]) -> None:
        self.recorded += readings
        self.heard.set()

    def on_trouble(self, text: str) -> None:
        self.troubles.append(text)


class Clock:
    """A monotonic clock that stands until it is moved; the wall clock goes with it."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def now_us(self) -> int:
        return round(self.seconds * 1_000_000)


@pytest.fixture
def parts() -> tuple[ScriptedSource, ScriptedRecorder, Clock, Acquisition, Ears]:
    source, recorder, clock, ears = ScriptedSource(), ScriptedRecorder(), Clock(), Ears()
    acquisition = Acquisition(source, recorder, interval_ms=1000, monotonic=clock, now_us=clock.now_us)
    acquisition.listen(ears)
    return source, recorder, clock, acquisition, ears


Parts = tuple[ScriptedSource, ScriptedRecorder, Clock, Acquisition, Ears]


@pytest.mark.proves("D1")
def test_a_scan_is_recorded_as_a_whole_with_one_time_of_capture(parts: Parts) -> None:
    _, recorder, clock, acquisition, ears = parts
    assert acquisition.scan() == 2
    assert recorder.samples == [
        Sample("count", 7, clock.now_us(), Quality.LIVE),
        Sample("level", Decimal("1.25"), clock.now_us(), Quality.LIVE),
    ]
    assert [each.record_seq for each in ears.recorded] == [1, 2]


def test_nothing_is_read_before_it_is_due(parts: Parts) -> None:
    source, _, clock, acquisition, _ = parts
    acquisition.scan()
    clock.seconds += 0.999
    assert acquisition.scan() == 0
    clock.seconds += 0.002
    assert acquisition.scan() == 2
    assert len(source.asked) == 2


@pytest.mark.proves("D4")
def test_an_interval_is_set_while_running_and_told_to_the_recorder(parts: Parts) -> None:
    source, recorder, clock, acquisition, _ = parts
    acquisition.scan()
    acquisition.set_interval(100, "count")
    clock.seconds += 0.1
    acquisition.scan()
    assert source.asked[-1] == {"count"}
    assert recorder.intervals == {"count": 100, "level": 1000}


def test_a_source_that_raises_gives_bad_nulls_and_one_warning_until_it_works_again(parts: Parts) -> None:
    source, recorder, clock, acquisition, ears = parts
    source.fault = OSError("no such sensor")
    for _ in range(3):
        acquisition.scan()
        clock.seconds += 1
    assert {(sample.value, sample.quality) for sample in recorder.samples} == {(None, Quality.BAD)}
    assert len(recorder.samples) == 6
    assert ears.troubles == ["The source failed: OSError: no such sensor"]
    source.fault = None
    acquisition.scan()
    assert ears.recorded[-1].value == Decimal("1.25")
    source.fault = OSError("gone again")
    clock.seconds += 1
    acquisition.scan()
    assert len(ears.troubles) == 2


def test_a_value_of_the_wrong_type_costs_no_other_value(parts: Parts) -> None:
    source, recorder, _, acquisition, ears = parts
    source.readings = (Reading("count", "seven"), GOOD[1])  # type: ignore[arg-type]
    acquisition.scan()
    assert [(sample.value, sample.quality) for sample in recorder.samples] == [
        (None, Quality.BAD),
        (Decimal("1.25"), Quality.LIVE),
    ]
    assert "can't hold" in ears.troubles[0]


@pytest.mark.proves("E4")
def test_readings_that_can_not_be_stored_are_counted_and_told_once(parts: Parts) -> None:
    _, recorder, clock, acquisition, ears = parts
    recorder.fault = DiskFullError("no space left on the disk")
    for _ in range(2):
        acquisition.scan()
        clock.seconds += 1
    assert acquisition.lost == 4
    assert ears.troubles == ["Readings can't be stored: no space left on the disk"]
    recorder.fault = None
    assert acquisition.scan() == 2


def test_the_thread_measures_by_itself_and_ends_at_close() -> None:
    source, recorder, ears = ScriptedSource(fault=RuntimeError("always")), ScriptedRecorder(), Ears()
    acquisition = Acquisition(source, recorder, interval_ms=10)
    acquisition.listen(ears)
    acquisition.start()
    for _ in range(3):
        assert ears.heard.wait(10)
        ears.heard.clear()
    acquisition.close()
    acquisition.close()
    assert "acquisition" not in {thread.name for thread in threading.enumerate()}


def test_the_thread_ends_when_the_client_was_closed() -> None:
    recorder = ScriptedRecorder(fault=ClosedError("the client was closed"))
    acquisition = Acquisition(ScriptedSource(), recorder, interval_ms=10)
    acquisition.start()
    acquisition._thread.join(10)
    assert not acquisition._thread.is_alive()


def test_a_listener_that_left_hears_nothing(parts: Parts) -> None:
    _, _, _, acquisition, _ = parts
    ears = Ears()
    acquisition.listen(ears)()
    acquisition.scan()
    assert ears.recorded == []


def test_headless_loads_neither_qt_nor_numpy() -> None:
    check = (
        "import sys, precisionpulse_desktop.__main__, precisionpulse_desktop.sources.host;"
        "print([name for name in ('PySide6', 'numpy', 'pyqtgraph') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True, timeout=60)
    assert found.stdout.strip() == "[]"
