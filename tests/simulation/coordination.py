"""Clients, a broker, ingest workers and coordinators under virtual time, with replicas and commands instead of
readings. The sessions, the drivers and the command file are the real ones; a seed decides everything."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig, HubConfig
from precisionpulse_sdk.driver import ClientDriver
from precisionpulse_sdk.errors import LinkError
from precisionpulse_sdk.outbox.commands import CommandFile
from precisionpulse_sdk.protocol.client_commands import ClientCommands, Kind
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.protocol.client_sync import ClientSync
from precisionpulse_sdk.protocol.coordination import Coordination
from precisionpulse_sdk.protocol.effects import Instant, Publish, RunCommand
from precisionpulse_sdk.protocol.exchange import Wanted
from precisionpulse_sdk.protocol.hub_session import HubSession
from precisionpulse_sdk.protocol.pulse import Pulse
from precisionpulse_sdk.testing import MemoryCommandStore, MemoryHubStore
from precisionpulse_sdk.testing.disk import Disk, SimulatedOutbox
from precisionpulse_sdk.testing.network import FaultyNetwork
from precisionpulse_sdk.testing.time import START_US, VirtualTime
from precisionpulse_sdk.transport import Delivery, Subscription

from .replicas import FollowingReplica, LoggingHubReplica

KEY, HUB_KEY, SITE = bytes(range(32)), bytes(32), "main"
CONFIG = ClientConfig(reconnect_max_s=4.0)
HUB_CONFIG = HubConfig(heartbeat_interval_s=2.0)


class KilledError(Exception):
    """The process dies here."""


class Worker(ABC):
    """A hub worker's process: frames in, answers out, and a tick when its machine asks for one."""

    def __init__(self, world: World, name: str, filters: tuple[str, ...]) -> None:
        self.world = world
        self.filters = filters
        self.transport = world.network.transport(name)
        self.alive = True
        self.connect()

    def connect(self) -> None:
        self.transport.connect(self, subscriptions=[Subscription(wanted, 1) for wanted in self.filters], will=None)

    def on_connected(self) -> None:  # noqa: B027 - no worker does anything then
        """As `TransportListener`."""

    def on_disconnected(self, error: LinkError | None) -> None:
        """As `TransportListener`."""
        self.world.time.after(0.5, lambda: self.connect() if self.alive else None)

    def on_message(self, delivery: Delivery) -> None:
        """As `TransportListener`."""
        self.publish(self.handle((delivery.topic, delivery.payload), self.world.time.now()))

    @abstractmethod
    def handle(self, frame: tuple[str, bytes], now: Instant) -> list[Publish]:
        """What the worker answers to a frame."""

    def publish(self, answers: list[Publish]) -> None:
        for answer in answers:
            self.transport.publish(answer.topic, answer.payload, qos=answer.qos)

    def kill(self) -> None:
        self.alive = False
        self.transport.die()


class Ingest(Worker):
    """Greets clients."""

    def __init__(self, world: World) -> None:
        self.session = HubSession(
            SITE,
            world.store,
            hub_key=HUB_KEY,
            salt=world.rng.randbytes(16),
            start_us=world.time.now().wall_us,
            config=HUB_CONFIG,
        )
        super().__init__(world, "ingest", self.session.filters)

    def handle(self, frame: tuple[str, bytes], now: Instant) -> list[Publish]:
        return self.session.process([frame], now)


class CoordinationWorker(Worker):
    """Syncs, and moves commands."""

    def __init__(self, world: World, name: str) -> None:
        self.machine = Coordination(
            SITE,
            world.store,
            hub_key=HUB_KEY,
            draw_salt=lambda: world.rng.randbytes(16),
            start_us=world.time.now().wall_us,
            config=HUB_CONFIG,
            replica=world.replica,
            commands=world.commands,
        )
        super().__init__(world, name, (*self.machine.shared_filters, *self.machine.own_filters))
        self.tick()

    def handle(self, frame: tuple[str, bytes], now: Instant) -> list[Publish]:
        return self.machine.process([frame], now)

    def tick(self) -> None:
        if self.alive:
            self.publish(self.machine.tick(self.world.time.now()))
            self.world.time.after(0.25, self.tick)


class KillPoints:
    """A command file whose owner may die before and after every step."""

    def __init__(self, file: CommandFile, kill_point: Callable[[str], None]) -> None:
        self._file = file
        self._kill_point = kill_point

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._file, name)

        def step(*arguments: object) -> object:
            self._kill_point(f"before {name}")
            result = method(*arguments)
            self._kill_point(f"after {name}")
            return result

        return step


class Program:
    """A client's program over all its runs: one disk, one replica, one command file."""

    def __init__(self, world: World, name: str, directory: Path) -> None:
        self.world = world
        self.name = name
        self.disk = Disk(world.rng.randbytes(16))
        self.replica = FollowingReplica()
        self.replica.subscribe(lambda _: self.tell(lambda run, now: run.sync.changed(now)))
        self.directory = directory
        self.kinds: dict[str, Kind] = {pb.Ping.DESCRIPTOR.full_name: Kind(pb.Ping, "program")}
        self.clock_offset_us = 0
        self.began: Counter[bytes] = Counter()
        self.run: Run | None = None

    def now(self) -> Instant:
        """The time on this machine's clocks."""
        now = self.world.time.now()
        return now._replace(wall_us=now.wall_us + self.clock_offset_us)

    def start(self) -> None:
        """A new process."""
        self.run = Run(self)
        self.run.attempt(lambda run: run.driver.do(run.session.start))

    def kill(self) -> None:
        """kill -9; it starts again by itself."""
        if self.run:
            self.run.die()
        self.world.time.after(self.world.rng.uniform(0.1, 5), self.start)

    def tell(self, answer: Callable[[Run, Instant], list[Wanted]]) -> None:
        """Tell the running process' exchange something."""
        run = self.run
        if run and run.alive:
            run.attempt(lambda run: run.driver.do(lambda now: run.session.perform(answer(run, now), now)))


