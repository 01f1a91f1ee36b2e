"""What the shells need of a connection to the broker, and nothing about how it is made.

A transport makes one connection attempt per `connect` and never tries again by itself: when to come back is the
session's decision. `mqtt.MqttTransport` is the real one, `memory.MemoryTransport` the in-process one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from precisionpulse_sdk.errors import LinkError

__all__ = ["Completion", "Delivery", "Subscription", "Transport", "TransportListener", "Will"]

Completion = Callable[[LinkError | None], None]
"""Told once how a publish ended: `None` when the broker took it, else why it did not or why that is not known."""


@dataclass(frozen=True, slots=True)
class Will:
    """What the broker publishes in the client's name when it loses the connection."""

    topic: str
    payload: bytes
    qos: int
    retain: bool


@dataclass(frozen=True, slots=True)
class Subscription:
    """A topic filter (`+`, `#` and `$share/<group>/…` allowed) and the highest quality of service wanted."""

    topic_filter: str
    qos: int


class Delivery(Protocol):
    """One message from the broker, unacknowledged until `ack` is called."""

    @property
    def topic(self) -> str: ...

    @property
    def payload(self) -> bytes: ...

    @property
    def retained(self) -> bool:
        """True for a message that the broker had kept, sent because of the subscription."""
        ...

    def ack(self) -> None:
        """Acknowledge to the broker (QoS 1). Thread-safe, idempotent, without effect once the connection is gone."""
        ...


class TransportListener(Protocol):
    """Called on the transport's thread, one call at a time; must not block and must not raise."""

    def on_connected(self) -> None:
        """The connection stands and every subscription is granted."""
        ...

    def on_disconnected(self, error: LinkError | None) -> None:
        """The attempt failed or the connection ended; called once for each `connect`. `None` after `disconnect`."""
        ...

    def on_message(self, delivery: Delivery) -> None:
        """A message arrived; perhaps before `on_connected`: retained messages follow their subscription at once."""
        ...


class Transport(Protocol):
    """One connection to the broker at a time."""

    def connect(self, listener: TransportListener, *, subscriptions: Sequence[Subscription], will: Will | None) -> None:
        """Start one attempt with a clean session and return at once.

        Ends in `listener.on_connected` or `listener.on_disconnected`. Raises `UsageError` when a connection stands or
        is being made.
        """
        ...

    def publish(
        self, topic: str, payload: bytes, *, qos: int, retain: bool = False, on_complete: Completion | None = None
    ) -> None:
        """Hand one message to the connection; thread-safe, does not wait for the network.

        `on_complete` is called exactly once: at the broker's acknowledgement (QoS 1), when the message was written
        (QoS 0), or with a `LinkError` when the broker refuses it or the connection ends first. Without a connection
        that happens on the calling thread before this returns, so do not hold a lock that `on_complete` takes.
        """
        ...

    def disconnect(self) -> None:
        """Write out what was published, say goodbye (the will is not sent) and close. Idempotent, returns at once."""
        ...
