"""The naive peers: one JSON message per reading, QoS 1, one row per message; same broker, TLS and database server."""

from __future__ import annotations

import time
from dataclasses import dataclass

import psycopg

from benchmarks.bench import Bench
from benchmarks.peer import MissingPeerError

_CLIENTS = 4
_WINDOW = 50


@dataclass(frozen=True)
class Naive:
    """Rows a second that were committed while it was measured; None, and why, when it could not be."""

    rate: float | None
    payload_bytes: float = 0.0
    fault: str = ""


def measure(bench: Bench, library: str) -> Naive:
    """The rate with a subscriber on `library`: "paho" or "aiomqtt"."""
    seconds = 1.0 if bench.quick else 5.0
    broker = bench.site.broker
    ca = str(broker.ca_file)
    url = bench.site.database.new_database()
    hub = {"ca": ca, "certificate": str(broker.hub.certificate), "key": str(broker.hub.key)}
    devices = []
    for number in range(_CLIENTS):
        pair = bench.site.certificate(f"bench-{number}")
        devices.append(
            {"name": f"bench-{number}", "ca": ca, "certificate": str(pair.certificate), "key": str(pair.key)}
        )
    subscriber = {"address": [broker.host, broker.hub_port], "files": hub, "database_url": url}
    publisher = {"address": [broker.host, broker.port], "clients": devices, "window": _WINDOW}
    try:
        with bench.peers.running(f"naive_{library}", subscriber, group=library) as subscribed:
            subscribed.answer()
            with bench.peers.running("naive_publish", publisher, group="paho") as published:
                published.answer()
                time.sleep(seconds / 4)
                before, start_s = _count(url), time.monotonic()
                time.sleep(seconds)
                rate = (_count(url) - before) / (time.monotonic() - start_s)
                published.answer()
                return Naive(rate, published.answer()["payload_bytes"])
    except MissingPeerError as error:
        return Naive(None, fault=str(error))


def _count(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM naive").fetchone()
    assert row is not None
    return int(row[0])
