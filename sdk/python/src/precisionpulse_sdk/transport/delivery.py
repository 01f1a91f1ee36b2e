"""The `Delivery` that a transport hands out."""

from __future__ import annotations

from collections.abc import Callable


class AcknowledgeableDelivery:
    """One message, and what to call when its receiver has dealt with it (None: nothing to acknowledge)."""

    __slots__ = ("_acknowledge", "payload", "retained", "topic")

    def __init__(self, topic: str, payload: bytes, retained: bool, acknowledge: Callable[[], None] | None) -> None:
        self.topic = topic
        self.payload = payload
        self.retained = retained
        self._acknowledge = acknowledge

    def ack(self) -> None:
        """As `Delivery.ack`."""
        acknowledge, self._acknowledge = self._acknowledge, None
        if acknowledge is not None:
            acknowledge()
