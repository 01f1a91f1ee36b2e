"""An ingest worker's process, which dies where a schedule says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from precisionpulse_sdk.config import HubConfig
from precisionpulse_sdk.errors import LinkError
from precisionpulse_sdk.protocol.hub_session import HubSession
from precisionpulse_sdk.testing.network import NetworkTransport
from precisionpulse_sdk.transport import Delivery, Subscription

if TYPE_CHECKING:
    from .world import World

SITE, HUB_KEY = "main", bytes(32)
HUB_CONFIG = HubConfig(max_commit_frames=6, overloaded_frames=40)


class HubWorker:
    """An ingest process: takes what waits, commits it together, answers."""

    def __init__(self, world: World, name: str) -> None:
        self.world = world
        self.name = name
        self.alive = False
        self.transport: NetworkTransport | None = None
        self.session: HubSession | None = None
        self.inbox: list[tuple[str, bytes]] = []
        self.working = False
        self.generation = 0

    def start(self) -> None:
        """A new process."""
        world = self.world
        self.alive = True
        self.generation += 1
        self.inbox = []
        self.working = False
        self.session = HubSession(
            SITE,
            world.store,
            hub_key=HUB_KEY,
            salt=world.rng.randbytes(16),
            start_us=world.time.now().wall_us,
            config=HUB_CONFIG,
        )
        self.transport = world.network.transport(self.name)
        self._connect()

    def kill(self) -> None:
        """kill -9."""
        self.alive = False
        self.inbox = []
        self.world.store.hub_died()
        if self.transport:
            self.transport.die()

    def on_connected(self) -> None:
        """As `TransportListener`."""

    def on_disconnected(self, error: LinkError | None) -> None:
        """As `TransportListener`."""
        generation = self.generation
        self.world.time.after(0.5, lambda: self._connect() if self.alive and generation == self.generation else None)

    def on_message(self, delivery: Delivery) -> None:
        """As `TransportListener`."""
        self.inbox.append((delivery.topic, delivery.payload))
        if not self.working:
            self.working = True
            generation = self.generation
            self.world.time.after(self.world.rng.uniform(0, 0.004), lambda: self._work(generation))

    def _connect(self) -> None:
        if self.transport and self.session:
            self.transport.connect(
                self,
                subscriptions=[Subscription(f"$share/ingest/{wanted}", 1) for wanted in self.session.filters],
                will=None,
            )

    def _work(self, generation: int) -> None:
        if not self.alive or generation != self.generation or not self.session or not self.transport:
            return
        self.working = False
        taken, self.inbox = self.inbox[: HUB_CONFIG.max_commit_frames], self.inbox[HUB_CONFIG.max_commit_frames :]
        self.world.fault_at("cut before commit")
        if self._dies("before commit"):
            return
        answers = self.world.hub_process(self.session, taken, self.world.time.now(), len(self.inbox))
        self.world.fault_at("cut before ack")
        if self._dies("after commit"):
            return
        for answer in answers:
            self.transport.publish(answer.topic, answer.payload, qos=answer.qos)
        if self.inbox:
            self.working = True
            self.world.time.after(self.world.commit_s, lambda: self._work(generation))

    def _dies(self, where: str) -> bool:
        if self.world.kill_next != f"hub {where}":
            return False
        self.world.kill_next = ""
        self.kill()
        self.world.time.after(self.world.rng.uniform(0.1, 3), lambda: None if self.alive else self.start())
        return True
