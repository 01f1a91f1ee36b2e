"""Many clients in one process, as cheap as Python allows: one thread, one `epoll`, and packets written by hand.

Each client is a client of its own in all that the hub can see: its certificate and TLS connection, its master key, its
session with a salt and an epoch of its own, its install and catalogue, its record numbers. Each frame is sealed when it
is sent, by the SDK's `Sealer`; each acknowledgement is opened and verified by the SDK's `DownlinkOpener`; a client has
at most `in_flight` batches that the hub has not committed. What is left out is what a client costs on its own machine:
the outbox on disk, the packing of rows into columns (rows L5 and L7 have both), and heartbeats. The columns come from a
pool of batches that were packed before; record numbers and times are set for each frame."""

from __future__ import annotations

import contextlib
import math
import os
import random
import selectors
import socket
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from benchmarks import mqtt_packets as mqtt
from benchmarks import workload
from precisionpulse_sdk import batches, channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.errors import ContractError
from precisionpulse_sdk.protocol import reports
from precisionpulse_sdk.protocol.backoff import Backoff
from precisionpulse_sdk.protocol.downlink import DownlinkOpener
from precisionpulse_sdk.transport.tls import Credentials, tls_context

SITE = "main"
_KEEPALIVE_S = 60
_DOWN = (channels.WELCOME, channels.REFUSAL, channels.ACK, channels.HEARTBEAT_REPLY, channels.CATALOGUE_REQUEST)
_READ = 1 << 16
_CONFIG = ClientConfig(sdk_name="precisionpulse-benchmark")


@dataclass
class Batches:
    """Packed batches to send, in turn. All have `samples` readings."""

    samples: int
    pool: list[pb.Batch]

    @classmethod
    def of(cls, samples: int) -> Batches:
        """A pool of 64 of that size."""
        return cls(samples, [workload.batch(samples, seed=seed) for seed in range(64)])


class InFlight(NamedTuple):
    """A batch that is not committed: its first and last record, when it was due (monotonic s), and its base time."""

    first: int
    last: int
    due_s: float
    base_us: int


@dataclass
class Client:
    """One client of a fleet; the fleet does its work."""

    name: str
    credentials: Credentials
    master_key: bytes
    epoch: int = 0
    install_id: bytes = field(default_factory=lambda: os.urandom(16))
    next_seq: int = 1
    welcomed: bool = False
    acknowledged: int = 0
    in_flight: list[InFlight] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.topics = {c.name: channels.topic_of(c, SITE, self.name) for c in channels.CHANNELS.values()}
        self.encoded = {name: mqtt.topic(topic) for name, topic in self.topics.items()}
        self.catalogue = batches.catalogue_of(workload.METRICS, self.install_id)
        self.pause = Backoff(_CONFIG.reconnect_min_s, _CONFIG.reconnect_max_s, random.Random(self.name))
        self.context = tls_context(self.credentials)
        self.context.sslsocket_class = ssl.SSLSocket
        self.dial_at_s = 0.0
        self.begin()

    def begin(self) -> None:
        """A new epoch with a new salt: before each connection."""
        self.epoch += 1
        salt = os.urandom(16)
        self.sealer = frame.Sealer(self.master_key, 1, "up", self.epoch, salt)
        self.opener = DownlinkOpener(self.topics, {1: self.master_key}, epoch=self.epoch, salt=salt)
        self.socket: ssl.SSLSocket | None = None
        self.shaking = False
        self.welcomed = False
        self.hello_again_s = math.inf
        self.packet_number = 0
        self.received = mqtt.Received()
        self.unsent = bytearray()
        self.in_flight.clear()

    def sealed(self, channel: channels.Channel, message: pb.Batch | bytes, now_us: int) -> bytes:
        """The packet that publishes `message`."""
        compress = channel is channels.LIVE
        payload = self.sealer.seal(channel, self.topics[channel.name], message, sent_us=now_us, compress=compress)
        self.packet_number = self.packet_number % 65535 + 1
        return mqtt.publish(self.encoded[channel.name], self.packet_number, payload, retain=channel.retain)


