"""The broker as the stack configures it: who gets in, and who reaches which topic.

Every test speaks MQTT 5 to a real Mosquitto through paho, the way a stranger with any MQTT program would.
"""

import itertools
import os
import queue
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from precisionpulse_stack.pki import KeyPair
from precisionpulse_stack.testing import BrokerSite

_WAIT_S = 10
_NOT_AUTHORISED = 0x87
_names = (f"client-{n}" for n in itertools.count(1))


@dataclass
class Peer:
    """One MQTT connection whose events are read from queues."""

    client: mqtt.Client
    name: str = ""
    connected: "queue.Queue[ReasonCode]" = field(default_factory=queue.Queue)
    disconnected: "queue.Queue[ReasonCode]" = field(default_factory=queue.Queue)
    granted: "queue.Queue[list[ReasonCode]]" = field(default_factory=queue.Queue)
    published: "queue.Queue[ReasonCode]" = field(default_factory=queue.Queue)
    messages: "queue.Queue[mqtt.MQTTMessage]" = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.client.on_connect = lambda c, u, flags, code, properties: self.connected.put(code)
        self.client.on_disconnect = lambda c, u, flags, code, properties: self.disconnected.put(code)
        self.client.on_subscribe = lambda c, u, mid, codes, properties: self.granted.put(codes)
        self.client.on_publish = lambda c, u, mid, code, properties: self.published.put(code)
        self.client.on_message = lambda c, u, message: self.messages.put(message)

    def subscribe(self, topic_filter: str) -> ReasonCode:
        self.client.subscribe(topic_filter, qos=1)
        return self.granted.get(timeout=_WAIT_S)[0]

    def publish(self, topic: str, payload: bytes = b"x", *, retain: bool = False) -> ReasonCode:
        self.client.publish(topic, payload, qos=1, retain=retain)
        return self.published.get(timeout=_WAIT_S)

    def next_payload(self) -> bytes:
        return bytes(self.messages.get(timeout=_WAIT_S).payload)


@dataclass
class Connector:
    """Opens connections to the broker and closes them when the test ends."""

    site: BrokerSite
    peers: list[Peer] = field(default_factory=list)

    def open(self, pair: KeyPair | None, *, port: int | None = None, client_id: str = "") -> Peer:
        """Connects and waits for the CONNACK. OSError when the TLS handshake or the connection is refused."""
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=client_id, protocol=mqtt.MQTTv5)
        certificate, key = (str(pair.certificate), str(pair.key)) if pair else (None, None)
        client.tls_set(str(self.site.ca_file), certificate, key, tls_version=ssl.PROTOCOL_TLS_CLIENT)
        peer = Peer(client)
        # A refused certificate shows only at the first read under TLS 1.3: the connection must not be tried again.
        client.reconnect_delay_set(600, 600)
        client.connect(self.site.host, port or self.site.port, properties=_session_of_this_connection())
        client.loop_start()
        self.peers.append(peer)
        return peer

    def client(self, name: str) -> Peer:
        peer = self.open(self.site.client(name))
        peer.name = name
        assert not peer.connected.get(timeout=_WAIT_S).is_failure
        return peer

    def worker(self, client_id: str = "") -> Peer:
        peer = self.open(self.site.hub, port=self.site.hub_port, client_id=client_id)
        assert not peer.connected.get(timeout=_WAIT_S).is_failure
        return peer


def _session_of_this_connection() -> Properties:
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.SessionExpiryInterval = 0
    return properties


@pytest.fixture
def connect(broker: BrokerSite) -> Iterator[Connector]:
    connector = Connector(broker)
    yield connector
    for peer in connector.peers:
        peer.client.disconnect()
        peer.client.loop_stop()


@pytest.fixture
def name() -> str:
    """A client name that no other test uses."""
    return next(_names)


def _is_refused(connector: Connector, pair: KeyPair | None, *, port: int | None = None) -> bool:
    """Whether the broker refuses this certificate: in the handshake, or (TLS 1.3) right after it."""
    try:
        peer = connector.open(pair, port=port)
    except (ssl.SSLError, ConnectionError):
        return True
    peer.disconnected.get(timeout=_WAIT_S)
    return peer.connected.empty()


@pytest.mark.proves("F1")
def test_a_connection_without_a_certificate_is_refused(connect: Connector) -> None:
    assert _is_refused(connect, None)
    assert _is_refused(connect, None, port=connect.site.hub_port)


@pytest.mark.proves("F1")
def test_a_certificate_of_a_foreign_authority_is_refused(connect: Connector, name: str) -> None:
    assert _is_refused(connect, connect.site.foreign_client(name))
    assert _is_refused(connect, connect.site.foreign_client("hub"), port=connect.site.hub_port)


@pytest.mark.proves("F1")
def test_an_expired_certificate_is_refused(connect: Connector, name: str) -> None:
    assert _is_refused(connect, connect.site.expired_client(name))


@pytest.mark.proves("F1")
def test_a_plaintext_connection_is_refused(broker: BrokerSite) -> None:
    connect_packet = bytes.fromhex("101000044d5154540502003c00000361626300")
    with socket.create_connection((broker.host, broker.port), timeout=_WAIT_S) as plain:
        plain.sendall(connect_packet)
        try:
            answer = plain.recv(64)
        except ConnectionResetError:
            answer = b""
    assert not answer.startswith(b"\x20"), "the broker answered a plaintext CONNECT with a CONNACK"


@pytest.mark.proves("F1")
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_tls_1_1_is_refused(broker: BrokerSite) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(broker.ca_file)
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with socket.create_connection((broker.host, broker.port), timeout=_WAIT_S) as plain, pytest.raises(ssl.SSLError):
        context.wrap_socket(plain, server_hostname="localhost")


