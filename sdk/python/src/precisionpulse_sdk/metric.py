"""Declared metrics, as a program holds them."""

from __future__ import annotations

from typing import Protocol

from precisionpulse_sdk.errors import MetricConflictError
from precisionpulse_sdk.outbox import MetricRow, Outbox
from precisionpulse_sdk.values import MAX_SCALE, Quality, Value, ValueType


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


class Metrics:
    """The metrics that are declared in `outbox`, those of earlier runs too; `recorder` stores their readings."""

    def __init__(self, recorder: Recorder, outbox: Outbox) -> None:
        self._recorder = recorder
        self._outbox = outbox
        self._by_name: dict[str, Metric] = {}
        self._by_id: dict[int, Metric] = {}
        for row in outbox.metrics():
            if not row.retired:
                self._remember(row)

    def declare(
        self, name: str, type: ValueType, *, unit: str, scale: int, description: str, interval_ms: int
    ) -> Metric:
        """As `Client.metric`."""
        if not 1 <= len(name) <= 128:
            raise MetricConflictError(f"a metric's name has 1 to 128 characters, not {len(name)}")
        if not 0 <= scale <= MAX_SCALE or (scale and type is not ValueType.DECIMAL):
            raise MetricConflictError(f"metric {name!r}: scale is 0 to {MAX_SCALE}, and only for DECIMAL; got {scale}")
        row = self._outbox.declare_metric(
            name=name, type=type, unit=unit, scale=scale, description=description, interval_ms=interval_ms
        )
        return self._remember(row)

    def known(self, metric: str | int) -> Metric:
        """The metric of that name or id. Raises `MetricConflictError` when none was declared."""
        found = self._by_name.get(metric) if isinstance(metric, str) else self._by_id.get(metric)
        if found is None:
            raise MetricConflictError(f"metric {metric!r} was not declared: call Client.metric first")
        return found

    def _remember(self, definition: MetricRow) -> Metric:
        metric = Metric(self._recorder, definition)
        self._by_name[metric.name] = self._by_id[metric.id] = metric
        return metric
