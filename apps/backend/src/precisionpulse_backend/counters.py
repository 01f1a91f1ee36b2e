"""What /metrics shows: the SDK's own counts, read when they are asked for, and the HTTP requests."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector


class CountsCollector(Collector):
    """Counts by event name as one Prometheus counter with a label, and whether the broker connection stands."""

    def __init__(self, name: str, counts: Callable[[], Mapping[str, int]], connected: Callable[[], bool]) -> None:
        self._name = name
        self._counts = counts
        self._connected = connected

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily]:
        """As `Collector.collect`."""
        events = CounterMetricFamily(f"precisionpulse_{self._name}_events", "Events by name", labels=["event"])
        for event, count in sorted(self._counts().items()):
            events.add_metric([event], count)
        yield events
        yield GaugeMetricFamily(
            f"precisionpulse_{self._name}_broker_connected", "1 while the broker connection stands", self._connected()
        )


class HttpMetrics:
    """Requests by route, and how long they took."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.requests = Counter(
            "precisionpulse_http_requests", "Requests", ["method", "route", "status"], registry=registry
        )
        self.seconds = Histogram("precisionpulse_http_seconds", "Duration of requests", ["route"], registry=registry)
