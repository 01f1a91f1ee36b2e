"""MQTT 5 over mutual TLS, by paho. The only importer of paho."""

from __future__ import annotations

import atexit
import contextlib
import logging
import selectors
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from precisionpulse_sdk.errors import ConnectionFailedError, LinkError, UsageError
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.transport import Completion, Subscription, TransportListener, Will
from precisionpulse_sdk.transport.delivery import AcknowledgeableDelivery
from precisionpulse_sdk.transport.tls import (
    Credentials,
    TlsSocket,
    connect_error,
    handshake_error,
    refused,
    tls_context,
)

logger = logging.getLogger(__name__)

MAX_IN_FLIGHT = 100
"""QoS 1 messages on their way to the broker; paho holds the others back. Above 200 the broker gets slower."""

GOODBYE_S = 2.0
"""How long `disconnect` may take to write out what was published."""

_READS_PER_WAIT = 32
_FAILURE = 0x80
_NOT_LET_IN = (0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C)
"""Reason codes of a CONNACK that concern who we are."""


class MqttTransport:
    """A `Transport` to an MQTT 5 broker. One instance makes any number of connections, one at a time."""

    def __init__(
        self,
        host: str,
        port: int,
        client_id: str,
        credentials: Credentials,
        *,
        keepalive_s: int = 10,
        connect_timeout_s: float = 10.0,
    ) -> None:
        self._host = host
        self._port = port
        self._client_id = client_id
        self._credentials = credentials
        self._keepalive_s = keepalive_s
        self._connect_timeout_s = connect_timeout_s
        self._lock = threading.Lock()
        self._connection: _Connection | None = None

    @classmethod
    def for_identity(
        cls, identity: Identity, *, keepalive_s: int = 10, connect_timeout_s: float = 10.0
    ) -> MqttTransport:
        """The transport of an enrolled client to its broker."""
        return cls(
            identity.broker_host,
            identity.broker_port,
            identity.client,
            Credentials(identity.ca_pem, identity.certificate_pem, identity.private_key_pem),
            keepalive_s=keepalive_s,
            connect_timeout_s=connect_timeout_s,
        )

    def connect(self, listener: TransportListener, *, subscriptions: Sequence[Subscription], will: Will | None) -> None:
        """See `Transport.connect`."""
        with self._lock:
            if self._connection is not None and not self._connection.ended:
                raise UsageError(f"{self._client_id} is connected already; disconnect first")
            self._connection = _Connection(
                (self._host, self._port),
                self._client_id,
                self._credentials,
                listener,
                tuple(subscriptions),
                will,
                keepalive_s=self._keepalive_s,
                timeout_s=self._connect_timeout_s,
            )
            self._connection.start()

    def publish(
        self, topic: str, payload: bytes, *, qos: int, retain: bool = False, on_complete: Completion | None = None
    ) -> None:
        """See `Transport.publish`."""
        connection = self._connection
        taken = connection is not None and connection.publish(topic, payload, qos, retain, on_complete)
        if not taken and on_complete is not None:
            on_complete(LinkError("not connected to the broker"))

    def disconnect(self) -> None:
        """See `Transport.disconnect`."""
        connection = self._connection
        if connection is not None:
            connection.close()


