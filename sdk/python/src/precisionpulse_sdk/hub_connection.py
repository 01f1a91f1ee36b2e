"""A hub worker's connection to the broker, kept for as long as the worker runs."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence

from precisionpulse_sdk.errors import LinkError
from precisionpulse_sdk.protocol.backoff import Backoff
from precisionpulse_sdk.transport import Delivery, Subscription, Transport

_log = logging.getLogger(__name__)

_RECONNECT_MIN_S, _RECONNECT_MAX_S = 0.25, 5.0


class HubConnection:
    """Keeps one transport connected, with pauses that grow and are spread. `on_delivery` is called on the transport's
    thread."""

    def __init__(
        self, transport: Transport, subscriptions: Sequence[Subscription], on_delivery: Callable[[Delivery], None]
    ) -> None:
        self.connected = False
        """Whether the connection stands."""
        self._transport = transport
        self._subscriptions = subscriptions
        self._on_delivery = on_delivery
        self._pause = Backoff(_RECONNECT_MIN_S, _RECONNECT_MAX_S, random.Random())
        self._closed = threading.Event()
        self._lost = threading.Event()
        self._thread = threading.Thread(target=self._run, name="precisionpulse-connection", daemon=True)

    def start(self) -> None:
        """Connect, and stay connected. Returns at once."""
        self._thread.start()

    def close(self) -> None:
        """End the connection."""
        self._closed.set()
        self._lost.set()
        self._transport.disconnect()
        self._thread.join(5)

    def on_connected(self) -> None:
        """As `TransportListener.on_connected`."""
        self.connected = True
        self._pause.reset()
        _log.info("connected to the broker")

    def on_disconnected(self, error: LinkError | None) -> None:
        """As `TransportListener.on_disconnected`."""
        if error is not None and not self._closed.is_set():
            _log.warning("no connection to the broker: %s", error)
        self.connected = False
        self._lost.set()

    def on_message(self, delivery: Delivery) -> None:
        """As `TransportListener.on_message`."""
        self._on_delivery(delivery)

    def _run(self) -> None:
        while not self._closed.is_set():
            self._lost.clear()
            self._transport.connect(self, subscriptions=self._subscriptions, will=None)
            self._lost.wait()
            if self._closed.wait(self._pause.next_s()):
                return
