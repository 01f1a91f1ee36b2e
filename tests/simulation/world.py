"""One client, one broker, hub workers and a database under virtual time, with every invariant checked at every step.

The sessions, the driver and the store are the real ones. A seed decides everything: the same seed gives the same run,
bit for bit."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, samples
from precisionpulse_sdk.driver import ClientDriver
from precisionpulse_sdk.errors import StorageError
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.outbox import MetricRow, OutboxBounds, Policy
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.protocol.effects import Instant, Publish
from precisionpulse_sdk.protocol.hub_session import HubSession
from precisionpulse_sdk.ranges import RangeSet
from precisionpulse_sdk.testing.disk import Disk, SimulatedOutbox
from precisionpulse_sdk.testing.network import FaultyNetwork, NetworkTransport
from precisionpulse_sdk.testing.time import VirtualTime
from precisionpulse_sdk.transport import Transport

from .client_process import CLIENT, CONFIG, KEY, Client, ClientListener, KilledError, WatchedTransport
from .commit_log import CommitLog
from .hub_worker import SITE, HubWorker
from .invariants import InvariantError

METRIC = MetricRow(1, "count", pb.VALUE_TYPE_INT64, "", 0, "", 0, False)
CONTENT = pb.CatalogueContent(metrics=[pb.Metric(**METRIC._asdict())])
MIN_RESEND_S = 0.9
"""A record is sent again in the same session only after a nack's pause or an acknowledgement's time-out."""
MOST_EVENTS = 3000
"""More can't be under way in the network and the timers of one client, two workers and a broker."""