class Run:
    """One run of the program's process."""

    def __init__(self, program: Program) -> None:
        world = program.world
        self.program = program
        self.alive = True
        self.file = CommandFile(program.directory / f"{program.name}.sqlite3")
        pulse = Pulse(CONFIG.heartbeat_interval_s)
        pauses = {"first_s": CONFIG.hello_retry_s, "longest_s": CONFIG.reconnect_max_s}
        self.sync = ClientSync(program.replica, world.rng, **pauses)
        table = KillPoints(self.file, lambda name: self.kill_point(name))
        self.commands = ClientCommands(table, program.kinds, pulse, world.rng, **pauses)
        self.session = ClientSession(
            site=SITE,
            client=program.name,
            install_id=program.disk.install_id,
            keys={1: KEY},
            config=CONFIG,
            rng=world.rng,
            pulse=pulse,
            exchanges=[self.commands, self.sync],
        )
        self.transport = world.network.transport(program.name)
        self.driver = ClientDriver(
            self.session,
            SimulatedOutbox(program.disk),
            self.transport,
            self,
            clock=program.now,
            draw_salt=lambda: world.rng.randbytes(16),
            disk_free=lambda: None,
            emit=world.events.append,
            sync=self.sync,
            run_command=self.run_command,
        )
        self.tick()

    def on_connected(self) -> None:
        """As `TransportListener`."""
        self.attempt(lambda run: run.driver.do(run.session.link_up))

    def on_disconnected(self, error: LinkError | None) -> None:
        """As `TransportListener`."""
        self.attempt(lambda run: run.driver.disconnected(error))

    def on_message(self, delivery: Delivery) -> None:
        """As `TransportListener`."""
        topic, payload = delivery.topic, delivery.payload
        self.attempt(lambda run: run.driver.do(lambda now: run.session.frame(topic, payload, now)))

    def tick(self) -> None:
        wake_at_s = self.session.wake_at_s()
        if wake_at_s is not None and wake_at_s <= self.program.world.time.mono_s:
            self.attempt(lambda run: run.driver.do(run.session.tick))
        if self.alive:
            self.program.world.time.after(0.1, self.tick)

    def attempt(self, work: Callable[[Run], None]) -> None:
        """Do something in this process, which may die of it."""
        if self.alive:
            try:
                work(self)
            except KilledError:
                self.program.kill()

    def kill_point(self, name: str) -> None:
        world = self.program.world
        if world.kill_at == name:
            world.kill_at = ""
            raise KilledError(name)

    def die(self) -> None:
        self.alive = False
        self.transport.die()
        self.file.close()

    def run_command(self, effect: RunCommand) -> None:
        """The handler: it takes a while, and counts that it was called."""
        self.kill_point("before run")
        self.program.began[effect.command.id] += 1
        self.kill_point("while running")
        done = pb.CommandStatus(id=effect.command.id, phase=pb.COMMAND_PHASE_SUCCEEDED, at_us=1)
        self.program.world.time.after(self.program.world.rng.uniform(0, 2), partial(self.finish, done))

    def finish(self, status: pb.CommandStatus) -> None:
        if self.alive:
            self.program.tell(lambda run, now: run.commands.finished(status, now))


class World:
    """Everything in one run. `kill_at` names the next step at which the client that comes there dies."""

    def __init__(self, seed: int, directory: Path, *, clients: int = 1, coordinators: int = 1) -> None:
        self.rng = random.Random(seed)
        self.time = VirtualTime()
        self.network = FaultyNetwork(self.time, self.rng)
        self.store = MemoryHubStore()
        self.commands = MemoryCommandStore()
        self.replica = LoggingHubReplica()
        self.kill_at = ""
        self.events: list[object] = []
        self.ingest = Ingest(self)
        self.coordinators = [CoordinationWorker(self, f"coordinator-{number}") for number in range(coordinators)]
        self.programs = [Program(self, f"press-{number}", directory) for number in range(clients)]
        for program in self.programs:
            self.store.add_client(program.name, {1: KEY})
            program.start()

    def issue(self, client: str, body: pb.Ping | pb.ForceSync | None = None, *, lifetime_s: float = 3600) -> bytes:
        """Somebody asks a client for something; the command's id."""
        now_us = START_US + round(self.time.mono_s * 1_000_000)
        command = pb.Command(
            id=self.rng.randbytes(16), issued_us=now_us, expires_us=now_us + round(lifetime_s * 1e6), actor="alice"
        )
        command.body.Pack(body or pb.Ping())
        self.commands.issue(client, command)
        return command.id

    def restart_coordinator(self, number: int) -> None:
        """kill -9 of a coordinator, and a new one."""
        self.coordinators[number].kill()
        self.coordinators[number] = CoordinationWorker(self, f"coordinator-{number}")

    def run_for(self, seconds: float) -> None:
        """Let time pass."""
        self.time.run_until(self.time.mono_s + seconds)

    def run_until(self, done: Callable[[], bool], limit_s: float = 600) -> None:
        """Let time pass until something is true. Raises `AssertionError` when it is not after `limit_s`."""
        ends_s = self.time.mono_s + limit_s
        while not done():
            assert self.time.mono_s < ends_s, "it did not come about"
            self.time.step()
