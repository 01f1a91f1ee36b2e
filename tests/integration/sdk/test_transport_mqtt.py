"""The MQTT transport against a real Mosquitto: what the shells rely on, and what people read when it fails."""

import itertools
import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from precisionpulse_sdk.errors import CertificateError, ConnectionFailedError, LinkError, UsageError
from precisionpulse_sdk.transport import Delivery, Subscription, Will
from precisionpulse_sdk.transport.mqtt import MAX_IN_FLIGHT, MqttTransport
from precisionpulse_sdk.transport.tls import Credentials
from precisionpulse_stack.pki import KeyPair
from precisionpulse_stack.testing import BrokerSite

WAIT_S = 15

HASTY = """
import sys, threading
from pathlib import Path
from precisionpulse_sdk.transport import Will
from precisionpulse_sdk.transport.mqtt import MqttTransport
from precisionpulse_sdk.transport.tls import Credentials
host, port, name, ca, certificate, key, topic = sys.argv[1:]
up = threading.Event()
class Listener:
    def on_connected(self): up.set()
    def on_disconnected(self, error): pass
    def on_message(self, delivery): pass
transport = MqttTransport(host, int(port), name, Credentials.from_files(Path(ca), Path(certificate), Path(key)))
transport.connect(Listener(), subscriptions=[], will=Will(topic, b"gone", 1, True))
up.wait()
transport.publish(topic, b"left", qos=1, retain=True)
transport.disconnect()
"""
_names = (f"transport-{number}" for number in itertools.count(1))


@dataclass
class Peer:
    """One transport and what it told."""

    transport: MqttTransport
    name: str
    up: "queue.Queue[None]" = field(default_factory=queue.Queue)
    down: "queue.Queue[LinkError | None]" = field(default_factory=queue.Queue)
    messages: "queue.Queue[Delivery]" = field(default_factory=queue.Queue)
    acknowledge: bool = True

    def on_connected(self) -> None:
        self.up.put(None)

    def on_disconnected(self, error: LinkError | None) -> None:
        self.down.put(error)

    def on_message(self, delivery: Delivery) -> None:
        if self.acknowledge:
            delivery.ack()
        self.messages.put(delivery)

    def connect(self, *filters: str, will: Will | None = None) -> None:
        self.transport.connect(self, subscriptions=[Subscription(wanted, 1) for wanted in filters], will=will)

    def connected(self, *filters: str, will: Will | None = None) -> "Peer":
        self.connect(*filters, will=will)
        self.up.get(timeout=WAIT_S)
        return self

    def publish(self, topic: str, payload: bytes, *, qos: int = 1, retain: bool = False) -> LinkError | None:
        told: queue.Queue[LinkError | None] = queue.Queue()
        self.transport.publish(topic, payload, qos=qos, retain=retain, on_complete=told.put)
        return told.get(timeout=WAIT_S)

    def payload(self) -> bytes:
        return self.messages.get(timeout=WAIT_S).payload

    def failure(self) -> LinkError | None:
        return self.down.get(timeout=WAIT_S)


def _credentials(broker: BrokerSite, pair: KeyPair) -> Credentials:
    return Credentials.from_files(broker.ca_file, pair.certificate, pair.key)


@contextmanager
def _client(broker: BrokerSite, pair: KeyPair | None = None, host: str = "127.0.0.1") -> Iterator[Peer]:
    name = next(_names)
    credentials = _credentials(broker, pair or broker.client(name))
    peer = Peer(MqttTransport(host, broker.port, name, credentials, connect_timeout_s=5), name)
    try:
        yield peer
    finally:
        peer.transport.disconnect()


@pytest.fixture
def client(broker: BrokerSite) -> Iterator[Peer]:
    with _client(broker) as peer:
        yield peer


@pytest.fixture
def hub(broker: BrokerSite) -> Iterator[Peer]:
    name = next(_names)
    peer = Peer(MqttTransport(broker.host, broker.hub_port, name, _credentials(broker, broker.hub)), name)
    yield peer
    peer.transport.disconnect()


def test_a_message_reaches_the_subscriber_and_its_publisher_learns_of_it(client: Peer, hub: Peer) -> None:
    hub.connected(f"pp/1/main/c/{client.name}/up/#")
    client.connected(f"pp/1/main/c/{client.name}/down/#")
    assert client.publish(f"pp/1/main/c/{client.name}/up/live", b"\x00\xff") is None
    assert hub.payload() == b"\x00\xff"
    assert hub.publish(f"pp/1/main/c/{client.name}/down/ack", b"", qos=0) is None
    assert client.payload() == b""


