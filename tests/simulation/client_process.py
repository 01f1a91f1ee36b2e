"""The client's process in a simulation, and its watched door to the network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.driver import ClientDriver
from precisionpulse_sdk.errors import LinkError
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.testing.disk import SimulatedOutbox
from precisionpulse_sdk.testing.network import NetworkTransport
from precisionpulse_sdk.transport import Completion, Delivery, Transport

if TYPE_CHECKING:
    from .world import World

CLIENT, KEY = "press-7", bytes(range(32))
CONFIG = ClientConfig(
    max_batch_records=8,
    max_batches_in_flight=4,
    max_part_batches_in_flight=2,
    ack_timeout_s=5.0,
    reconnect_max_s=8.0,
)


class KilledError(Exception):
    """The process dies here."""


class WatchedTransport:
    """The client's transport, with every frame looked at as it leaves."""

    def __init__(self, world: World, inner: NetworkTransport) -> None:
        self.world = world
        self.inner = inner
        self.connect = inner.connect
        self.disconnect = inner.disconnect

    def publish(
        self, topic: str, payload: bytes, *, qos: int, retain: bool = False, on_complete: Completion | None = None
    ) -> None:
        """As `Transport.publish`."""
        self.world.check_sent(topic, payload)
        self.inner.publish(topic, payload, qos=qos, retain=retain, on_complete=self._taken)

    def _taken(self, error: Exception | None) -> None:
        if error is None:
            self.world.fault_at("cut at PUBACK")


@dataclass
class Client:
    """One run of the client's process."""

    session: ClientSession
    driver: ClientDriver
    outbox: SimulatedOutbox
    transport: Transport
    inner: NetworkTransport
    alive: bool = True


class ClientListener:
    """The transport's listener of one run of the client."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.client: Client | None = None

    def on_connected(self) -> None:
        """As `TransportListener`."""
        if client := self.client:
            self.world.in_client(client, lambda: client.driver.do(client.session.link_up))

    def on_disconnected(self, error: LinkError | None) -> None:
        """As `TransportListener`."""
        if client := self.client:
            self.world.in_client(client, lambda: client.driver.disconnected(error))

    def on_message(self, delivery: Delivery) -> None:
        """As `TransportListener`."""
        self.world.deliveries += 1
        self.world.digest.update(delivery.payload)
        if client := self.client:
            call = lambda now: client.session.frame(delivery.topic, delivery.payload, now)  # noqa: E731
            self.world.in_client(client, lambda: client.driver.do(call))
