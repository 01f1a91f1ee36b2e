"""A client on a real broker: it goes on whatever happens, and others see nothing, or nothing that can be read."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from precisionpulse_sdk import Client, ClientConfig, Hub, ValueType, channels
from precisionpulse_sdk.errors import LinkError
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport import Delivery, Subscription
from precisionpulse_sdk.transport.mqtt import MqttTransport
from precisionpulse_sdk.transport.tls import Credentials
from precisionpulse_stack.pki import KeyPair
from precisionpulse_stack.testing import BrokerSite
from tests.integration.identities import identity_at

KEY, HUB_KEY = bytes(range(32)), bytes(32)
NAME = "secret-furnace-temperature"
TEXT_VALUE = 0x5345435245543432
"""An integer whose bytes read "SECRET42"."""


@dataclass
class Ear:
    """Somebody who listens, and is told when the subscription was answered."""

    transport: MqttTransport
    answered: threading.Event = field(default_factory=threading.Event)
    refusal: LinkError | None = None
    heard: queue.Queue[Delivery] = field(default_factory=queue.Queue)

    def on_connected(self) -> None:
        self.answered.set()

    def on_disconnected(self, error: LinkError | None) -> None:
        self.refusal = error
        self.answered.set()

    def on_message(self, delivery: Delivery) -> None:
        delivery.ack()
        self.heard.put(delivery)

    def listen(self, topic_filter: str) -> None:
        self.transport.connect(self, subscriptions=[Subscription(topic_filter, 1)], will=None)
        assert self.answered.wait(15)


def _credentials(broker: BrokerSite, pair: KeyPair) -> Credentials:
    return Credentials.from_files(broker.ca_file, pair.certificate, pair.key)


@pytest.fixture
def streaming(broker: BrokerSite, tmp_path: Path) -> Iterator[Client]:
    """A client of a hub, over the real broker."""
    store = MemoryHubStore()
    store.add_client("furnace-1", {1: KEY})
    hub = Hub(
        broker.site,
        store,
        MqttTransport(broker.host, broker.hub_port, "spine-hub", _credentials(broker, broker.hub)),
        hub_key=HUB_KEY,
    )
    hub.start()
    with Client(identity_at(broker, "furnace-1", KEY), tmp_path / "outbox.sqlite3") as client:
        yield client
    hub.close()


@pytest.mark.proves("A6", "F1", "E1")
def test_the_brokers_operator_reads_neither_a_metrics_name_nor_a_value(broker: BrokerSite, streaming: Client) -> None:
    operator = Ear(MqttTransport(broker.host, broker.hub_port, "operator", _credentials(broker, broker.hub)))
    operator.listen("pp/1/main/c/+/up/#")
    metric = streaming.metric(NAME, ValueType.INT64, description="the furnace of hall 3")
    for _ in range(20):
        metric.record(TEXT_VALUE)
    assert streaming.wait_drained(20)
    operator.transport.disconnect()
    payloads = b"".join(operator.heard.get_nowait().payload for _ in range(operator.heard.qsize()))
    assert len(payloads) > 500
    for clear in (NAME.encode(), b"furnace of hall", b"SECRET42", b"24TERCES", KEY):
        assert clear not in payloads


@pytest.mark.proves("F1", "PP-CH-2")
@pytest.mark.parametrize("wanted", ["pp/1/main/c/furnace-1/#", "pp/#", "#"])
def test_another_client_with_a_good_certificate_hears_nothing(
    broker: BrokerSite, streaming: Client, wanted: str
) -> None:
    pair = broker.client("neighbour-1")
    neighbour = Ear(MqttTransport(broker.host, broker.port, "neighbour-1", _credentials(broker, pair)))
    neighbour.listen(wanted)
    streaming.metric(NAME, ValueType.INT64).record(TEXT_VALUE)
    assert streaming.wait_drained(20)
    assert neighbour.heard.empty()
    neighbour.transport.disconnect()


@pytest.mark.proves("F1", "D3", "PP-CH-2")
def test_another_client_can_not_join_the_hubs_workers_and_take_their_share_of_the_frames(
    broker: BrokerSite, streaming: Client
) -> None:
    """Mosquitto lets everybody join a group, and drops what falls to somebody who may not read it."""
    pair = broker.client("neighbour-1")
    neighbour = Ear(MqttTransport(broker.host, broker.port, "neighbour-1", _credentials(broker, pair)))
    neighbour.listen(f"$share/ingest/{channels.topic_filter(channels.LIVE, broker.site)}")
    metric = streaming.metric(NAME, ValueType.INT64)
    for value in range(30):
        metric.record(value)
        # Sooner than what was lost would be sent again.
        assert streaming.wait_drained(0.9 * ClientConfig().ack_timeout_s)
    neighbour.transport.disconnect()


@pytest.mark.proves("E2", "E3")
def test_a_client_that_pauses_and_resumes_at_once_goes_on(streaming: Client) -> None:
    metric = streaming.metric(NAME, ValueType.INT64)
    for value in range(3):
        streaming.pause()
        metric.record(value)
        streaming.resume()
    assert streaming.wait_drained(30)
