"""What a client with a good certificate may throw at ingest: each fault is refused, counted, and stops nothing."""

from __future__ import annotations

import os
import re
import threading
import time
from pathlib import Path

import pytest
import requests

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.client import Client
from precisionpulse_sdk.enrolment import enrol
from precisionpulse_sdk.errors import LinkError
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.transport import Delivery
from precisionpulse_sdk.transport.mqtt import MqttTransport
from precisionpulse_sdk.values import ValueType

from .conftest import Site

_NOW_US = 1_795_000_000_000_000
_EPOCH = 1_000


class Sender:
    """A bare connection with a client's certificate, that publishes any bytes."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self._connected = threading.Event()
        self._transport = MqttTransport.for_identity(identity)
        self._transport.connect(self, subscriptions=(), will=None)
        assert self._connected.wait(20)

    def on_connected(self) -> None:
        self._connected.set()

    def on_disconnected(self, error: LinkError | None) -> None:
        self._connected.clear()

    def on_message(self, delivery: Delivery) -> None:
        delivery.ack()

    def send(self, channel: channels.Channel, payload: bytes) -> None:
        topic = channels.topic_of(channel, self.identity.site, self.identity.client)
        taken = threading.Event()
        self._transport.publish(topic, payload, qos=1, on_complete=lambda _: taken.set())
        assert taken.wait(20)

    def sealer(self, *, key: bytes | None = None, key_id: int = 1, epoch: int = _EPOCH) -> frame.Sealer:
        return frame.Sealer(key or self.identity.keys[1], key_id, "up", epoch, os.urandom(16))

    def sealed(self, channel: channels.Channel, message: object, sealer: frame.Sealer | None = None) -> bytes:
        topic = channels.topic_of(channel, self.identity.site, self.identity.client)
        return (sealer or self.sealer()).seal(channel, topic, message, sent_us=_NOW_US)  # type: ignore[arg-type]

    def close(self) -> None:
        self._transport.disconnect()


def _count(site: Site, event: str) -> float:
    port = site.environment["PP_INGEST_HTTP_PORT"]
    text = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    found = re.search(rf'precisionpulse_ingest_events_total{{event="{event}"}} (\S+)', text)
    return float(found[1]) if found else 0.0


@pytest.mark.proves("PP-FR-2", "PP-FR-5", "PP-FR-6", "A5", "A6")
def test_every_kind_of_bad_frame_is_counted_and_a_good_client_goes_on(
    site: Site, client_name: str, tmp_path: Path
) -> None:
    site.start("ingest", "web")
    identity = enrol(site.api_url, site.run("issue-code", "--client", client_name), tmp_path)
    sender = Sender(identity)
    hello = pb.Hello(majors=[1], install_id=b"i" * 16, epoch=_EPOCH)
    foreign = pb.Hello(majors=[99], install_id=b"i" * 16, epoch=_EPOCH)
    good = sender.sealed(channels.HELLO, hello)
    damaged = good[:-1] + bytes([good[-1] ^ 1])
    clear = pb.Header(type=channels.HELLO.type, epoch=_EPOCH)
    unknown = pb.Header(type=999, epoch=_EPOCH)
    cases = {
        "malformed_frame": b"\xff\xff\xff",
        "clear": pb.Frame(header=clear.SerializeToString(), body=b"").SerializeToString(),
        "unknown_type": pb.Frame(header=unknown.SerializeToString(), body=b"").SerializeToString(),
        "seal": damaged,
        "unknown_key": sender.sealed(channels.HELLO, hello, sender.sealer(key_id=7)),
        "malformed_message": sender.sealed(channels.HELLO, b"\xff\xff\xff"),
        "unsupported_major": sender.sealed(channels.HELLO, foreign),
    }
    for event, payload in cases.items():
        sender.send(channels.HELLO, payload)
        site.wait_until(lambda event=event: _count(site, f"refused_{event}") == 1, f"{event} is counted")
    sender.send(channels.LIVE, sender.sealed(channels.LIVE, pb.Batch(install_id=b"i" * 16)))
    site.wait_until(lambda: _count(site, "refused_no_session") == 1, "a frame without a session is counted")
    sender.send(channels.HEARTBEAT, good)
    site.wait_until(lambda: _count(site, "refused_unknown_type") == 2, "a frame on another topic is counted")
    sender.send(channels.HELLO, sender.sealed(channels.HELLO, pb.Hello(majors=[1], install_id=b"i", epoch=_EPOCH)))
    site.wait_until(lambda: _count(site, "refused_malformed_message") == 2, "a message that contradicts itself")
    sender.close()
    with Client.open(tmp_path) as client:
        client.metric("count", ValueType.INT64).record(time.time_ns())
        assert client.wait_drained(30)
    assert site.programs["ingest"].poll() is None
