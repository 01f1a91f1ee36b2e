"""A client of the SDK as anybody would make it, with the workload's metrics."""

from __future__ import annotations

from pathlib import Path

from benchmarks import workload
from precisionpulse_sdk import Client, ValueType
from precisionpulse_sdk.client import Metric
from precisionpulse_sdk.outbox import OutboxBounds
from precisionpulse_sdk.values import Sample, Value, decimal_of

BOUNDS = OutboxBounds(max_records=50_000_000, max_bytes=16 << 30)


def open_client(directory: str) -> Client:
    """The client whose identity is in `directory`; it does not connect yet."""
    return Client.open(Path(directory), bounds=BOUNDS)


def declare(client: Client) -> list[Metric]:
    """The workload's metrics, declared."""
    return [
        client.metric(metric.name, ValueType(metric.type), unit=metric.unit, scale=metric.scale)
        for metric in workload.METRICS
    ]


def samples(count: int, seed: int = 1) -> list[Sample]:
    """`count` values as a caller hands them in, without a time."""
    made: list[Sample] = []
    for moment in workload.moments(seed):
        for metric, stored in zip(workload.METRICS, moment.values, strict=True):
            if len(made) == count:
                return made
            made.append(Sample(metric.name, _value(ValueType(metric.type), metric.scale, stored)))
    raise AssertionError("moments never end")


def _value(type_: ValueType, scale: int, stored: float) -> Value:
    if type_ is ValueType.DECIMAL:
        return decimal_of(int(stored), scale)
    return bool(stored) if type_ is ValueType.BOOL else stored
