"""`pp tail`: what the hub sends to this client, and how the client is."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from precisionpulse_sdk.channels import BY_TYPE
from precisionpulse_sdk.cli.options import DEFAULT_DIRECTORY, Directory
from precisionpulse_sdk.client import Client
from precisionpulse_sdk.client_stats import ClientStats
from precisionpulse_sdk.config import MAX_FRAME_BYTES, MAX_MESSAGE_BYTES
from precisionpulse_sdk.errors import ConfigurationError, ContractError, LinkError
from precisionpulse_sdk.events import LinkChanged
from precisionpulse_sdk.frame import parse_message, read_envelope, unseal
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.readable import line, readable
from precisionpulse_sdk.transport import Completion, Delivery, Subscription, Transport, TransportListener, Will
from precisionpulse_sdk.transport.mqtt import MqttTransport


def tail(
    directory: Directory = DEFAULT_DIRECTORY,
    seconds: Annotated[float | None, typer.Option("--for", min=0, help="Stop after this many seconds.")] = None,
    capture: Annotated[
        Path | None, typer.Option("--capture", help="Write every frame, both ways, into this directory for pp decode.")
    ] = None,
) -> None:
    """Connect as this client and show what the hub sends to it, with the state of link and outbox each second."""
    place = directory.expanduser()
    identity = Identity.load(place)
    captured = None if capture is None else _Capture(capture)
    transport = _Tap(MqttTransport.for_identity(identity), identity, captured)
    with Client.open(place, transport=transport) as client:
        client.subscribe(lambda event: print(event) if not isinstance(event, LinkChanged) else None)
        end_s = float("inf") if seconds is None else time.monotonic() + seconds
        shown = ""
        while True:
            now = _state(client.stats())
            if now != shown:
                print(now, flush=True)
                shown = now
            if captured is not None and captured.fault is not None:
                raise captured.fault
            left_s = end_s - time.monotonic()
            if left_s <= 0:
                break
            time.sleep(min(1.0, left_s))


def _state(stats: ClientStats) -> str:
    parts = [f"link {stats.link.value}", f"queued {stats.queued}", f"acknowledged to {stats.acknowledged_to}"]
    if stats.link_detail:
        parts.append(stats.link_detail)
    if stats.round_trip_us is not None:
        parts.append(f"round trip {stats.round_trip_us / 1000:.1f} ms")
    if stats.dead_letters or stats.dropped:
        parts.append(f"dead letters {stats.dead_letters}, dropped {stats.dropped}")
    return " · ".join(parts)


class _Capture:
    """Files of frames in a directory, one each, numbered in the order in which they passed. `fault`: why no more are
    written; a connection does not end for it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory.expanduser()
        self._numbers = itertools.count(1)
        self.fault: ConfigurationError | None = None
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._fault(error) from error

    def take(self, topic: str, payload: bytes) -> None:
        """Write a frame; its name says its number and the end of its topic, as in `0001-up-hello.bin`."""
        name = "-".join(topic.split("/")[5:])
        try:
            (self._directory / f"{next(self._numbers):04}-{name}.bin").write_bytes(payload)
        except OSError as error:
            self.fault = self._fault(error)

    def _fault(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(f"{self._directory} can't hold frames: {error.strerror}")


class _Tap:
    """A transport that shows what arrives, and hands it on; `capture` gets what passes in both directions."""

    def __init__(self, transport: Transport, identity: Identity, capture: _Capture | None) -> None:
        self._transport = transport
        self._identity = identity
        self._capture = capture
        self._listener: TransportListener | None = None

    def connect(self, listener: TransportListener, *, subscriptions: Sequence[Subscription], will: Will | None) -> None:
        self._listener = listener
        self._transport.connect(self, subscriptions=subscriptions, will=will)

    def publish(
        self, topic: str, payload: bytes, *, qos: int, retain: bool = False, on_complete: Completion | None = None
    ) -> None:
        if self._capture is not None:
            self._capture.take(topic, payload)
        self._transport.publish(topic, payload, qos=qos, retain=retain, on_complete=on_complete)

    def disconnect(self) -> None:
        self._transport.disconnect()

    def on_connected(self) -> None:
        assert self._listener is not None
        self._listener.on_connected()

    def on_disconnected(self, error: LinkError | None) -> None:
        assert self._listener is not None
        self._listener.on_disconnected(error)

    def on_message(self, delivery: Delivery) -> None:
        if self._capture is not None:
            self._capture.take(delivery.topic, delivery.payload)
        print(self._shown(delivery.topic, delivery.payload), flush=True)
        assert self._listener is not None
        self._listener.on_message(delivery)

    def _shown(self, topic: str, payload: bytes) -> str:
        try:
            envelope = read_envelope(topic, payload, max_frame_bytes=MAX_FRAME_BYTES)
            key = self._identity.keys.get(envelope.header.key_id, b"")
            name = BY_TYPE[envelope.header.type].name
            if not key and envelope.header.key_id:
                return f"{name}: sealed under key {envelope.header.key_id}, which this identity does not have"
            body = unseal(envelope, topic, key, max_message_bytes=MAX_MESSAGE_BYTES)
            return f"{name} {line(readable(parse_message(envelope.channel, body)))}"
        except ContractError as error:
            return f"{topic}: {error}"