@pytest.mark.proves("F1")
def test_a_publish_to_another_clients_topic_is_refused_in_words_and_the_connection_stays(client: Peer) -> None:
    client.connected()
    refused = client.publish("pp/1/main/c/somebody-else/up/live", b"x")
    assert isinstance(refused, LinkError)
    assert "ot authorized" in str(refused)
    assert client.publish(f"pp/1/main/c/{client.name}/up/live", b"x") is None


@pytest.mark.proves("PP-CL-3", "W11")
def test_the_will_is_published_when_the_connection_dies_and_not_after_a_goodbye(broker: BrokerSite, hub: Peer) -> None:
    for goodbye in (True, False):
        with _client(broker) as client:
            topic = f"pp/1/main/c/{client.name}/up/presence"
            client.connected(will=Will(topic, b"gone", 1, True))
            if goodbye:
                client.publish(topic, b"left", retain=True)
                client.transport.disconnect()
                assert client.failure() is None
            else:
                client.transport._connection._client.socket().shutdown(socket.SHUT_RDWR)  # type: ignore[union-attr]
                assert isinstance(client.failure(), ConnectionFailedError)
            watcher = Peer(hub.transport, hub.name)
            watcher.connected(topic)
            delivery = watcher.messages.get(timeout=WAIT_S)
            while delivery.payload not in (b"left", b"gone"):
                delivery = watcher.messages.get(timeout=WAIT_S)
            assert delivery.payload == (b"left" if goodbye else b"gone")
            hub.transport.disconnect()
            assert watcher.failure() is None


def test_disconnect_writes_out_what_was_published_before_it(client: Peer, hub: Peer) -> None:
    hub.connected(f"pp/1/main/c/{client.name}/up/#")
    client.connected()
    for number in range(MAX_IN_FLIGHT):
        client.transport.publish(f"pp/1/main/c/{client.name}/up/live", b"%d" % number, qos=1)
    client.transport.disconnect()
    assert client.failure() is None
    assert [hub.payload() for _ in range(MAX_IN_FLIGHT)] == [b"%d" % number for number in range(MAX_IN_FLIGHT)]


def test_the_goodbye_is_said_though_the_program_ends_at_once(broker: BrokerSite, hub: Peer) -> None:
    name = next(_names)
    pair = broker.client(name)
    topic = f"pp/1/main/c/{name}/up/presence"
    arguments = [broker.host, str(broker.port), name, str(broker.ca_file), str(pair.certificate), str(pair.key), topic]
    subprocess.run([sys.executable, "-c", HASTY, *arguments], check=True, timeout=60)
    hub.connected(topic)
    assert hub.payload() == b"left"


@pytest.mark.proves("PP-TD-4")
def test_a_message_that_was_not_acknowledged_by_hand_stays_the_brokers(broker: BrokerSite, client: Peer) -> None:
    workers = []
    for _ in range(2):
        name = next(_names)
        credentials = _credentials(broker, broker.hub)
        workers.append(Peer(MqttTransport(broker.host, broker.hub_port, name, credentials), name, acknowledge=False))
    topic = f"pp/1/main/c/{client.name}/up/live"
    for worker in workers:
        worker.connected(f"$share/{client.name}/{topic}")
    client.connected()
    for number in range(10):
        assert client.publish(topic, b"%d" % number) is None
    counts = [0, 0]
    for turn in itertools.cycle((0, 1)):
        if sum(counts) == 10:
            break
        try:
            workers[turn].messages.get(timeout=0.05)
            counts[turn] += 1
        except queue.Empty:
            continue
    assert all(counts), "the load is shared"
    for worker in workers:
        worker.transport.disconnect()


