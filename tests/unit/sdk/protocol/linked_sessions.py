"""A client session and a hub session that are linked, with no network, no disk and no real time."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.config import ClientConfig, HubConfig
from precisionpulse_sdk.events import LinkState, RecordsRejected, RefusalReceived
from precisionpulse_sdk.protocol import effects
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.protocol.effects import Effect, Instant, OutboxFacts
from precisionpulse_sdk.protocol.hub_session import HubSession
from precisionpulse_sdk.testing import MemoryHubStore

KEY = bytes(range(32))
HUB_KEY = bytes(32)
INSTALL = bytes(range(16))


class World:
    """One client session, its rows in a dictionary, and one hub session.

    With another world's `store` it is a second machine of the same name, at a worker of its own of the same hub;
    `epoch` is the last that this machine began, and `salts` seeds the salts that it draws."""

    def __init__(
        self,
        *,
        hub_config: HubConfig | None = None,
        store: MemoryHubStore | None = None,
        epoch: int = 0,
        salts: int = 5,
    ) -> None:
        self.store = store or MemoryHubStore()
        self.store.add_client("press-7", {1: KEY})
        self.hub_config = hub_config or HubConfig(refusals_per_client_per_s=1000)
        self.hub = self.new_hub()
        self.now = Instant(100.0, 1_700_000_000_000_000)
        self.rows: dict[int, Row] = {}
        self.last = 0
        self.epoch = epoch
        self.salts = random.Random(salts)
        self.session = self.new_session({1: KEY})
        self.linked = False
        self.hub_answers = True
        self.lost_answers: set[str] = set()
        """Channels of the hub's on which everything gets lost on its way."""

        self.backlog = 0
        self.to_hub: deque[effects.Publish] = deque()
        self.sent: list[effects.Publish] = []
        self.events: list[object] = []
        self.dead: list[tuple[int, int]] = []
        self.hub_frames: list[effects.Publish] = []

    def new_hub(self) -> HubSession:
        return HubSession(
            "main", self.store, hub_key=HUB_KEY, salt=random.randbytes(16), start_us=1, config=self.hub_config
        )

    def new_session(self, keys: dict[int, bytes], *, install_id: bytes = INSTALL) -> ClientSession:
        session = ClientSession(
            site="main",
            client="press-7",
            install_id=install_id,
            keys=keys,
            config=ClientConfig(max_batch_records=3, max_batches_in_flight=2),
            rng=random.Random(1),
        )
        session.declare([pb.Metric(id=1, name="count", type=pb.VALUE_TYPE_INT64)], self.now)
        return session

    def record(self, count: int = 1) -> None:
        for _ in range(count):
            self.last += 1
            self.rows[self.last] = Row(self.last, 1, self.now.wall_us, pb.QUALITY_LIVE, 1, self.last * 10)
        self.do(self.call(self.session.recorded))

    def call(self, method: Callable[..., list[Effect]], *arguments: object) -> list[Effect]:
        self.session.facts = OutboxFacts(
            depth=len(self.rows), first_record_seq=min(self.rows, default=0), last_record_seq=self.last
        )
        return method(*arguments, self.now)

    def start(self) -> None:
        self.do(self.call(self.session.start))

    def wait(self, seconds: float) -> None:
        """Let time pass in small steps, as the session's timers ask."""
        for _ in range(round(seconds * 10)):
            self.now = Instant(self.now.mono_s + 0.1, self.now.wall_us + 100_000)
            self.do(self.call(self.session.tick))

    def cut(self) -> None:
        self.linked = False
        self.to_hub.clear()
        self.do(self.call(self.session.link_down, None))

    def do(self, wanted: list[Effect]) -> None:
        pending = deque(wanted)
        while pending or self.to_hub:
            if not pending:
                self.pump(pending)
                continue
            match pending.popleft():
                case effects.Publish() as frame:
                    self.sent.append(frame)
                    if self.linked and not frame.topic.endswith("/presence"):
                        self.to_hub.append(frame)
                case effects.ReadRows(after, up_to, limit):
                    found = [self.rows[seq] for seq in sorted(self.rows) if after < seq <= up_to][:limit]
                    pending.extend(self.call(self.session.rows, found))
                case effects.DeleteRows(ranges):
                    for first, last in ranges:
                        for seq in range(first, last + 1):
                            self.rows.pop(seq, None)
                    pending.extend(self.call(self.session.recorded))
                case effects.DeadLetterRows(ranges, _, _):
                    self.dead.extend(ranges)
                    for first, last in ranges:
                        for seq in range(first, last + 1):
                            self.rows.pop(seq, None)
                case effects.Emit(event):
                    self.events.append(event)
                case effects.Dial():
                    self.epoch += 1
                    self.session.begin_epoch(self.epoch, self.salts.randbytes(16), self.now)
                    self.linked = True
                    pending.extend(self.call(self.session.link_up))
                case effects.HangUp():
                    self.linked = False
                    pending.extend(self.call(self.session.link_down, None))

    def pump(self, pending: deque[Effect]) -> None:
        frames = [(frame.topic, frame.payload) for frame in self.to_hub]
        self.to_hub.clear()
        if not self.hub_answers:
            return
        for answer in self.hub.process(frames, self.now, backlog=self.backlog):
            if answer.topic.rsplit("/", 1)[1] in self.lost_answers:
                continue
            self.hub_frames.append(answer)
            if "/down/" in answer.topic and self.linked:
                pending.extend(self.call(self.session.frame, answer.topic, answer.payload))

    def state(self) -> LinkState:
        return self.session.state

    def channels_sent(self) -> list[str]:
        return [frame.topic.rsplit("/", 1)[1] for frame in self.sent]

    def values(self) -> list[object]:
        readings = self.store.readings("press-7", INSTALL)
        return [readings[seq].value for seq in sorted(readings)]

    def refusals(self) -> list[str]:
        """Why the hub refused this machine, each time."""
        return [event.code for event in self.events if isinstance(event, RefusalReceived)]

    def rejections(self) -> list[str]:
        """Why the hub rejected records, each time."""
        return [event.code for event in self.events if isinstance(event, RecordsRejected)]