@pytest.mark.proves("F1")
def test_a_clients_certificate_does_not_open_the_hubs_listener(connect: Connector, name: str) -> None:
    assert _is_refused(connect, connect.site.client(name), port=connect.site.hub_port)
    assert _is_refused(connect, connect.site.client("hub"), port=connect.site.hub_port)


@pytest.mark.proves("F1")
def test_the_hubs_certificate_does_not_open_the_clients_listener(connect: Connector) -> None:
    assert _is_refused(connect, connect.site.hub)


@pytest.mark.proves("F1", "PP-CH-2")
def test_what_a_client_publishes_reaches_the_hub_and_no_other_client(connect: Connector, name: str) -> None:
    hub, sender, other = connect.worker(), connect.client(name), connect.client(next(_names))
    hub.subscribe(f"pp/1/main/c/{name}/up/#")
    other.subscribe(f"pp/1/main/c/{name}/up/#")
    other.subscribe("#")
    sender.publish(f"pp/1/main/c/{name}/up/live", b"reading")
    assert hub.next_payload() == b"reading"
    # What the hub says to `other` arrives after anything the broker would have forwarded before it.
    hub.publish(f"pp/1/main/c/{other.name}/down/ack", b"fence")
    assert other.next_payload() == b"fence"
    assert other.messages.empty()


@pytest.mark.proves("F1", "PP-CH-2")
def test_a_client_cannot_write_anothers_topic_nor_the_hubs(connect: Connector, name: str) -> None:
    client = connect.client(name)
    for topic in (
        "pp/1/main/c/somebody-else/up/live",
        f"pp/1/main/c/{name}/down/ack",
        "pp/1/main/hub/committed",
        "anything",
    ):
        assert client.publish(topic).value == _NOT_AUTHORISED, topic


@pytest.mark.proves("F1", "PP-CH-2")
def test_a_retained_message_of_another_client_is_not_readable(connect: Connector, name: str) -> None:
    sender = connect.client(name)
    sender.publish(f"pp/1/main/c/{name}/up/presence", b"present", retain=True)
    reader_name = next(_names)
    hub, reader = connect.worker(), connect.client(reader_name)
    reader.subscribe("pp/1/main/c/+/up/presence")
    reader.subscribe(f"pp/1/main/c/{reader_name}/down/#")
    hub.publish(f"pp/1/main/c/{reader_name}/down/ack", b"fence")
    assert reader.next_payload() == b"fence"


@pytest.mark.proves("F1")
def test_naming_anothers_client_id_does_not_end_its_session(connect: Connector, name: str) -> None:
    victim, attacker_name = connect.client(name), next(_names)
    attacker = connect.open(connect.site.client(attacker_name), client_id=name)
    assert not attacker.connected.get(timeout=_WAIT_S).is_failure
    hub = connect.worker()
    hub.subscribe(f"pp/1/main/c/{name}/up/#")
    assert not victim.publish(f"pp/1/main/c/{name}/up/live", b"still here").is_failure
    assert hub.next_payload() == b"still here"
    assert victim.disconnected.empty()
    assert attacker.publish(f"pp/1/main/c/{name}/up/live").value == _NOT_AUTHORISED


def test_a_clients_second_connection_replaces_its_first(connect: Connector, name: str) -> None:
    first = connect.client(name)
    connect.client(name)
    assert first.disconnected.get(timeout=_WAIT_S).is_failure


@pytest.mark.proves("F4")
def test_workers_share_the_clients_messages_each_going_to_one_of_them(connect: Connector, name: str) -> None:
    workers = [connect.worker(f"worker-{n}-{name}") for n in (1, 2)]
    for worker in workers:
        assert not worker.subscribe(f"$share/{name}/pp/1/main/c/{name}/up/#").is_failure
    sender = connect.client(name)
    sent = [str(n).encode() for n in range(20)]
    for payload in sent:
        sender.publish(f"pp/1/main/c/{name}/up/live", payload)
    received = [_drain(worker) for worker in workers]
    assert sorted([*received[0], *received[1]], key=int) == sent
    assert all(received), "one worker got everything"


def test_an_oversized_packet_is_refused_and_the_broker_goes_on(connect: Connector, name: str) -> None:
    sender = connect.client(name)
    sender.client.publish(f"pp/1/main/c/{name}/up/live", bytes(2_000_000), qos=1)
    sender.disconnected.get(timeout=_WAIT_S)
    other = next(_names)
    assert not connect.client(other).publish(f"pp/1/main/c/{other}/up/live").is_failure


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to give away")
def test_started_by_root_the_broker_runs_unprivileged(broker: BrokerSite) -> None:
    assert broker.broker.process is not None
    assert Path(f"/proc/{broker.broker.process.pid}").stat().st_uid != 0


def test_a_killed_broker_starts_again_on_the_same_ports(own_broker: BrokerSite) -> None:
    port = own_broker.port
    own_broker.kill()
    own_broker.restart()
    assert own_broker.port == port
    connector = Connector(own_broker)
    connector.client("alone").client.disconnect()


def _drain(worker: Peer) -> list[bytes]:
    """What a worker has received, up to a message sent to it alone."""
    worker.client.subscribe(f"pp/1/main/hub/{id(worker)}", qos=1)
    worker.granted.get(timeout=_WAIT_S)
    worker.publish(f"pp/1/main/hub/{id(worker)}", b"fence")
    received: list[bytes] = []
    while (payload := worker.next_payload()) != b"fence":
        received.append(payload)
    return received
