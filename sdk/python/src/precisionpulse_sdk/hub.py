"""The hub side for anybody's backend (B2): `Hub` takes readings in and answers, `LiveReader` watches for viewers."""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from google.protobuf.message import Message

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import HubConfig
from precisionpulse_sdk.errors import ContractError, PrecisionPulseError, RefusedError, ReplayError
from precisionpulse_sdk.hub_connection import HubConnection
from precisionpulse_sdk.keys import SALT_BYTES, share_filter
from precisionpulse_sdk.protocol.effects import Instant, Publish
from precisionpulse_sdk.protocol.fencing import check_not_rolled_back, check_order
from precisionpulse_sdk.protocol.hub_session import HubSession
from precisionpulse_sdk.protocol.store import (
    BatchDelivery,
    ClientKeys,
    ClientRecord,
    CommitOutcome,
    Coverage,
    GapDelivery,
    HubStore,
    OpenSession,
    SessionStart,
)
from precisionpulse_sdk.protocol.uplink import OpenedFrame, UplinkOpener
from precisionpulse_sdk.transport import Delivery, Subscription, Transport

__all__ = [
    "BatchDelivery",
    "ClientKeys",
    "ClientRecord",
    "CommitOutcome",
    "Coverage",
    "GapDelivery",
    "Hub",
    "HubStore",
    "LiveMessage",
    "LiveReader",
    "OpenSession",
    "SessionStart",
    "check_not_rolled_back",
    "check_order",
]

_log = logging.getLogger(__name__)


class LiveMessage(NamedTuple):
    """A verified frame for viewers. `body` is the serialised message exactly as its sender packed it; `received_us` is
    µs since 1970 on this machine's clock; `client` is empty for hub channels."""

    client: str
    channel: str
    message: Message
    body: bytes
    header: pb.Header
    received_us: int


class Hub:
    """Takes readings in: greets clients, commits what they send through `store`, and acknowledges after the commit.

    One worker thread; run as many processes as needed, each with its own `Hub` and the same `share_group`: the broker
    spreads the load over them. `hub_key` (32 bytes) is the site's key for the channels between hub workers."""

    def __init__(
        self,
        site: str,
        store: HubStore,
        transport: Transport,
        *,
        hub_key: bytes,
        config: HubConfig | None = None,
        share_group: str | None = "ingest",
    ) -> None:
        self._config = config or HubConfig()
        self._session = HubSession(
            channels.check_name(site, "site"),
            store,
            hub_key=hub_key,
            salt=os.urandom(SALT_BYTES),
            start_us=time.time_ns() // 1000,
            config=self._config,
        )
        filters = self._session.filters
        if share_group:
            filters = tuple(share_filter(share_group, hub_key, wanted) for wanted in filters)
        self._inbox: queue.SimpleQueue[Delivery | _Announcement | None] = queue.SimpleQueue()
        self._connection = HubConnection(transport, [Subscription(wanted, 1) for wanted in filters], self._inbox.put)
        self._transport = transport
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="precisionpulse-hub", daemon=True)

    def start(self) -> None:
        """Connect, stay connected and work. Returns at once."""
        self._thread.start()
        self._connection.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Finish the commit under way, then stop. What was not acknowledged comes again."""
        self._closing.set()
        self._inbox.put(None)
        self._thread.join(timeout_s)
        self._connection.close()

    @property
    def connected(self) -> bool:
        """Whether the broker connection stands."""
        return self._connection.connected

    def counts(self) -> dict[str, int]:
        """Frames by channel name, `records`, and refusals as `refused_<code>`, since the start."""
        return dict(self._session.counts)

    def announce(self, channel: channels.Channel, message: Message) -> None:
        """Tell the hub's workers something on a hub channel. Thread-safe."""
        self._inbox.put(_Announcement(channel, message))

    def _run(self) -> None:
        stopping = False
        while not stopping:
            taken = self._first()
            next_at_s = time.monotonic() + self._config.commit_every_s
            while len(taken) < self._config.max_commit_frames:
                try:
                    taken.append(self._inbox.get_nowait())
                except queue.Empty:
                    break
            stopping = None in taken
            self._work([item for item in taken if item is not None])
            self._closing.wait(next_at_s - time.monotonic())

    def _first(self) -> list[Delivery | _Announcement | None]:
        """What comes next; or nothing, when something is to be announced meanwhile."""
        try:
            return [self._inbox.get(timeout=self._config.announce_every_s if self._session.has_news else None)]
        except queue.Empty:
            return []

    def _work(self, items: Sequence[Delivery | _Announcement]) -> None:
        deliveries: list[Delivery] = []
        for item in items:
            if isinstance(item, _Announcement):
                self._publish(self._session.announce(item.channel, item.message, _now()))
            else:
                deliveries.append(item)
        try:
            frames, backlog = [(item.topic, item.payload) for item in deliveries], self._inbox.qsize()
            for answer in self._session.process(frames, _now(), backlog=backlog):
                self._publish(answer)
        except Exception:  # noqa: BLE001  # a fault of the store's must not end the worker; clients keep what is unacknowledged
            _log.exception("%d frames could not be handled; their clients will send them again", len(deliveries))
        for delivery in deliveries:
            delivery.ack()

    def _publish(self, answer: Publish) -> None:
        self._transport.publish(answer.topic, answer.payload, qos=answer.qos, retain=answer.retain)