def test_many_threads_publish_at_once_and_every_completion_comes(client: Peer, hub: Peer) -> None:
    hub.connected(f"pp/1/main/c/{client.name}/up/#")
    client.connected()
    told: queue.Queue[LinkError | None] = queue.Queue()

    def publish() -> None:
        for _ in range(500):
            client.transport.publish(f"pp/1/main/c/{client.name}/up/live", b"x", qos=1, on_complete=told.put)

    threads = [threading.Thread(target=publish) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert [told.get(timeout=WAIT_S) for _ in range(4000)] == [None] * 4000
    assert [hub.payload() for _ in range(4000)] == [b"x"] * 4000
    for thread in threads:
        thread.join()


def test_a_completion_may_publish_again(client: Peer) -> None:
    client.connected()
    told: queue.Queue[LinkError | None] = queue.Queue()
    topic = f"pp/1/main/c/{client.name}/up/live"

    def again(error: LinkError | None) -> None:
        client.transport.publish(topic, b"2", qos=1, on_complete=told.put)

    client.transport.publish(topic, b"1", qos=1, on_complete=again)
    assert told.get(timeout=WAIT_S) is None


def test_without_a_connection_a_publish_fails_and_a_second_connect_is_refused(client: Peer) -> None:
    assert isinstance(client.publish("any", b"x"), LinkError)
    client.connected()
    with pytest.raises(UsageError):
        client.connect()
    client.transport.disconnect()
    assert client.failure() is None
    client.connected()


def test_a_killed_broker_ends_the_connection_and_every_open_publish(own_broker: BrokerSite) -> None:
    with _client(own_broker) as client:
        client.connected()
        own_broker.kill()
        told: queue.Queue[LinkError | None] = queue.Queue()
        for _ in range(5):
            client.transport.publish(f"pp/1/main/c/{client.name}/up/live", b"x", qos=1, on_complete=told.put)
        assert all(isinstance(told.get(timeout=WAIT_S), LinkError) for _ in range(5))
        assert isinstance(client.failure(), ConnectionFailedError)
        client.connect()
        failure = client.failure()
        assert isinstance(failure, ConnectionFailedError)
        assert "nothing listens" in str(failure)
        own_broker.restart()
        client.connected()


@pytest.mark.proves("F1")
def test_an_expired_certificate_is_named_with_its_date(broker: BrokerSite) -> None:
    with _client(broker, broker.expired_client("old")) as client:
        client.connect()
        failure = client.failure()
    assert isinstance(failure, CertificateError)
    assert "old.pem" in str(failure)
    assert "expired on 2" in str(failure)


@pytest.mark.proves("F1")
def test_a_certificate_of_a_foreign_authority_is_refused_by_the_broker(broker: BrokerSite) -> None:
    with _client(broker, broker.foreign_client("stranger")) as client:
        client.connect()
        failure = client.failure()
    assert isinstance(failure, CertificateError)
    assert "refused" in str(failure)


@pytest.mark.proves("F1")
def test_a_broker_of_a_foreign_authority_is_refused_by_us(broker: BrokerSite) -> None:
    name = next(_names)
    pair, stranger = broker.client(name), broker.foreign_client(name)
    foreign_ca = stranger.certificate.with_name("foreign-ca.pem")
    credentials = Credentials.from_files(foreign_ca, pair.certificate, pair.key)
    client = Peer(MqttTransport(broker.host, broker.port, name, credentials), name)
    client.connect()
    failure = client.failure()
    assert isinstance(failure, CertificateError)
    assert "foreign-ca.pem" in str(failure)


@pytest.mark.proves("F1")
def test_a_broker_under_another_name_is_refused(broker: BrokerSite) -> None:
    with _client(broker, host="127.0.0.2") as client:
        client.connect()
        failure = client.failure()
    # Where 127.0.0.2 is not a loopback address, or the broker does not listen there, nothing is reached at all.
    assert isinstance(failure, LinkError)


def test_an_unknown_name_and_a_closed_port_are_told_apart(broker: BrokerSite, free_port: int) -> None:
    name = next(_names)
    credentials = _credentials(broker, broker.client(name))
    for host, port, words in (
        ("no-such-host.invalid", broker.port, "does not resolve"),
        ("127.0.0.1", free_port, str(free_port)),
    ):
        client = Peer(MqttTransport(host, port, name, credentials), name)
        client.connect()
        failure = client.failure()
        assert isinstance(failure, ConnectionFailedError)
        assert words in str(failure)


def test_a_server_that_says_nothing_is_given_up_after_the_timeout(broker: BrokerSite) -> None:
    name = next(_names)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        credentials = _credentials(broker, broker.client(name))
        transport = MqttTransport("127.0.0.1", mute.getsockname()[1], name, credentials, connect_timeout_s=0.3)
        client = Peer(transport, name)
        client.connect()
        assert isinstance(client.failure(), ConnectionFailedError)


def test_disconnect_during_the_attempt_ends_it(broker: BrokerSite) -> None:
    name = next(_names)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        credentials = _credentials(broker, broker.client(name))
        transport = MqttTransport("127.0.0.1", mute.getsockname()[1], name, credentials, connect_timeout_s=1)
        client = Peer(transport, name)
        client.connect()
        transport.disconnect()
        assert client.failure() is None
