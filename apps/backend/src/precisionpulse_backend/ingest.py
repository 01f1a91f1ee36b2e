"""The `ingest` program: what clients send becomes rows, and then acknowledgements. Any number of these may run."""

from __future__ import annotations

import datetime as dt
import logging
import queue
import signal
from collections.abc import Callable

import psycopg
from prometheus_client import CollectorRegistry

from precisionpulse_backend import health
from precisionpulse_backend.counters import CountsCollector
from precisionpulse_backend.partitions import ensure_partitions
from precisionpulse_sdk.hub import Hub

_log = logging.getLogger(__name__)

_PARTITIONS_EVERY_S = 3600.0


class Ingest:
    """The hub's worker with its probes. `ping` raises while the database can't be used."""

    def __init__(self, hub: Hub, *, conninfo: str, ping: Callable[[], None], http: tuple[str, int] | None) -> None:
        self._hub = hub
        self._conninfo = conninfo
        # Unlike an event, a queue may be used by a signal that comes while the last one is being handled.
        self._stopping = queue.SimpleQueue[int]()
        registry = CollectorRegistry()
        registry.register(CountsCollector("ingest", hub.counts, lambda: hub.connected))
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
        _log.info("ingest is running")
        while not self._told_to_stop(_PARTITIONS_EVERY_S):
            self._make_partitions()
        self._hub.close()
        if self._server:
            self._server.close()
        _log.info("ingest has stopped")

    def _told_to_stop(self, within_s: float) -> bool:
        try:
            self._stopping.get(timeout=within_s)
        except queue.Empty:
            return False
        return True

    def _make_partitions(self) -> None:
        try:
            ensure_partitions(self._conninfo, dt.datetime.now(dt.UTC).date())
        except psycopg.Error as error:
            _log.warning("partitions can't be made now: %s", str(error).partition("\n")[0])

    def _check_broker(self) -> None:
        if not self._hub.connected:
            raise health.NotReadyError("no connection to the broker")
