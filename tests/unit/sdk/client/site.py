"""A client, hubs and viewers over the in-process broker."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from precisionpulse_sdk import (
    Client,
    ClientConfig,
    Hub,
    HubConfig,
    LinkState,
    LiveMessage,
    LiveReader,
    channels,
)
from precisionpulse_sdk.protocol.store import OpenSession
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport
from tests.unit.identities import identity_of

KEY, HUB_KEY = bytes(range(32)), bytes(32)
IDENTITY = identity_of("press-7", KEY)
CONFIG = ClientConfig(hello_retry_s=0.05, reconnect_min_s=0.02, reconnect_max_s=0.1, ack_timeout_s=0.5)


@dataclass
class Site:
    broker: MemoryBroker
    store: MemoryHubStore
    directory: Path

    def client(self) -> Client:
        return Client(
            IDENTITY,
            self.directory / "outbox.sqlite3",
            config=CONFIG,
            transport=MemoryTransport(self.broker, "press-7"),
        )

    def hub(self, name: str = "hub-1") -> Hub:
        return Hub(
            "main",
            self.store,
            MemoryTransport(self.broker, name),
            hub_key=HUB_KEY,
            config=HubConfig(heartbeat_interval_s=0.05),
        )

    @contextmanager
    def running_hub(self) -> Iterator[Hub]:
        """A hub that runs until the block ends."""
        hub = self.hub()
        hub.start()
        with closing(hub):
            yield hub

    @contextmanager
    def viewer(self, *watched: channels.Channel) -> Iterator[queue.Queue[LiveMessage]]:
        """A viewer of these channels until the block ends; what it gets."""
        seen: queue.Queue[LiveMessage] = queue.Queue()
        reader = LiveReader(
            "main",
            self.store,
            MemoryTransport(self.broker, "web-1"),
            hub_key=HUB_KEY,
            on_message=seen.put,
            watch=watched,
        )
        reader.start()
        with closing(reader):
            yield seen

    def session(self) -> OpenSession:
        """The session that the hub holds open for the client."""
        session = self.store.session("press-7")
        assert session is not None
        return session

    def values(self) -> list[object]:
        """What is committed of the client, by record number."""
        readings = self.store.readings("press-7", self.session().install_id)
        return [readings[seq].value for seq in sorted(readings)]


def wait_for(client: Client, wanted: Callable[[Client], bool]) -> None:
    """Wait until an event of the client makes `wanted` true."""
    changed = threading.Event()
    stop = client.subscribe(lambda event: changed.set())
    try:
        while not wanted(client):
            assert changed.wait(10), client.stats()
            changed.clear()
    finally:
        stop()


def online(client: Client) -> bool:
    return client.stats().link is LinkState.ONLINE