class _Connection:
    """One attempt and what becomes of it, on a thread of its own."""

    def __init__(
        self,
        address: tuple[str, int],
        client_id: str,
        credentials: Credentials,
        listener: TransportListener,
        subscriptions: tuple[Subscription, ...],
        will: Will | None,
        *,
        keepalive_s: int,
        timeout_s: float,
    ) -> None:
        self._address = address
        self._credentials = credentials
        self._listener = listener
        self._subscriptions = subscriptions
        self._keepalive_s = keepalive_s
        self._timeout_s = timeout_s
        self._lock = threading.Lock()
        self._completions: dict[int, Completion | None] = {}
        """Every message that the broker has not answered, by its number."""
        self._completed: deque[tuple[int, LinkError | None]] = deque()
        self._error: LinkError | None = None
        self._lost = False
        self._usable = False
        self._said_goodbye = False
        self._received = 0
        self._more = False
        self._woken = False

        self._closing_since_s: float | None = None
        self.ended = False
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        self._wake_writer.setblocking(False)
        self._client = self._make_client(client_id, will)
        self._thread = threading.Thread(target=self._run, name=f"mqtt-{client_id}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def publish(self, topic: str, payload: bytes, qos: int, retain: bool, on_complete: Completion | None) -> bool:
        """Queue one message; False when there is no connection to put it on."""
        with self._lock:
            if not self._usable or self._closing_since_s is not None:
                return False
            info = self._client.publish(topic, payload, qos, retain)
            if info.rc != MQTTErrorCode.MQTT_ERR_SUCCESS:
                return False
            self._completions[info.mid] = on_complete
        self._wake()
        return True

    def close(self) -> None:
        with self._lock:
            if self._closing_since_s is None and not self.ended:
                self._closing_since_s = time.monotonic()
                # A program that ends right after this would otherwise take the thread, and the goodbye, with it.
                atexit.register(self._thread.join, GOODBYE_S)
        self._wake()

    def _make_client(self, client_id: str, will: Will | None) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            reconnect_on_failure=False,
            manual_ack=True,
        )
        client.max_inflight_messages_set(MAX_IN_FLIGHT)
        client.connect_timeout = self._timeout_s
        if will is not None:
            client.will_set(will.topic, will.payload, will.qos, will.retain)
        client.on_connect = self._on_connect
        client.on_subscribe = self._on_subscribe
        client.on_publish = self._on_publish
        client.on_message = self._on_message
        client.on_disconnect = self._on_disconnect
        # With a callback here paho never writes to the socket on a caller's thread.
        client.on_socket_register_write = lambda *_: None
        return client

    # The thread

    def _run(self) -> None:
        try:
            self._open()
            self._serve()
        except LinkError as error:
            self._error = error
        except Exception as error:
            logger.exception("the connection to %s:%s broke down", *self._address)
            self._error = ConnectionFailedError(f"the connection to {self._address[0]} broke down: {error}")
        finally:
            self._finish()

    def _open(self) -> None:
        host, port = self._address
        self._client.tls_set_context(tls_context(self._credentials))
        try:
            self._client.connect(host, port, self._keepalive_s, clean_start=True)
        except OSError as error:
            raise connect_error(error, host, port, self._credentials) from error
        connected = self._client.socket()
        if isinstance(connected, socket.socket):
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _serve(self) -> None:
        connected = self._client.socket()
        if not isinstance(connected, TlsSocket):
            raise self._loss()
        deadline_s = time.monotonic() + self._timeout_s
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_reader, selectors.EVENT_READ)
            selector.register(connected, selectors.EVENT_READ)
            watched = selectors.EVENT_READ
            while self._client.socket() is not None and not self._lost:
                wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if connected.has_unsent else 0)
                if wanted != watched:
                    selector.modify(connected, wanted)
                    watched = wanted
                ready = selector.select(0 if self._more else 0.5)
                self._woken = False
                with contextlib.suppress(BlockingIOError):
                    self._wake_reader.recv(4096)
                self._transfer(connected, self._more or any(key.fileobj is connected for key, _ in ready))
                self._complete()
                now_s = time.monotonic()
                if self._error is not None or self._overdue(now_s):
                    break
                if not self._usable and now_s > deadline_s:
                    host, port = self._address
                    raise ConnectionFailedError(f"the broker {host}:{port} did not answer within {self._timeout_s:g} s")
            if self._error is None and self._closing_since_s is None:
                raise self._loss(connected)

    def _transfer(self, connected: TlsSocket, ready: bool) -> None:
        if ready:
            self._more = False
            self._read(connected)
        if self._client.want_write():
            self._client.loop_write()
        self._client.loop_misc()
        try:
            connected.flush()
        except OSError:
            self._lost = True

    def _read(self, connected: TlsSocket) -> None:
        """Read as long as messages come, so that a burst costs one wait; but write in between."""
        for _ in range(_READS_PER_WAIT):
            before = self._received
            self._client.loop_read()
            if self._client.socket() is None:
                return
            # What was already taken from the socket does not wake the selector again.
            if self._received == before and not connected.pending():
                return
        self._more = True

    def _overdue(self, now_s: float) -> bool:
        """Whether to leave without more ado; says goodbye when the broker has answered everything.

        A socket closed with answers unread is reset, and the broker then drops what it had not read either."""
        since_s = self._closing_since_s
        if since_s is None:
            return False
        if not self._usable or now_s - since_s > GOODBYE_S:
            return True
        if not self._completions and not self._said_goodbye:
            self._said_goodbye = True
            self._client.disconnect()
        return False

    def _loss(self, connected: TlsSocket | None = None) -> LinkError:
        host, port = self._address
        if connected is not None and connected.failure is not None:
            return handshake_error(connected.failure, host, self._credentials)
        return ConnectionFailedError(f"the connection to the broker {host}:{port} was lost")

    def _complete(self) -> None:
        while self._completed:
            number, error = self._completed.popleft()
            with self._lock:
                on_complete = self._completions.pop(number, None)
            if on_complete is not None:
                on_complete(error)

    def _finish(self) -> None:
        with self._lock:
            self._usable = False
            error = None if self._closing_since_s is not None else self._error or self._loss()
        self._complete()
        with self._lock:
            self.ended = True
            completions = [on_complete for on_complete in self._completions.values() if on_complete is not None]
            self._completions.clear()
        connected = self._client.socket()
        if connected is not None:
            connected.close()
        for on_complete in completions:
            on_complete(error or LinkError("the connection was closed before the broker had answered"))
        self._listener.on_disconnected(error)
        atexit.unregister(self._thread.join)
        with self._lock:
            self._wake_reader.close()
            self._wake_writer.close()

    def _wake(self) -> None:
        if self._woken or threading.current_thread() is self._thread:
            return
        self._woken = True
        # A full pipe wakes as well; a closed one means that the thread has ended.
        with contextlib.suppress(OSError):
            self._wake_writer.send(b"\0")

    # Callbacks of paho, on the thread; completions wait until paho holds no lock

    def _on_connect(
        self, client: Client, userdata: object, flags: ConnectFlags, reason: ReasonCode, properties: Properties | None
    ) -> None:
        if reason.value in _NOT_LET_IN:
            self._error = refused(self._address[0], str(reason), self._credentials)
        elif reason.is_failure:
            self._error = ConnectionFailedError(f"the broker {self._address[0]} refused the connection: {reason}")
        elif not self._subscriptions:
            self._up()
        else:
            client.subscribe([(wanted.topic_filter, wanted.qos) for wanted in self._subscriptions])

    def _on_subscribe(
        self,
        client: Client,
        userdata: object,
        number: int,
        reasons: list[ReasonCode],
        properties: Properties | None,
    ) -> None:
        for wanted, reason in zip(self._subscriptions, reasons, strict=False):
            if reason.value >= _FAILURE:
                self._error = LinkError(f"the broker refused the subscription to {wanted.topic_filter}: {reason}")
                return
        self._up()

    def _up(self) -> None:
        with self._lock:
            self._usable = True
            closing = self._closing_since_s is not None
        if not closing:
            self._listener.on_connected()

    def _on_message(self, client: Client, userdata: object, message: MQTTMessage) -> None:
        self._received += 1
        acknowledge = None
        if message.qos > 0:
            number = message.mid

            def acknowledge() -> None:
                if not self.ended:
                    client.ack(number, 1)
                    self._wake()

        delivery = AcknowledgeableDelivery(message.topic, bytes(message.payload), message.retain, acknowledge)
        self._listener.on_message(delivery)

    def _on_publish(
        self, client: Client, userdata: object, number: int, reason: ReasonCode, properties: Properties | None
    ) -> None:
        error = LinkError(f"the broker refused a message: {reason}") if reason.value >= _FAILURE else None
        self._completed.append((number, error))

    def _on_disconnect(
        self,
        client: Client,
        userdata: object,
        flags: DisconnectFlags,
        reason: ReasonCode,
        properties: Properties | None,
    ) -> None:
        self._lost = True
        if flags.is_disconnect_packet_from_server and self._error is None:
            self._error = ConnectionFailedError(f"the broker {self._address[0]} ended the connection: {reason}")
