"""What is measured: four metrics, one of each type, of a machine that does ordinary work. The same values in every run.

A temperature with two digits that drifts, a pressure with three, a counter of parts, a switch that is seldom touched;
read every 40 ms by a computer that is up to 0.2 ms late."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import NamedTuple

from precisionpulse_sdk import batches
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.values import ValueType

METRICS = (
    pb.Metric(id=1, name="temperature", type=pb.VALUE_TYPE_DOUBLE, unit="Cel"),
    pb.Metric(id=2, name="pressure", type=pb.VALUE_TYPE_DECIMAL, unit="bar", scale=3),
    pb.Metric(id=3, name="parts", type=pb.VALUE_TYPE_INT64, unit="1"),
    pb.Metric(id=4, name="running", type=pb.VALUE_TYPE_BOOL),
)
TYPES = {metric.id: ValueType(metric.type) for metric in METRICS}
INTERVAL_US = 40_000
_LATE_US = 200


class Moment(NamedTuple):
    """All four metrics read at one time: µs since the start, and stored values in the order of `METRICS`."""

    at_us: int
    values: tuple[float, int, int, int]


def moments(seed: int = 1) -> Iterator[Moment]:
    """The readings, without end."""
    rng = random.Random(seed)
    at_us, temperature, pressure, parts, running = 0, 6500, 1013, 0, 1
    while True:
        temperature += rng.randint(-3, 3)
        pressure += rng.randint(-2, 2)
        parts += rng.random() < 0.3
        running ^= rng.random() < 0.01
        yield Moment(at_us + rng.randint(0, _LATE_US), (temperature / 100, pressure, parts, running))
        at_us += INTERVAL_US


def rows(count: int, *, first_seq: int = 1, start_us: int, seed: int = 1) -> list[Row]:
    """`count` stored rows, the four metrics in turn."""
    made: list[Row] = []
    for moment in moments(seed):
        for metric, value in zip(METRICS, moment.values, strict=True):
            if len(made) == count:
                return made
            row = Row(first_seq + len(made), metric.id, start_us + moment.at_us, pb.QUALITY_LIVE, 1, value)
            made.append(row)
    raise AssertionError("moments never end")


def batch(samples: int, *, seed: int, start_us: int = 0) -> pb.Batch:
    """A batch of `samples` readings as the SDK packs it, from record 1 on, with an install and a catalogue to be
    filled in."""
    made = rows(samples, start_us=start_us, seed=seed)
    return batches.pack(made, TYPES, install_id=bytes(16), catalogue_id=bytes(16))
