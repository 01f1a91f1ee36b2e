"""One client, one broker, hub workers and a database under virtual time, with every invariant checked at every step.

The sessions, the driver and the store are the real ones. A seed decides everything: the same seed gives the same run,
bit for bit."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, samples
from precisionpulse_sdk.config import ClientConfig, HubConfig
from precisionpulse_sdk.driver import ClientDriver
from precisionpulse_sdk.errors import DiskFullError, LinkError
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.outbox import MetricRow
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.protocol.effects import Instant, Publish
from precisionpulse_sdk.protocol.hub_session import HubSession
from precisionpulse_sdk.protocol.store import BatchDelivery, CommitOutcome, GapDelivery
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.testing.disk import Disk, SimulatedOutbox
from precisionpulse_sdk.testing.network import FaultyNetwork, NetworkTransport
from precisionpulse_sdk.testing.time import VirtualTime
from precisionpulse_sdk.transport import Completion, Delivery, Subscription, Transport

KEY, HUB_KEY = bytes(range(32)), bytes(32)
METRIC = MetricRow(1, "count", pb.VALUE_TYPE_INT64, "", 0, "", 0, False)
CONTENT = pb.CatalogueContent(metrics=[pb.Metric(**METRIC._asdict())])
MIN_RESEND_S = 0.9
"""A record is sent again in the same session only after a nack's pause or an acknowledgement's time-out."""
CLIENT, SITE = "press-7", "main"
CONFIG = ClientConfig(max_batch_records=8, max_batches_in_flight=4, ack_timeout_s=5.0, reconnect_max_s=8.0)
HUB_CONFIG = HubConfig(max_commit_frames=6)


class KilledError(Exception):
    """The process dies here."""


class InvariantError(AssertionError):
    """A promise was broken."""


class CommitLog(MemoryHubStore):
    """The database: counts how often each record was inserted, and can die in the middle of a commit."""

    def __init__(self) -> None:
        super().__init__()
        self.inserted: dict[tuple[bytes, int], int] = {}

    def hub_died(self) -> None:
        """A worker was killed; what it had committed stays."""

    def commit(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> Sequence[CommitOutcome]:
        fresh = [
            (delivery.client, delivery.install_id, seq)
            for delivery in deliveries
            if isinstance(delivery, BatchDelivery)
            for piece in delivery.ranges
            for seq in range(piece.first, piece.last + 1)
            if self.reading(delivery.client, delivery.install_id, seq) is None
        ]
        outcomes = super().commit(deliveries)
        for _, install_id, seq in set(fresh):
            self.inserted[install_id, seq] = self.inserted.get((install_id, seq), 0) + 1
        return outcomes


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
                self, subscriptions=[Subscription(wanted, 1) for wanted in self.session.filters], will=None
            )

    def _work(self, generation: int) -> None:
        if not self.alive or generation != self.generation or not self.session or not self.transport:
            return
        self.working = False
        taken, self.inbox = self.inbox[: HUB_CONFIG.max_commit_frames], self.inbox[HUB_CONFIG.max_commit_frames :]
        answers = self.world.hub_process(self.session, taken, self.world.time.now())
        if self.world.kill_next == f"{self.name} after commit":
            self.world.kill_next = ""
            self.kill()
            self.world.time.after(self.world.rng.uniform(0.1, 3), self.start)
            return
        for answer in answers:
            self.transport.publish(answer.topic, answer.payload, qos=answer.qos)
        if self.inbox:
            self.working = True
            self.world.time.after(0.001, lambda: self._work(generation))


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
        self.inner.publish(topic, payload, qos=qos, retain=retain, on_complete=on_complete)


@dataclass
class Client:
    """One run of the client's process."""

    session: ClientSession
    driver: ClientDriver
    outbox: SimulatedOutbox
    transport: Transport
    inner: NetworkTransport
    alive: bool = True


