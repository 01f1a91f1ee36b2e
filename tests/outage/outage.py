"""A long outage under virtual time: the real outbox on a real disk, the real sessions on both sides, and a hub that
commits so many records per second as it is told to."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, stored_values
from precisionpulse_sdk.config import ClientConfig, HubConfig
from precisionpulse_sdk.driver import ClientDriver
from precisionpulse_sdk.errors import LinkError
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.outbox import Outbox, OutboxBounds
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.protocol.hub_session import HubSession
from precisionpulse_sdk.protocol.store import (
    BatchDelivery,
    ClientRecord,
    CommitOutcome,
    Coverage,
    GapDelivery,
    OpenSession,
    SessionStart,
)
from precisionpulse_sdk.ranges import RangeSet
from precisionpulse_sdk.testing import FaultyNetwork, VirtualTime
from precisionpulse_sdk.transport import Delivery, Subscription

KEY, HUB_KEY = bytes(range(32)), bytes(32)
CLIENT, SITE = "press-7", "main"
_AT_ONCE = 4
"""Frames that the hub commits together."""
BOUNDS = OutboxBounds(max_records=10**9, max_bytes=1 << 40, max_age_s=365 * 86_400)


class WrongReadingError(AssertionError):
    """A reading arrived twice, or was not what was recorded."""


class CountingStore:
    """A `HubStore` that keeps which records it has, and checks each reading instead of keeping it: a reading's value is
    its own number."""

    def __init__(self) -> None:
        self.have = RangeSet()
        self.duplicates = 0
        self._session: OpenSession | None = None
        self._catalogues: dict[bytes, pb.CatalogueContent] = {}

    def client(self, client: str) -> ClientRecord | None:
        """As `HubStore.client`."""
        return ClientRecord(client, False, {1: KEY}, 1)

    def session(self, client: str) -> OpenSession | None:
        """As `HubStore.session`."""
        return self._session

    def begin_session(
        self, client: str, *, install_id: bytes, epoch: int, salt: bytes, last_record_seq: int
    ) -> SessionStart:
        """As `HubStore.begin_session`."""
        self._session = OpenSession(install_id, epoch, salt)
        return SessionStart(tuple(self.have), b"")

    def save_catalogue(self, client: str, catalogue: pb.Catalogue) -> None:
        """As `HubStore.save_catalogue`."""
        self._catalogues[catalogue.id] = pb.CatalogueContent.FromString(catalogue.content)

    def catalogue(self, client: str, catalogue_id: bytes) -> pb.CatalogueContent | None:
        """As `HubStore.catalogue`."""
        return self._catalogues.get(catalogue_id)

    def coverage(self, client: str, install_id: bytes) -> Coverage:
        """As `HubStore.coverage`."""
        return Coverage(tuple(self.have), self.have.complete_to, self.have.last, 0, self.duplicates, 0)

    def commit(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> Sequence[CommitOutcome]:
        """As `HubStore.commit`."""
        return [self._commit(delivery) for delivery in deliveries if isinstance(delivery, BatchDelivery)]

    def _commit(self, delivery: BatchDelivery) -> CommitOutcome:
        (column,) = delivery.batch.columns
        numbers = [number for piece in delivery.ranges for number in range(piece.first, piece.last + 1)]
        if list(stored_values(column)) != numbers:
            raise WrongReadingError(f"the readings {numbers[0]} to {numbers[-1]} are not what was recorded")
        for first, last in delivery.ranges:
            self.duplicates += last - first + 1 - self.have.add(first, last)
        return CommitOutcome(delivery.ranges, complete_to=self.have.complete_to)


@dataclass(frozen=True, slots=True)
class Look:
    """How things stood at a moment of the flush; memory in bytes."""

    at_s: float
    depth: int
    time_left_s: float | None
    memory: int


@dataclass
class Report:
    """What came of it; times in virtual seconds, sizes in bytes."""

    outage_records: int = 0
    outage_memory: list[int] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    states: list[LinkState] = field(default_factory=list)
    drained_at_s: float = 0.0
    recorded: int = 0
    committed: int = 0
    duplicates: int = 0
    file_bytes: tuple[int, int] = (0, 0)
    most_log_bytes: int = 0

    @property
    def memory_growth(self) -> int:
        """From the first look of the flush to the highest."""
        memory = [look.memory for look in self.looks]
        return max(memory) - memory[0]

    @property
    def predictions(self) -> list[tuple[float, float]]:
        """Time left as it was told, and as it came true; of every look at which it was told."""
        return [
            (look.time_left_s, self.drained_at_s - look.at_s) for look in self.looks if look.time_left_s and look.depth
        ]


class Outage:
    """`rate` readings per second are recorded for `outage_s` without a hub, and then with one that commits `hub_rate`
    records per second, until everything has arrived."""

    def __init__(self, path: Path, *, rate: int = 1000, hub_rate: int = 20_000, batch: int = 1000) -> None:
        self._path = path
        self._rate = rate
        self._hub_rate = hub_rate
        self._time = VirtualTime()
        self._network = FaultyNetwork(self._time, random.Random(1))
        self._outbox = Outbox(
            path, bounds=BOUNDS, now_us=lambda: self._time.now().wall_us, now_s=lambda: self._time.mono_s
        )
        metric = self._outbox.declare_metric("count", pb.VALUE_TYPE_INT64)
        self._metric_id = metric.id
        self._session = ClientSession(
            site=SITE,
            client=CLIENT,
            install_id=self._outbox.install_id,
            keys={1: KEY},
            config=ClientConfig(max_batch_records=batch),
            rng=random.Random(2),
        )
        salts = random.Random(3)
        self._driver = ClientDriver(
            self._session,
            self._outbox,
            self._network.transport(CLIENT),
            self,
            clock=self._time.now,
            draw_salt=lambda: salts.randbytes(16),
            disk_free=lambda: None,
            emit=lambda event: None,
        )
        catalogue = [pb.Metric(**row._asdict()) for row in self._outbox.metrics()]
        self._driver.do(lambda now: self._session.declare(catalogue, now))
        self._store = CountingStore()
        self._hub = HubSession(
            SITE, self._store, hub_key=HUB_KEY, salt=bytes(16), start_us=1, config=HubConfig(max_commit_frames=_AT_ONCE)
        )
        self._to_hub: list[tuple[str, bytes]] = []
        self._hub_busy = False
        self._hub_link = self._network.transport("hub")
        self._report = Report()
        self._wake_at_s = float("inf")
        self._process = psutil.Process()

    def run(self, outage_s: int, *, say: Callable[[str], object] = lambda text: None) -> Report:
        """Do it all; `say` is told how far it is."""
        report = self._report
        for second in range(outage_s):
            self._time.mono_s = float(second)
            self._append()
            if second % max(1, outage_s // 20) == 0:
                report.outage_memory.append(self._process.memory_info().rss)
                say(f"{second / 3600:6.2f} h of the outage, {self._outbox.stats().depth:,} records wait")
        report.outage_records = self._outbox.stats().depth
        report.file_bytes = (self._path.stat().st_size, 0)
        self._time.mono_s = float(outage_s)
        self._hub_link.connect(
            _Hub(self), subscriptions=[Subscription(wanted, 1) for wanted in self._hub.filters], will=None
        )
        self._call(self._session.start)
        self._record_for_ever()
        self._drain(say)
        report.recorded = self._outbox.stats().last_record_seq
        report.committed, report.duplicates = self._store.have.count, self._store.duplicates
        report.file_bytes = (report.file_bytes[0], self._path.stat().st_size)
        self._outbox.close()
        return report

    def _drain(self, say: Callable[[str], object]) -> None:
        report, begun_s = self._report, self._time.mono_s
        next_depth = report.outage_records * 19 // 20
        log = self._path.with_name(self._path.name + "-wal")
        while not self._drained():
            self._time.step()
            if self._session.state not in report.states:
                report.states.append(self._session.state)
            depth = self._outbox.stats().depth
            if depth <= next_depth:
                next_depth -= report.outage_records // 20
                left_s = self._session.flow.now.time_left_s(depth)
                report.looks.append(Look(self._time.mono_s, depth, left_s, self._process.memory_info().rss))
                report.most_log_bytes = max(report.most_log_bytes, log.stat().st_size)
                told = "not known" if left_s is None else f"{left_s:,.0f} s"
                say(f"{self._time.mono_s - begun_s:8.0f} s of the flush, {depth:,} records wait, time left {told}")
        report.drained_at_s = self._time.mono_s

    def _drained(self) -> bool:
        return self._session.state is LinkState.ONLINE and self._outbox.stats().depth <= self._rate

    def _append(self) -> None:
        first = self._outbox.stats().last_record_seq + 1
        at_us = self._time.now().wall_us
        step_us = 1_000_000 // self._rate
        self._outbox.append(
            [
                Row(0, self._metric_id, at_us + number * step_us, pb.QUALITY_LIVE, 1, first + number)
                for number in range(self._rate)
            ]
        )

    def _record_for_ever(self) -> None:
        self._append()
        self._call(self._session.recorded)
        self._time.after(1.0, self._record_for_ever)

    # The client's transport

    def on_connected(self) -> None:
        """As `TransportListener`."""
        self._call(self._session.link_up)

    def on_disconnected(self, error: LinkError | None) -> None:
        """As `TransportListener`."""
        self._driver.disconnected(error)

    def on_message(self, delivery: Delivery) -> None:
        """As `TransportListener`."""
        self._call(lambda now: self._session.frame(delivery.topic, delivery.payload, now))

    def _call(self, call: Callable[..., list[object]]) -> None:
        self._driver.do(call)  # type: ignore[arg-type]
        wake_at_s = self._session.wake_at_s()
        if wake_at_s is not None and not self._time.mono_s < self._wake_at_s <= wake_at_s:
            self._wake_at_s = max(wake_at_s, self._time.mono_s + 0.001)
            self._time.after(self._wake_at_s - self._time.mono_s, lambda: self._call(self._session.tick))

    # The hub

    def hub_takes(self, topic: str, payload: bytes) -> None:
        """A frame came to the hub."""
        self._to_hub.append((topic, payload))
        if not self._hub_busy:
            self._hub_busy = True
            self._time.after(0.0, self._hub_works)

    def _hub_works(self) -> None:
        taken, self._to_hub = self._to_hub[:_AT_ONCE], self._to_hub[_AT_ONCE:]
        before = self._store.have.count
        answers = self._hub.process(taken, self._time.now(), backlog=len(self._to_hub))
        busy_s = (self._store.have.count - before) / self._hub_rate

        def answer() -> None:
            for frame in answers:
                self._hub_link.publish(frame.topic, frame.payload, qos=frame.qos)
            self._hub_busy = bool(self._to_hub)
            if self._to_hub:
                self._hub_works()

        self._time.after(busy_s, answer)


class _Hub:
    """The listener of the hub's transport."""

    def __init__(self, outage: Outage) -> None:
        self._outage = outage

    def on_connected(self) -> None:
        """As `TransportListener`."""

    def on_disconnected(self, error: LinkError | None) -> None:
        """As `TransportListener`."""

    def on_message(self, delivery: Delivery) -> None:
        """As `TransportListener`."""
        self._outage.hub_takes(delivery.topic, delivery.payload)
