"""Catalogues of clients, kept for ever, and the numbers under which their metrics stand in the readings."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import NamedTuple

import psycopg

from precisionpulse_backend.connections import ThreadConnections
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import open_catalogue

_INSTALL = """
INSERT INTO installs (client, install_id) VALUES (%s, %s) ON CONFLICT (client, install_id) DO NOTHING
"""
_INSTALL_KEY = "SELECT key FROM installs WHERE client = %s AND install_id = %s"
_SAVE = "INSERT INTO catalogues (client, catalogue_id, content) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING"
_PRESENT = "UPDATE installs SET catalogue_id = %s WHERE client = %s AND install_id = %s"
_METRIC = """
INSERT INTO metrics AS m (install_key, metric_id, name, type, scale, unit, description, interval_ms, retired)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (install_key, metric_id) DO UPDATE SET name = excluded.name, unit = excluded.unit,
    description = excluded.description, interval_ms = excluded.interval_ms, retired = excluded.retired
"""
_METRICS = "SELECT metric_id, key, type, scale FROM metrics WHERE install_key = %s"


class MetricKey(NamedTuple):
    """Where a metric's readings are found, and what kind it was when it was first seen."""

    key: int
    type: int
    scale: int


class InstallKeys(NamedTuple):
    """The install's number, and its metrics by their id."""

    key: int
    metrics: dict[int, MetricKey]


class Catalogues:
    """Catalogues in PostgreSQL with a memory of all that were used; thread-safe."""

    def __init__(self, connections: ThreadConnections) -> None:
        self._connections = connections
        self._lock = threading.Lock()
        self._contents: dict[tuple[str, bytes], pb.CatalogueContent] = {}
        self._installs: dict[tuple[str, bytes], InstallKeys] = {}

    def save(self, client: str, catalogue: pb.Catalogue) -> None:
        """As `HubStore.save_catalogue`."""
        content = open_catalogue(catalogue)
        with self._connections.use() as connection, connection.transaction():
            connection.execute(_INSTALL, (client, catalogue.install_id))
            connection.execute(_SAVE, (client, catalogue.id, catalogue.content))
            connection.execute(_PRESENT, (catalogue.id, client, catalogue.install_id))
            known = _read_keys(connection, client, catalogue.install_id, content.metrics)
        with self._lock:
            self._contents[client, catalogue.id] = content
            self._installs[client, catalogue.install_id] = known

    def content(self, client: str, catalogue_id: bytes) -> pb.CatalogueContent | None:
        """As `HubStore.catalogue`."""
        content = self._contents.get((client, catalogue_id))
        if content is not None:
            return content
        with self._connections.use() as connection:
            row = connection.execute(
                "SELECT content FROM catalogues WHERE client = %s AND catalogue_id = %s", (client, catalogue_id)
            ).fetchone()
        if row is None:
            return None
        content = pb.CatalogueContent.FromString(bytes(row[0]))
        with self._lock:
            self._contents[client, catalogue_id] = content
        return content

    def keys(self, client: str, install_id: bytes, content: pb.CatalogueContent, wanted: Iterable[int]) -> InstallKeys:
        """The numbers of an install and of at least the metrics `wanted`, which are in `content`."""
        known = self._installs.get((client, install_id))
        if known is not None and known.metrics.keys() >= set(wanted):
            return known
        with self._connections.use() as connection, connection.transaction():
            connection.execute(_INSTALL, (client, install_id))
            known = _read_keys(connection, client, install_id, content.metrics)
        with self._lock:
            self._installs[client, install_id] = known
        return known


def _read_keys(
    connection: psycopg.Connection, client: str, install_id: bytes, metrics: Iterable[pb.Metric]
) -> InstallKeys:
    row = connection.execute(_INSTALL_KEY, (client, install_id)).fetchone()
    assert row is not None, "inserted in this transaction"
    install_key: int = row[0]
    with connection.cursor() as cursor:
        cursor.executemany(
            _METRIC,
            [
                (
                    install_key,
                    metric.id,
                    _text(metric.name),
                    metric.type,
                    metric.scale,
                    _text(metric.unit),
                    _text(metric.description),
                    metric.interval_ms,
                    metric.retired,
                )
                for metric in sorted(metrics, key=lambda metric: metric.id)
            ],
        )
        found = cursor.execute(_METRICS, (install_key,)).fetchall()
    return InstallKeys(install_key, {metric_id: MetricKey(*rest) for metric_id, *rest in found})


def _text(value: str) -> str:
    """PostgreSQL's text can hold every character but U+0000."""
    return value.replace("\x00", "\ufffd")
