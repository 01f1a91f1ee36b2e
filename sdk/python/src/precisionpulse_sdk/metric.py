"""A declared metric, as a program holds it."""

from __future__ import annotations

from typing import Protocol

from precisionpulse_sdk.outbox import MetricRow
from precisionpulse_sdk.values import Quality, Value, ValueType


class Recorder(Protocol):
    """Who stores a metric's readings."""

    def record(
        self, metric: Metric | str, value: Value, *, at_us: int | None = None, quality: Quality = Quality.LIVE
    ) -> int:
        """As `Client.record`."""


class Metric:
    """A declared metric. Made by `Client.metric`."""

    def __init__(self, client: Recorder, definition: MetricRow) -> None:
        self._client = client
        self.id = definition.id
        self.name = definition.name
        self.type = ValueType(definition.type)
        self.unit = definition.unit
        self.scale = definition.scale

    def record(self, value: Value, *, at_us: int | None = None, quality: Quality = Quality.LIVE) -> int:
        """As `Client.record` for this metric."""
        return self._client.record(self, value, at_us=at_us, quality=quality)

    def __repr__(self) -> str:
        return f"Metric({self.name!r}, {self.type.name})"
