"""What the two naive peers share: the table, the message, and who publishes. One JSON message per reading, QoS 1.

The publisher is a process with `clients` paho connections, each with a certificate of its own; each keeps `window`
messages unanswered by the broker, since more made the broker slower. There is no buffer on disk, no sealing, and no
acknowledgement of the commit: what the broker or the subscriber loses is lost."""

from __future__ import annotations

import json
import ssl
import threading
import time
from collections.abc import Sequence

import paho.mqtt.client as mqtt
from paho.mqtt.enums import CallbackAPIVersion

TABLE = """
CREATE TABLE IF NOT EXISTS naive (
    client text NOT NULL, metric text NOT NULL, at timestamptz NOT NULL, value double precision NOT NULL,
    PRIMARY KEY (client, metric, at)
)
"""
INSERT = "INSERT INTO naive VALUES (%s, %s, to_timestamp(%s), %s) ON CONFLICT DO NOTHING"
FILTER = "pp/1/main/c/+/up/live"


def row_of(payload: bytes) -> tuple[str, str, float, float]:
    """What `INSERT` wants of a message."""
    reading = json.loads(payload)
    return reading["client"], reading["metric"], reading["at"], reading["value"]


def tls(files: dict[str, str]) -> ssl.SSLContext:
    """Mutual TLS with `ca`, `certificate` and `key`."""
    context = ssl.create_default_context(cafile=files["ca"])
    context.load_cert_chain(files["certificate"], files["key"])
    return context


class Publisher(threading.Thread):
    """One device. `sent` counts the messages that the broker has answered; `size` is the payload's."""

    def __init__(self, address: Sequence[object], name: str, files: dict[str, str], window: int) -> None:
        super().__init__(daemon=True)
        self.sent = self.size = 0
        self._name, self._window = name, window
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, name, protocol=mqtt.MQTTv5)
        self._client.tls_set_context(tls(files))
        self._client.max_inflight_messages_set(window)
        self._client.connect(str(address[0]), int(str(address[1])))
        self._client.loop_start()

    def run(self) -> None:
        topic = f"pp/1/main/c/{self._name}/up/live"
        number = 0
        while True:
            last = None
            for _ in range(self._window):
                number += 1
                reading = {
                    "client": self._name,
                    "metric": "temperature",
                    "at": time.time(),
                    "value": 65 + number % 100 / 100,
                }
                payload = json.dumps(reading)
                last = self._client.publish(topic, payload, qos=1)
            assert last is not None
            last.wait_for_publish(60)
            self.sent, self.size = number, len(payload)
