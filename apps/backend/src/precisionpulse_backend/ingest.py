"""The `ingest` program: what clients send becomes rows, and then acknowledgements; what people ask of clients is sent
to them. Any number of these may run."""

from __future__ import annotations

import datetime as dt
import logging
import queue
import signal
import threading
from collections.abc import Callable

import psycopg
from prometheus_client import CollectorRegistry

from precisionpulse_backend import health
from precisionpulse_backend.compaction import Compactor
from precisionpulse_backend.counters import CountsCollector
from precisionpulse_backend.partitions import ensure_partitions
from precisionpulse_sdk.coordinator import Coordinator
from precisionpulse_sdk.hub import Hub

_log = logging.getLogger(__name__)

_UPKEEP_EVERY_S = 60.0


class Ingest:
    """The hub's workers with their probes. `ping` raises while the database can't be used."""

    def __init__(
        self,
        hub: Hub,
        coordinator: Coordinator,
        *,
        conninfo: str,
        ping: Callable[[], None],
        http: tuple[str, int] | None,
    ) -> None:
        self._hub = hub
        self._coordinator = coordinator
        self._conninfo = conninfo
        # Unlike an event, a queue may be used by a signal that comes while the last one is being handled.
        self._stopping = queue.SimpleQueue[int]()
        self._ended = threading.Event()
        self._compactor = Compactor(conninfo, stopping=self._ended)
        self._upkeep = threading.Thread(target=self._keep_up, name="upkeep", daemon=True)
        registry = CollectorRegistry()
        registry.register(CountsCollector("ingest", hub.counts, lambda: hub.connected))
        registry.register(CountsCollector("coordinator", coordinator.counts, lambda: coordinator.connected))
        probes = health.Probes({"database": ping, "broker": self._check_broker})
        self._server = health.HealthServer(*http, probes, registry) if http else None

    def run(self) -> None:
        """Work until SIGTERM or SIGINT, then finish the commit under way."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda number, _: self._stopping.put(number))
        if self._server:
            self._server.start()
        self._make_partitions()
        self._hub.start()
        self._coordinator.start()
        self._upkeep.start()
        _log.info("ingest is running")
        self._stopping.get()
        self._ended.set()
        self._compactor.cancel()
        self._coordinator.close()
        self._hub.close()
        self._upkeep.join(5)
        if self._server:
            self._server.close()
        _log.info("ingest has stopped")

    def _keep_up(self) -> None:
        while not self._ended.wait(_UPKEEP_EVERY_S):
            self._make_partitions()
            try:
                self._compactor.compact_when_due()
            except psycopg.Error as error:
                _log.warning("rows can't be compacted now: %s", str(error).partition("\n")[0])
        self._compactor.close()

    def _make_partitions(self) -> None:
        try:
            ensure_partitions(self._conninfo, dt.datetime.now(dt.UTC).date())
        except psycopg.Error as error:
            _log.warning("partitions can't be made now: %s", str(error).partition("\n")[0])

    def _check_broker(self) -> None:
        if not (self._hub.connected and self._coordinator.connected):
            raise health.NotReadyError("no connection to the broker")