@dataclass
class World:
    """Everything in one run. Subclasses plant bugs to see that the checks find them."""

    seed: int
    rng: random.Random = field(init=False)
    time: VirtualTime = field(default_factory=VirtualTime)
    recorded: dict[int, Row] = field(default_factory=dict)
    unsettled: set[int] = field(default_factory=set)
    committed: dict[int, Row] = field(default_factory=dict)
    turned_away: int = 0
    unsure: int = 0
    commit_s: float = 0.001
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
        self.digest = hashlib.sha256()
        self.store = self.make_store()
        self.store.add_client(CLIENT, {1: KEY})
        self.disk = Disk(self.rng.randbytes(16))
        self.bounds = OutboxBounds()
        if self.rng.random() < 0.3:
            policy = self.rng.choice(list(Policy))
            self.bounds = OutboxBounds(max_records=self.rng.randint(5, 80), policy=policy)
        self.workers = [HubWorker(self, f"hub-{number + 1}") for number in range(self.rng.choice([1, 2]))]
        self.client: Client | None = None

    # Where bugs can be planted

    def make_store(self) -> CommitLog:
        """The database."""
        return CommitLog(self)

    def make_outbox(self) -> SimulatedOutbox:
        """The client's outbox after its process started."""
        return SimulatedOutbox(self.disk, self._kill_point, self.bounds)

    def make_session(self) -> ClientSession:
        """The client's session."""
        return ClientSession(
            site=SITE, client=CLIENT, install_id=self.disk.install_id, keys={1: KEY}, config=CONFIG, rng=self.rng
        )

    def make_transport(self, inner: NetworkTransport) -> Transport:
        """The client's transport."""
        return WatchedTransport(self, inner)

    def hub_process(
        self, session: HubSession, frames: Sequence[tuple[str, bytes]], now: Instant, backlog: int
    ) -> list[Publish]:
        """A worker handles what it took."""
        return session.process(frames, now, backlog=backlog)

    # The client's process

    def start_client(self) -> None:
        """A new process on the same disk."""
        outbox = self.make_outbox()
        outbox.declare(METRIC)
        session = self.make_session()
        inner = self.network.transport(CLIENT)
        transport = self.make_transport(inner)
        listener = ClientListener(self)
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
        # What was turned away and could not be written down is known to nobody any more.
        self.turned_away -= client.outbox.unwritten_losses
        if power:
            self.disk.lose_power()
        self.trace.append(f"{self.time.mono_s:.3f} client killed, {len(self.disk.rows)} queued")
        self.time.after(self.rng.uniform(0.1, 5), self.start_client)

    def in_client(self, client: Client, work: Callable[[], object]) -> None:
        """Run something in the client's process, which may die in it; then let its timer be set."""
        if not client.alive:
            return
        try:
            work()
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
            except StorageError:
                self.turned_away += count
                return
            except KilledError:
                self.unsure += count
                raise
            for number, row in zip(numbers, rows, strict=True):
                if number in self.recorded:
                    raise InvariantError(f"record number {number} was given twice")
                self.recorded[number] = row._replace(record_seq=number)
                self.unsettled.add(number)
            client.driver.do(client.session.recorded)

        self.in_client(client, work)

    def fault_at(self, place: str) -> None:
        """The client's connection breaks here, when it was to."""
        if self.kill_next == place:
            self.kill_next = ""
            self.trace.append(f"{self.time.mono_s:.3f} {place}")
            self.network.cut(CLIENT)

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
        self.digest.update(payload)
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

    def check_inserted(self, install_id: bytes, number: int) -> None:
        """Of every row that the database gets."""
        if install_id != self.disk.install_id:
            raise InvariantError(f"record {number} was committed for an install that does not exist")
        reading = self.store.reading(CLIENT, install_id, number)
        row = self.recorded.get(number)
        if reading is not None and row is not None:
            if reading.value != row.value or reading.captured_us != row.captured_us:
                raise InvariantError(f"record {number} was committed with another content")
            self.committed[number] = row
        if self.store.inserted[number] > 1 and not self.restored:
            raise InvariantError(f"record {number} was committed {self.store.inserted[number]} times")

    def check_told(self, gap: pb.Gap) -> None:
        """Of every loss that the database gets: told again, it is the same one."""
        known = self.store.told.setdefault(gap.gap_seq, gap)
        if known != gap:
            raise InvariantError(f"loss {gap.gap_seq} was told again as another one: {known} then {gap}")
        if gap.HasField("range") and gap.count != gap.range.last - gap.range.first + 1:
            raise InvariantError(f"loss {gap.gap_seq} counts {gap.count} records of {gap.range}")

    def check(self) -> None:
        """Of the whole system, after every step: each reading is stored by the client, or committed as it was, or told
        as lost."""
        rows, lost = self.disk.rows, None
        for number in list(self.unsettled):
            if number in self.committed:
                self.unsettled.discard(number)
            elif number not in rows and number not in self.disk.dead and not self.restored:
                lost = lost or self._told()
                if number not in lost:
                    raise InvariantError(f"record {number} is lost: neither stored, nor committed, nor told as a gap")
        if len(self.time) > MOST_EVENTS:
            raise InvariantError(f"{len(self.time)} events wait: something grows without bound")

    def check_committed_are_recorded(self) -> None:
        """What the hub has was recorded; a record whose `record` call died may be there too, and is then on the disk's
        count."""
        for number in self.store.readings(CLIENT, self.disk.install_id):
            if number not in self.recorded and number > self.disk.last_record_seq:
                raise InvariantError(f"record {number} was committed and never recorded")

    @property
    def drained(self) -> bool:
        """Whether everything is where it should be."""
        online = self.client is not None and self.client.session.state is LinkState.ONLINE
        return online and not self.disk.rows and not self.disk.gaps

    def check_drained(self) -> None:
        """Some time after the last fault."""
        if self.disk.rows or self.disk.gaps:
            raise InvariantError(
                f"{len(self.disk.rows)} records and {len(self.disk.gaps)} losses still wait: "
                f"{self.client and self.client.session.state}"
            )
        if self.disk.dead:
            raise InvariantError(f"{len(self.disk.dead)} records became dead letters")
        if self.client is None or self.client.session.state is not LinkState.ONLINE:
            raise InvariantError(f"the client is {self.client and self.client.session.state}, not online")
        self.check_committed_are_recorded()
        if self.restored:
            return
        lost = self.store.lost(CLIENT, self.disk.install_id)
        missing = [number for number in self.recorded if number not in self.committed and number not in lost]
        if missing:
            raise InvariantError(f"{len(missing)} records never arrived, and nobody says so")
        unnumbered = sum(gap.count for gap in self.store.told.values() if not gap.HasField("range"))
        if abs(unnumbered - self.turned_away) > self.unsure:
            raise InvariantError(f"{self.turned_away} readings were turned away, {unnumbered} were told as lost")

    def fingerprint(self) -> str:
        """Equal for equal runs: of every byte that was sent, and when the run ended."""
        return f"{self.time.mono_s!r} {self.steps} {self.digest.hexdigest()}"

    def _told(self) -> RangeSet:
        told = self.store.lost(CLIENT, self.disk.install_id)
        for gap in self.disk.gaps.values():
            if gap.first_seq is not None and gap.last_seq is not None:
                told.add(gap.first_seq, gap.last_seq)
        return told