class Fleet:
    """Clients that connect, greet, and send batches. Not thread-safe."""

    def __init__(self, address: tuple[str, int], clients: Sequence[Client], batches_: Batches, in_flight: int) -> None:
        self.clients = list(clients)
        self.latencies_s: list[float] = []
        """From the moment that a batch was due to its acknowledgement after the hub's commit."""
        self.lost_connections = 0
        self.sent_again = 0
        """Batches that the hub could not take at once: another of its workers had not seen the catalogue yet."""
        self.wire_bytes = self.frames = 0
        self._address = address
        self._batches = batches_
        self._in_flight = in_flight
        self._selector = selectors.DefaultSelector()
        self._turn = 0

    @property
    def acknowledged(self) -> int:
        """Records that the hub has committed."""
        return sum(client.acknowledged for client in self.clients)

    @property
    def waiting(self) -> int:
        """Batches that were sent and are not committed."""
        return sum(len(client.in_flight) for client in self.clients)

    def connect(self, timeout_s: float) -> float:
        """Connect all that are not, with the SDK's pauses after a failure, until the hub has welcomed each; the result
        is how many seconds that took. `TimeoutError` when it takes longer."""
        start_s = time.monotonic()
        while missing := [client for client in self.clients if not client.welcomed]:
            now_s = time.monotonic()
            if now_s - start_s > timeout_s:
                raise TimeoutError(f"{len(missing)} of {len(self.clients)} clients were not welcomed in {timeout_s} s")
            for client in missing:
                if client.socket is None and client.dial_at_s <= now_s:
                    self._dial(client)
                elif client.hello_again_s <= now_s:
                    self._greet(client)
            self.poll(0.01)
        return time.monotonic() - start_s

    def close(self) -> None:
        """Close every connection."""
        for client in self.clients:
            if client.socket is not None:
                client.socket.close()
        self._selector.close()

    def poll(self, timeout_s: float) -> None:
        """Read and write what can be read and written; waits at most `timeout_s` for the first of it."""
        for key, ready in self._selector.select(timeout_s):
            client: Client = key.data
            try:
                if client.shaking:
                    self._shake_hands(client)
                    continue
                if ready & selectors.EVENT_READ:
                    self._read(client)
                if client.unsent and client.socket is not None:
                    self._flush(client)
            except OSError:
                self._lost(client)

    def fill(self, now_s: float) -> int:
        """Send for every client as many batches as it may have in flight; the result is how many were sent."""
        sent = 0
        for client in self.clients:
            while client.welcomed and len(client.in_flight) < self._in_flight and not client.unsent:
                self.send(client, now_s)
                sent += 1
        return sent

    def send_next(self, due_s: float) -> bool:
        """Send one batch of the client whose turn it is; False when none may send."""
        for _ in self.clients:
            client = self.clients[self._turn]
            self._turn = (self._turn + 1) % len(self.clients)
            if client.welcomed and len(client.in_flight) < self._in_flight and not client.unsent:
                self.send(client, due_s)
                return True
        return False

    def send(self, client: Client, due_s: float) -> None:
        """Seal and send the next batch."""
        last = client.next_seq + self._batches.samples - 1
        batch = InFlight(client.next_seq, last, due_s, time.time_ns() // 1000)
        client.next_seq = last + 1
        client.in_flight.append(batch)
        self._send(client, batch)

    def _send(self, client: Client, sent: InFlight) -> None:
        batch = self._batches.pool[sent.first // self._batches.samples % len(self._batches.pool)]
        batch.install_id = client.install_id
        batch.catalogue_id = client.catalogue.id
        batch.first_record_seq = sent.first
        batch.base_captured_us = sent.base_us
        packet = client.sealed(channels.LIVE, batch, time.time_ns() // 1000)
        self.wire_bytes += len(packet)
        self.frames += 1
        self._write(client, packet)

    def _dial(self, client: Client) -> None:
        plain = socket.socket()
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            plain.connect(self._address)
        except OSError:
            plain.close()
            client.dial_at_s = time.monotonic() + client.pause.next_s()
            return
        plain.setblocking(False)
        client.socket = client.context.wrap_socket(
            plain, server_hostname=self._address[0], do_handshake_on_connect=False
        )
        client.shaking = True
        self._selector.register(client.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, client)

    def _shake_hands(self, client: Client) -> None:
        assert client.socket is not None
        try:
            client.socket.do_handshake()
        except ssl.SSLWantReadError:
            self._selector.modify(client.socket, selectors.EVENT_READ, client)
            return
        except ssl.SSLWantWriteError:
            self._selector.modify(client.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, client)
            return
        client.shaking = False
        self._selector.modify(client.socket, selectors.EVENT_READ, client)
        gone = pb.Presence(state=pb.PRESENCE_STATE_GONE, epoch=client.epoch)
        topic = client.topics[channels.PRESENCE.name]
        will = client.sealer.seal(channels.PRESENCE, topic, gone, sent_us=0, sequence=frame.WILL_SEQUENCE)
        self._write(client, mqtt.connect(client.name, keepalive_s=_KEEPALIVE_S, will=(topic, will)))

    def _read(self, client: Client) -> None:
        assert client.socket is not None
        answers: list[bytes] = []
        while True:
            try:
                data = client.socket.recv(_READ)
            except (ssl.SSLWantReadError, BlockingIOError):
                break
            if not data:
                raise ConnectionResetError("the broker closed the connection")
            client.received += data
            if not client.socket.pending():
                break
        for first, packet in client.received.packets():
            kind = first & 0xF0
            if kind == mqtt.PUBLISH:
                topic, number, payload = mqtt.message(first, packet)
                if number:
                    answers.append(mqtt.puback(number))
                self._take(client, topic, payload)
            elif kind == mqtt.CONNACK:
                if packet[1]:
                    raise ConnectionRefusedError(f"the broker answered {packet[1]:#x}")
                answers.append(mqtt.subscribe(65535, [client.topics[channel.name] for channel in _DOWN]))
            elif kind == mqtt.SUBACK:
                self._greet(client)
        if answers:
            self._write(client, b"".join(answers))

    def _greet(self, client: Client) -> None:
        client.hello_again_s = time.monotonic() + _CONFIG.hello_retry_s
        now_us = time.time_ns() // 1000
        present = pb.Presence(state=pb.PRESENCE_STATE_PRESENT, epoch=client.epoch, since_us=now_us)
        hello = reports.hello(
            _CONFIG, install_id=client.install_id, epoch=client.epoch, last_record_seq=client.next_seq - 1
        )
        for channel, message in ((channels.PRESENCE, present), (channels.HELLO, hello)):
            self._write(client, client.sealed(channel, message.SerializeToString(), now_us))

    def _take(self, client: Client, topic: str, payload: bytes) -> None:
        try:
            channel, message = client.opener.open(topic, payload)
        except ContractError:
            return
        if channel is channels.ACK:
            assert isinstance(message, pb.Ack)
            self._acknowledge(client, message)
        elif channel is channels.WELCOME and not client.welcomed:
            now_us = time.time_ns() // 1000
            self._write(client, client.sealed(channels.CATALOGUE, client.catalogue.SerializeToString(), now_us))
            client.welcomed = True
            client.pause.reset()

    def _acknowledge(self, client: Client, ack: pb.Ack) -> None:
        now_s = time.monotonic()
        for piece in ack.ranges:
            for batch in _within(client, piece):
                client.in_flight.remove(batch)
                client.acknowledged += batch.last - batch.first + 1
                self.latencies_s.append(now_s - batch.due_s)
        for nack in ack.nacks:
            if not nack.retryable:
                raise RuntimeError(f"the hub refused records of {client.name} for good: {nack}")
            for batch in _within(client, nack.range):
                self.sent_again += 1
                self._send(client, batch)

    def _write(self, client: Client, data: bytes) -> None:
        client.unsent += data
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
            if client.socket is not None:
                self._flush(client)

    def _flush(self, client: Client) -> None:
        assert client.socket is not None
        try:
            while client.unsent:
                del client.unsent[: client.socket.send(client.unsent)]
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError, BlockingIOError):
            self._selector.modify(client.socket, selectors.EVENT_READ | selectors.EVENT_WRITE, client)
        else:
            if self._selector.get_key(client.socket).events != selectors.EVENT_READ:
                self._selector.modify(client.socket, selectors.EVENT_READ, client)

    def _lost(self, client: Client) -> None:
        self.lost_connections += 1
        if client.socket is not None:
            self._selector.unregister(client.socket)
            client.socket.close()
        client.begin()
        client.dial_at_s = time.monotonic() + client.pause.next_s()


def _within(client: Client, piece: pb.RecordRange) -> list[InFlight]:
    return [batch for batch in client.in_flight if piece.first <= batch.first and batch.last <= piece.last]
