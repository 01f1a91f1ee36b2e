"""What a recorder tried, and which of it returned: kept by the recorder's process, read by whoever compares.

A line is written before each call of the SDK and one after it. What a killed process has handed to the kernel stays in
the file, so that nothing that returned can be missing from it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from precisionpulse_sdk.values import Value, ValueType

METRICS: tuple[tuple[str, ValueType, int], ...] = (
    ("chaos.count", ValueType.INT64, 0),
    ("chaos.level", ValueType.DOUBLE, 0),
    ("chaos.price", ValueType.DECIMAL, 3),
    ("chaos.open", ValueType.BOOL, 0),
)
_RUN = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading as it must be found: `captured_us` in µs since 1970."""

    metric: str
    captured_us: int
    value: Value


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call: `count` readings from number `first` of that `lane` (thread) of that `run` (process) on, captured at
    `at_us` and the microseconds after it."""

    run: int
    lane: int
    first: int
    count: int
    at_us: int

    def readings(self) -> list[Reading]:
        """The readings in order; they depend on the attempt alone."""
        return [self._reading(number) for number in range(self.count)]

    def _reading(self, offset: int) -> Reading:
        number = self.first + offset
        mark = self.run * _RUN + self.lane * (_RUN // 10) + number
        kind = (number + self.run) % len(METRICS)
        values: tuple[Value, ...] = (
            -mark if number % 3 else mark << 16,
            mark / 7,
            Decimal(f"{mark * 10**20 if number % 8 == 2 else -mark}e-3"),
            number % 2 == 0,
        )
        value = None if number % 61 == 0 else values[kind]
        return Reading(METRICS[kind][0], self.at_us + offset, value)


class JournalWriter:
    """Appends to the file at `path`; each line in one write, so that threads need no lock."""

    def __init__(self, path: Path) -> None:
        self.run = 1 + sum(line.startswith(b"run") for line in path.read_bytes().splitlines()) if path.exists() else 1
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._write("run", self.run)

    def trying(self, attempt: Attempt) -> None:
        """The call is about to be made."""
        self._write("try", attempt.lane, attempt.first, attempt.count, attempt.at_us)

    def returned(self, attempt: Attempt, first_record_seq: int) -> None:
        """The call returned: the readings have the numbers from `first_record_seq` on."""
        self._write("did", attempt.lane, first_record_seq)

    def failed(self, attempt: Attempt) -> None:
        """The call raised: nothing was stored."""
        self._write("not", attempt.lane)

    def ended(self, *, queued: int, dead_letters: int, dropped: int) -> None:
        """The recorder ends in good order, with that much left in its outbox."""
        self._write("end", queued, dead_letters, dropped)

    def _write(self, *words: object) -> None:
        os.write(self._file, (" ".join(map(str, words)) + "\n").encode())


class Journal:
    """Reads what a recorder wrote, as far as it was written."""

    def __init__(self, path: Path) -> None:
        self.runs = 0
        self.end: tuple[int, int, int] | None = None
        """Queued, dead letters and dropped records of a recorder that ended in good order."""
        self.unanswered: list[Attempt] = []
        """The calls that a kill ended: stored as a whole, or not at all."""
        self._path = path
        self._offset = 0
        self._open: dict[int, Attempt] = {}

    def news(self) -> Iterator[tuple[int, Reading]]:
        """What has returned since the last look, with its `record_seq`."""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            written = file.read()
        complete = written[: written.rfind(b"\n") + 1]
        self._offset += len(complete)
        for line in complete.decode().splitlines():
            word, *numbers = line.split()
            yield from self._take(word, [int(number) for number in numbers])

    def _take(self, word: str, numbers: list[int]) -> Iterator[tuple[int, Reading]]:
        if word == "run":
            self.runs = numbers[0]
            self.unanswered += self._open.values()
            self._open.clear()
        elif word == "try":
            lane, first, count, at_us = numbers
            self._open[lane] = Attempt(self.runs, lane, first, count, at_us)
        elif word == "did":
            attempt = self._open.pop(numbers[0])
            yield from enumerate(attempt.readings(), numbers[1])
        elif word == "not":
            del self._open[numbers[0]]
        elif word == "end":
            self.end = numbers[0], numbers[1], numbers[2]