@dataclass
class World:
    """Everything in one run. Subclasses plant bugs to see that the checks find them."""

    seed: int
    rng: random.Random = field(init=False)
    time: VirtualTime = field(default_factory=VirtualTime)
    recorded: dict[int, Row] = field(default_factory=dict)
    unsettled: set[int] = field(default_factory=set)
    refused_full: int = 0
    kill_next: str = ""
    steps: int = 0
    deliveries: int = 0
    restored: bool = False
    flush_mark: int = 0
    sent_at_s: dict[int, float] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.network = FaultyNetwork(self.time, self.rng)
        self.store = self.make_store()
        self.store.add_client(CLIENT, {1: KEY})
        self.disk = Disk(self.rng.randbytes(16))
        self.workers = [HubWorker(self, "hub-1")]
        self.client: Client | None = None

    # Where bugs can be planted

    def make_store(self) -> CommitLog:
        """The database."""
        return CommitLog()

    def make_outbox(self) -> SimulatedOutbox:
        """The client's outbox after its process started."""
        return SimulatedOutbox(self.disk, self._kill_point)

    def make_session(self) -> ClientSession:
        """The client's session."""
        return ClientSession(
            site=SITE, client=CLIENT, install_id=self.disk.install_id, keys={1: KEY}, config=CONFIG, rng=self.rng
        )

    def make_transport(self, inner: NetworkTransport) -> Transport:
        """The client's transport."""
        return WatchedTransport(self, inner)

    def hub_process(self, session: HubSession, frames: Sequence[tuple[str, bytes]], now: Instant) -> list[Publish]:
        """A worker handles what it took."""
        return session.process(frames, now)

    # The client's process

    def start_client(self) -> None:
        """A new process on the same disk."""
        outbox = self.make_outbox()
        outbox.declare(METRIC)
        session = self.make_session()
        inner = self.network.transport(CLIENT)
        transport = self.make_transport(inner)
        listener = _Listener(self)
        driver = ClientDriver(
            session,
            outbox,
            transport,
            listener,
            clock=self.time.now,
            draw_salt=lambda: self.rng.randbytes(16),
            disk_free=lambda: None,
            emit=lambda event: None,
        )
        self.client = Client(session, driver, outbox, transport, inner)
        listener.client = self.client
        catalogue = [pb.Metric(**row._asdict()) for row in outbox.metrics()]
        self.in_client(self.client, lambda: driver.do(lambda now: session.declare(catalogue, now)))
        self.in_client(self.client, lambda: driver.do(session.start))

    def kill_client(self, *, power: bool) -> None:
        """kill -9, or the mains; it starts again by itself."""
        client = self.client
        if client is None or not client.alive:
            return
        client.alive = False
        self.client = None
        client.inner.die()
        if power:
            self.disk.lose_power()
        self.trace.append(f"{self.time.mono_s:.3f} client killed, {len(self.disk.rows)} queued")
        self.time.after(self.rng.uniform(0.1, 5), self.start_client)

    def in_client(self, client: Client, work: object) -> None:
        """Run something in the client's process, which may die in it; then let its timer be set."""
        if not client.alive:
            return
        try:
            work()  # type: ignore[operator]
        except KilledError:
            self.kill_client(power=self.rng.random() < 0.3)
            return
        wake_at = client.session.wake_at_s()
        if wake_at is not None:
            self.time.after(
                max(0.001, wake_at - self.time.mono_s),
                lambda: (
                    self.in_client(client, lambda: client.driver.do(client.session.tick)) if self._due(client) else None
                ),
            )

    def record(self, count: int) -> None:
        """The program records readings, if it lives."""
        client = self.client
        if client is None:
            return
        rows = [
            Row(
                0,
                1,
                self.time.now().wall_us,
                pb.QUALITY_LIVE,
                client.session.pulse.clock_state,
                self.rng.getrandbits(60),
            )
            for _ in range(count)
        ]

        def work() -> None:
            try:
                numbers = client.outbox.append(rows)
            except DiskFullError:
                self.refused_full += count
                return
            for number, row in zip(numbers, rows, strict=True):
                if number in self.recorded:
                    raise InvariantError(f"record number {number} was given twice")
                self.recorded[number] = row._replace(record_seq=number)
                self.unsettled.add(number)
            client.driver.do(client.session.recorded)

        self.in_client(client, work)

    def _due(self, client: Client) -> bool:
        wake_at = client.session.wake_at_s()
        return client.alive and wake_at is not None and wake_at <= self.time.mono_s + 1e-9

    def _kill_point(self, name: str) -> None:
        self.steps += 1
        if self.kill_next == name:
            self.kill_next = ""
            self.trace.append(f"{self.time.mono_s:.3f} killed {name}")
            raise KilledError(name)

    # What must hold

    def check_sent(self, topic: str, payload: bytes) -> None:
        """Of every frame that leaves the client: what it may send now, judged from outside the session."""
        header = pb.Header.FromString(pb.Frame.FromString(payload).header)
        channel = channels.BY_TYPE[header.type]
        if channel is channels.HELLO:
            self.sent_at_s.clear()
        if channel is channels.CATALOGUE and not self.sent_at_s:
            self.flush_mark = self.disk.last_record_seq if self.disk.rows else 0
        if channel not in (channels.LIVE, channels.HISTORY) or self.client is None:
            return
        if self.client.session.in_flight > CONFIG.max_batch_records * (CONFIG.max_batches_in_flight + 2):
            raise InvariantError(f"{self.client.session.in_flight} records are in flight")
        if channel is channels.LIVE and any(seq <= self.flush_mark for seq in self.disk.rows):
            raise InvariantError("live streaming began before the flush was acknowledged")
        envelope = frame.read_envelope(topic, payload, max_frame_bytes=1 << 20)
        batch = pb.Batch.FromString(frame.unseal(envelope, topic, KEY, max_message_bytes=1 << 20))
        now_s, newest = self.time.mono_s, max(self.sent_at_s, default=0)
        for sample in samples(batch, CONTENT):
            sent_at_s = self.sent_at_s.get(sample.record_seq)
            if sent_at_s is None and sample.record_seq < newest:
                raise InvariantError(f"record {sample.record_seq} was sent after record {newest}")
            if sent_at_s is not None and now_s - sent_at_s < MIN_RESEND_S:
                raise InvariantError(f"record {sample.record_seq} was sent twice within {now_s - sent_at_s:.3f} s")
        for sample in samples(batch, CONTENT):
            self.sent_at_s[sample.record_seq] = now_s

    def check(self) -> None:
        """Of the whole system, after every step: each reading is stored by the client, or committed once as it was."""
        for number in list(self.unsettled):
            row = self.recorded[number]
            reading = self.store.reading(CLIENT, self.disk.install_id, number)
            if reading is not None:
                self.unsettled.discard(number)
                times = self.store.inserted[self.disk.install_id, number]
                if reading.value != row.value or reading.captured_us != row.captured_us:
                    raise InvariantError(f"record {number} was committed with another content")
                if times > 1 and not self.restored:
                    raise InvariantError(f"record {number} was committed {times} times")
            elif number not in self.disk.rows and number not in self.disk.dead and not self.restored:
                raise InvariantError(f"record {number} is lost: neither stored by the client nor committed")

    def check_committed_are_recorded(self) -> None:
        """What the hub has was recorded; a record whose `record` call died may be there too, and is then on the disk's
        count."""
        for number in self.store.readings(CLIENT, self.disk.install_id):
            if number not in self.recorded and number > self.disk.last_record_seq:
                raise InvariantError(f"record {number} was committed and never recorded")

    def check_drained(self) -> None:
        """Some time after the last fault."""
        if self.disk.rows:
            raise InvariantError(
                f"{len(self.disk.rows)} records still wait: {self.client and self.client.session.state}"
            )
        if self.disk.dead:
            raise InvariantError(f"{len(self.disk.dead)} records became dead letters")
        if self.client is None or self.client.session.state is not LinkState.ONLINE:
            raise InvariantError(f"the client is {self.client and self.client.session.state}, not online")
        self.check_committed_are_recorded()
        if not self.restored:
            missing = self.recorded.keys() - self.store.readings(CLIENT, self.disk.install_id).keys()
            if missing:
                raise InvariantError(f"{len(missing)} records never arrived")
            if any(times > 1 for times in self.store.inserted.values()):
                raise InvariantError("a record was committed more than once")

    def fingerprint(self) -> int:
        """Equal for equal runs."""
        have = self.store.readings(CLIENT, self.disk.install_id)
        return hash((self.time.mono_s, self.steps, tuple(sorted((n, int(r.value or 0)) for n, r in have.items()))))


class _Listener:
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
        if client := self.client:
            call = lambda now: client.session.frame(delivery.topic, delivery.payload, now)  # noqa: E731
            self.world.in_client(client, lambda: client.driver.do(call))