class _Announcement(NamedTuple):
    channel: channels.Channel
    message: Message


class LiveReader:
    """Watches channels for viewers: opens every frame, refuses replays, answers nothing. `on_message` is called on the
    reader's thread."""

    def __init__(
        self,
        site: str,
        keys: ClientKeys,
        transport: Transport,
        *,
        hub_key: bytes,
        on_message: Callable[[LiveMessage], None],
        watch: Sequence[channels.Channel],
        config: HubConfig | None = None,
    ) -> None:
        self._opener = UplinkOpener(site, keys, hub_key=hub_key, config=config or HubConfig())
        self._on_message = on_message
        self._keys = keys
        self._guards: dict[str, tuple[int, frame.ReplayGuard]] = {}
        self._inbox: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        filters = [
            channels.topic_of(channel, site)
            if channel.direction == pb.DIRECTION_HUB
            else channels.topic_filter(channel, site)
            for channel in watch
        ]
        self._connection = HubConnection(transport, [Subscription(wanted, 1) for wanted in filters], self._inbox.put)
        self._thread = threading.Thread(target=self._run, name="precisionpulse-live", daemon=True)
        self.refused: dict[str, int] = {}
        """Frames that were refused, by error code."""

    def start(self) -> None:
        """Connect, stay connected and watch. Returns at once."""
        self._thread.start()
        self._connection.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop."""
        self._inbox.put(None)
        self._thread.join(timeout_s)
        self._connection.close()

    @property
    def connected(self) -> bool:
        """Whether the broker connection stands."""
        return self._connection.connected

    def _run(self) -> None:
        while (delivery := self._inbox.get()) is not None:
            try:
                opened = self._opener.open(delivery.topic, delivery.payload)
                self._check_fresh(opened)
            except (ContractError, RefusedError) as error:
                self.refused[error.code] = self.refused.get(error.code, 0) + 1
            except PrecisionPulseError as error:
                _log.warning("a frame could not be opened now: %s", error)
            else:
                self._hand_on(opened)
            delivery.ack()

    def _hand_on(self, opened: OpenedFrame) -> None:
        message = LiveMessage(
            opened.client, opened.channel.name, opened.message, opened.body, opened.header, time.time_ns() // 1000
        )
        try:
            self._on_message(message)
        except Exception:  # noqa: BLE001  # the viewer is not ours, and others are watching
            _log.exception("a viewer failed on a %s frame", opened.channel.name)

    def _check_fresh(self, opened: OpenedFrame) -> None:
        """Refuse a frame of an earlier epoch than the newest that was seen here or has a session, and one seen
        before. A client that was enrolled anew counts its epochs anew: what the store has as its session counts."""
        header, client = opened.header, opened.client
        epoch, guard = self._guards.get(client, (0, None))
        if client and (guard is None or header.epoch < epoch):
            session = self._keys.session(client)
            if session is not None and (session.epoch, session.salt) == (header.epoch, header.salt):
                epoch, guard = session.epoch, None
            elif session is not None and guard is None:
                epoch = session.epoch
        if client and header.epoch < epoch:
            raise ReplayError(f"the frame is of epoch {header.epoch}; {epoch} was seen")
        if guard is None or (client and header.epoch > epoch):
            guard = frame.ReplayGuard()
            self._guards[client] = (header.epoch, guard)
        guard.check(header)


def _now() -> Instant:
    return Instant(time.monotonic(), time.time_ns() // 1000)
