"""Client and hub sessions talking to each other, with no network, no disk and no real time."""

from __future__ import annotations

import random
from collections import deque
from dataclasses import replace

import pytest

from precisionpulse_sdk import channels, frame
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
    """One client session, its rows in a dictionary, and one hub session; frames go where `link` says."""

    def __init__(self, *, hub_config: HubConfig | None = None) -> None:
        self.store = MemoryHubStore()
        self.store.add_client("press-7", {1: KEY})
        self.hub_config = hub_config or HubConfig(refusals_per_client_per_s=1000)
        self.hub = self.new_hub()
        self.now = Instant(100.0, 1_700_000_000_000_000)
        self.rows: dict[int, Row] = {}
        self.last = 0
        self.epoch = 0
        self.salts = random.Random(5)
        self.session = self.new_session({1: KEY})
        self.linked = False
        self.hub_answers = True
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

    def call(self, method: object, *arguments: object) -> list[Effect]:
        self.session.facts = OutboxFacts(
            depth=len(self.rows), first_record_seq=min(self.rows, default=0), last_record_seq=self.last
        )
        return method(*arguments, self.now)  # type: ignore[operator, no-any-return]

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


@pytest.mark.proves("PP-VR-1", "PP-CL-2", "PP-CL-3", "PP-TD-4")
def test_a_client_says_hello_then_its_catalogue_then_goes_live() -> None:
    world = World()
    world.start()
    world.record(2)
    assert world.channels_sent()[:4] == ["presence", "hello", "catalogue", "heartbeat"]
    assert world.session.state is LinkState.ONLINE
    assert world.values() == [10, 20]
    assert not world.rows


@pytest.mark.proves("E3", "PP-TD-7", "PP-CH-3", "D3")
def test_what_was_recorded_offline_is_flushed_oldest_first_on_history_before_live() -> None:
    world = World()
    world.record(10)
    world.start()
    assert world.values() == [seq * 10 for seq in range(1, 11)]
    history = [name for name in world.channels_sent() if name in ("history", "live")]
    assert history == ["history"] * 4
    world.record()
    assert world.channels_sent()[-1] == "live"
    assert not world.rows


@pytest.mark.proves("E3", "PP-TD-4", "PP-TD-10")
def test_nothing_is_deleted_before_the_commit_and_nothing_doubled_after_a_cut() -> None:
    world = World()
    world.start()
    world.hub_answers = False
    world.record(4)
    assert len(world.rows) == 4
    world.cut()
    world.hub_answers = True
    world.wait(3)
    assert world.values() == [10, 20, 30, 40]
    assert not world.rows
    assert world.epoch == 2


@pytest.mark.proves("PP-TD-8")
def test_no_more_batches_are_in_flight_than_agreed() -> None:
    world = World()
    world.start()
    world.hub_answers = False
    world.record(20)
    world.record(20)
    assert world.channels_sent().count("live") == 2


@pytest.mark.proves("PP-TD-5")
def test_a_retryable_nack_keeps_the_records_and_they_are_sent_again() -> None:
    world = World()
    world.start()
    world.store.available = False
    world.record(2)
    assert len(world.rows) == 2
    world.store.available = True
    world.wait(12)
    assert world.values() == [10, 20]
    assert not world.rows


@pytest.mark.proves("PP-TD-5", "PP-TD-6")
def test_a_record_number_used_twice_goes_to_the_dead_letters() -> None:
    world = World()
    world.start()
    world.record()
    world.rows[1] = Row(1, 1, world.now.wall_us, pb.QUALITY_LIVE, 1, 999)
    world.session._delivery.window._cursor = 0  # type: ignore[union-attr]  # a client that counts wrong
    world.do(world.call(world.session.recorded))
    assert [event.code for event in world.events if isinstance(event, RecordsRejected)] == ["RECORD_REUSED"]
    assert world.dead == [(1, 1)]
    assert world.values() == [10]


@pytest.mark.proves("E1", "PP-TD-4")
def test_records_whose_acknowledgement_was_lost_are_sent_again_and_stored_once() -> None:
    world = World()
    world.start()
    world.record()
    world.rows[1] = Row(1, 1, world.now.wall_us, pb.QUALITY_LIVE, 1, 10)
    world.cut()
    world.wait(2)
    assert not world.rows
    assert world.values() == [10]
    assert world.store.coverage("press-7", INSTALL).duplicates == 1


@pytest.mark.proves("PP-CL-1", "PP-TD-5", "PP-TD-6", "PP-TD-10")
def test_a_copy_with_other_readings_under_the_same_numbers_loses_none_in_silence() -> None:
    world = World()
    world.start()
    world.record(5)
    copy = World()
    copy.store, copy.epoch, copy.hub = world.store, 7, world.hub
    copy.salts = random.Random(6)
    copy.record(6)
    for seq, row in list(copy.rows.items()):
        copy.rows[seq] = row._replace(value=-seq)
    copy.start()
    assert world.values() == [10, 20, 30, 40, 50, -6]
    assert copy.dead == [(1, 3), (4, 5)], "kept as dead letters, and reported"
    before = dict(copy.rows)
    late = [(sent.topic, sent.payload) for sent in world.sent if sent.topic.endswith("/live")]
    for answer in world.hub.process(late, world.now):
        assert not answer.topic.endswith("/ack"), "what an earlier session sent is not acknowledged to this one"
    assert copy.rows == before


@pytest.mark.proves("D6", "PP-CL-4")
def test_online_ends_when_the_hub_is_silent_for_three_heartbeats() -> None:
    world = World()
    world.start()
    world.wait(6)
    assert world.state() is LinkState.ONLINE
    world.hub_answers = False
    world.wait(16)
    assert (world.state(), world.session.detail) == (LinkState.CONNECTING, "the hub does not answer")
    world.hub_answers = True
    world.wait(40)
    assert world.state() is LinkState.ONLINE


@pytest.mark.proves("PP-CL-2", "PP-TD-5")
def test_an_unknown_catalogue_is_asked_for_and_nothing_is_dropped() -> None:
    world = World()
    world.start()
    world.store._catalogues.clear()
    world.record()
    world.wait(3)
    assert world.values() == [10]
    assert not world.rows


@pytest.mark.proves("PP-CL-1")
def test_a_cloned_database_is_fenced() -> None:
    world = World()
    world.start()
    clone = World()
    clone.store = world.store
    clone.hub = clone.new_hub()
    clone.salts = random.Random(6)
    clone.start()
    refusals = [event.code for event in clone.events if isinstance(event, RefusalReceived)]
    assert refusals == ["FENCED"]
    assert clone.session.state is LinkState.REFUSED


@pytest.mark.proves("PP-CL-1")
def test_a_rolled_back_database_is_fenced_and_keeps_its_records() -> None:
    world = World()
    world.start()
    world.record(5)
    restored = World()
    restored.store, restored.epoch = world.store, 7
    restored.hub = restored.new_hub()
    restored.record(2)
    restored.start()
    assert restored.session.state is LinkState.REFUSED
    assert len(restored.rows) == 2


@pytest.mark.proves("PP-CL-1", "PP-FR-5")
def test_an_older_epoch_is_stale_and_a_copy_that_catches_up_is_fenced() -> None:
    world = World()
    world.epoch = 3
    world.start()
    late = World()
    late.store, late.epoch = world.store, 2
    late.hub = late.new_hub()
    late.salts = random.Random(7)
    late.record()
    late.start()
    late.wait(20)
    codes = [event.code for event in late.events if isinstance(event, RefusalReceived)]
    assert codes[:2] == ["STALE_EPOCH", "FENCED"]
    assert late.epoch == 4
    assert late.session.state is LinkState.REFUSED
    assert len(late.rows) == 1


@pytest.mark.proves("PP-CL-1", "F4")
def test_a_worker_that_knew_a_client_answers_it_when_it_is_enrolled_anew_and_counts_its_epochs_anew() -> None:
    world = World()
    world.start()
    while world.epoch < 3:
        world.cut()
        world.wait(1)
    world.record()
    assert not world.rows
    knew, world.hub = world.hub, world.new_hub()
    world.store.enrol_again("press-7", {2: bytes(32)})
    world.epoch = world.last = 0
    world.session = world.new_session({2: bytes(32)}, install_id=bytes(16))
    world.start()
    assert world.state() is LinkState.ONLINE
    world.hub = knew
    world.record()
    assert not world.rows
    world.wait(3 * world.hub_config.heartbeat_interval_s + 1)
    assert world.state() is LinkState.ONLINE


@pytest.mark.proves("PP-FR-4", "PP-VR-1")
def test_an_unknown_key_is_answered_with_the_accepted_ones_and_the_client_takes_it() -> None:
    world = World()
    world.store.add_client("press-7", {1: KEY})
    world.session = world.new_session({1: KEY, 2: bytes(32)})
    world.start()
    world.record()
    world.wait(3)
    assert [event.code for event in world.events if isinstance(event, RefusalReceived)] == ["UNKNOWN_KEY"]
    assert world.values() == [10]


@pytest.mark.proves("A5", "PP-VR-1")
def test_an_unsupported_major_is_refused_in_words_and_numbers() -> None:
    from precisionpulse_sdk import frame

    world = World()
    sealer = frame.Sealer(KEY, 1, "up", 1, bytes(16))
    topic = channels.topic_of(channels.HELLO, "main", "press-7")
    hello = pb.Hello(majors=[2], epoch=1, install_id=INSTALL)
    (answer,) = world.hub.process([(topic, sealer.seal(channels.HELLO, topic, hello, sent_us=0))], world.now)
    refusal = pb.Refusal.FromString(pb.Frame.FromString(answer.payload).body)
    assert refusal.code == pb.REFUSAL_CODE_UNSUPPORTED_MAJOR
    assert list(refusal.supported_majors) == [1]
    assert "major 1" in refusal.text


@pytest.mark.proves("A6", "PP-FR-5")
def test_replaying_every_frame_that_was_ever_sent_changes_nothing() -> None:
    world = World()
    world.start()
    world.record(5)
    world.cut()
    world.wait(2)
    world.record(2)
    before, present = world.values(), world.store.session("press-7")
    world.hub.process([(frame.topic, frame.payload) for frame in world.sent], world.now)
    assert world.values() == before
    assert world.store.session("press-7") == present
    state = world.session.state
    for answer in world.hub_frames:
        if "/down/" in answer.topic:
            assert world.call(world.session.frame, answer.topic, answer.payload) == []
    assert world.session.state is state


@pytest.mark.proves("PP-FR-6")
def test_garbage_is_counted_and_never_stops_the_hub() -> None:
    world = World()
    world.start()
    live = channels.topic_of(channels.LIVE, "main", "press-7")
    unknown = channels.topic_of(channels.LIVE, "main", "nobody")
    sound = world.sent[1].payload
    for topic, payload in [
        (live, b""),
        (live, bytes(2 << 20)),
        (live, sound),
        ("pp/9/x", b"x"),
        (unknown, sound.replace(b"press-7", b"nobody!")),
    ]:
        world.hub.process([(topic, payload)], world.now)
    refused = {name for name in world.hub.counts if name.startswith("refused_")}
    assert refused == {"refused_malformed_frame", "refused_oversized", "refused_unknown_type", "refused_topic"}
    world.record()
    assert world.values() == [10]


@pytest.mark.proves("PP-TD-5")
def test_an_unsound_batch_is_refused_for_good_and_its_records_are_kept_as_dead_letters() -> None:
    world = World(hub_config=HubConfig(max_batch_records=2, refusals_per_client_per_s=1000))
    world.start()
    world.session._delivery.window.max_records = 3  # type: ignore[union-attr]  # a client that ignores the hub's limit
    world.record(3)
    assert [event.code for event in world.events if isinstance(event, RecordsRejected)] == ["MALFORMED"]
    assert world.dead == [(1, 3)]


@pytest.mark.proves("PP-TD-4")
def test_after_a_silence_the_hub_is_asked_and_what_it_has_is_not_sent_again() -> None:
    world = World()
    world.start()
    hub_process = world.hub.process

    def without_acks(*arguments: object, **more: object) -> list[effects.Publish]:
        answers = hub_process(*arguments, **more)  # type: ignore[arg-type]
        return [answer for answer in answers if not answer.topic.endswith("/ack")]

    world.hub.process = without_acks  # type: ignore[method-assign]
    world.record(4)
    assert len(world.rows) == 4
    world.hub.process = hub_process  # type: ignore[method-assign]
    world.wait(6)
    assert not world.rows
    assert world.channels_sent().count("ack-query") == 1
    assert world.channels_sent().count("live") == 2


@pytest.mark.proves("PP-TD-8")
def test_the_hub_lowers_credit_as_its_backlog_grows_and_raises_it_again() -> None:
    world = World(hub_config=HubConfig(max_commit_frames=10, max_batches_in_flight=8))
    world.start()
    window = world.session._delivery.window  # type: ignore[union-attr]
    world.backlog = 60
    world.wait(6)
    assert window.max_batches == 1
    world.backlog = 0
    world.wait(6)
    assert window.max_batches == 2, "as many as the client itself allows"


@pytest.mark.proves("PP-TD-5", "PP-TD-8")
def test_an_overloaded_hub_takes_no_batches_and_the_client_waits_with_everything() -> None:
    world = World(hub_config=HubConfig(overloaded_frames=100))
    world.start()
    world.backlog = 101
    world.record(9)
    sent = world.channels_sent().count("live")
    assert 1 <= sent <= 2
    assert len(world.rows) == 9
    world.backlog = 0
    world.wait(0.3)
    assert world.channels_sent().count("live") == sent, "nothing while the hub has no room"
    world.wait(5)
    assert world.values() == [seq * 10 for seq in range(1, 10)]


@pytest.mark.proves("PP-TD-8")
def test_a_client_that_records_more_than_the_hub_takes_says_so() -> None:
    world = World()
    world.start()
    world.store.available = False
    for _ in range(12):
        world.record(5)
        world.wait(1)
    assert (world.state(), world.session.detail[:14]) == (LinkState.ONLINE, "falling behind")
    world.store.available = True
    world.wait(40)
    assert (world.state(), world.session.detail) == (LinkState.ONLINE, "")


@pytest.mark.proves("PP-FR-6", "PP-TD-5")
def test_a_batch_that_claims_impossible_records_is_refused_and_takes_no_others_with_it() -> None:
    world = World()
    world.start()
    world.record()
    live = channels.topic_of(channels.LIVE, "main", "press-7")
    batch = pb.Batch(install_id=INSTALL, catalogue_id=world.session._catalogued.message.id, first_record_seq=1)  # type: ignore[union-attr]
    column = batch.columns.add(metric_id=1, captured_delta_us=[0, 0])
    column.record_seq_delta.extend([2**64 - 1, 2**64 - 1])
    column.int64_values.values.extend([1, 2])
    sealer = world.session._out._sealer
    assert sealer is not None
    payload = sealer.seal(channels.LIVE, live, batch, sent_us=0)
    world.hub_answers = False
    world.record(2)
    (answer,) = world.hub.process([(live, payload)], world.now)
    world.do(world.call(world.session.frame, answer.topic, answer.payload))
    assert world.dead == [(2, 3)], "what is in flight and named by the hub; nothing that was not sent"
    world.record(6)
    assert world.dead == [(2, 3)]


@pytest.mark.proves("PP-FR-5", "PP-CL-1")
def test_a_hello_of_the_present_session_that_comes_late_changes_nothing() -> None:
    world = World()
    world.start()
    hello = next(frame for frame in world.sent if frame.topic.endswith("/hello"))
    world.record(5)
    for answer in world.hub.process([(hello.topic, hello.payload)], world.now):
        assert answer.topic.endswith("/welcome")
        world.do(world.call(world.session.frame, answer.topic, answer.payload))
    assert world.state() is LinkState.ONLINE


@pytest.mark.proves("PP-FR-4", "PP-FR-5")
def test_a_key_that_changes_within_a_session_leaves_no_answer_refused() -> None:
    world = World()
    world.session = world.new_session({1: KEY, 2: bytes(32)})
    world.store.add_client("press-7", {1: KEY, 2: bytes(32)})
    world.start()
    world.record(5)
    world.store._clients["press-7"] = replace(world.store._clients["press-7"], preferred_key_id=1)
    world.record(1)
    assert not world.rows
    assert world.session.refused == {}


@pytest.mark.proves("PP-CL-1", "PP-CL-4")
def test_why_the_hub_refused_stays_on_screen_while_the_connection_comes_and_goes() -> None:
    world = World()
    world.start()
    clone = World()
    clone.store = world.store
    clone.hub = clone.new_hub()
    clone.salts = random.Random(6)
    clone.start()
    clone.do(clone.call(clone.session.link_down, None))
    assert clone.state() is LinkState.REFUSED
    assert clone.session.detail.startswith("FENCED")


def test_clients_come_back_spread_over_the_time_that_the_hub_states() -> None:
    store = MemoryHubStore()
    hub = HubSession(
        "main", store, hub_key=HUB_KEY, salt=bytes(16), start_us=1, config=HubConfig(reconnects_per_s=30.0)
    )
    back_s = []
    for number in range(300):
        name = f"client-{number}"
        store.add_client(name, {1: KEY})
        session = ClientSession(
            site="main",
            client=name,
            install_id=INSTALL,
            keys={1: KEY},
            config=ClientConfig(),
            rng=random.Random(number),
        )
        now = Instant(0.0, 1_700_000_000_000_000)
        session.start(now)
        session.begin_epoch(1, number.to_bytes(16, "big"), now)
        sent = [effect for effect in session.link_up(now) if isinstance(effect, effects.Publish)]
        answers = hub.process([(effect.topic, effect.payload) for effect in sent if "hello" in effect.topic], now)
        for answer in answers:
            session.frame(answer.topic, answer.payload, now)
        session.link_down(None, now)
        if number >= 200:
            back_s.append(session.wake_at_s() or 0.0)
    assert max(back_s) > 6
    assert max(sum(at <= other < at + 1 for other in back_s) for at in back_s) < 35


def test_a_clean_stop_says_so() -> None:
    world = World()
    world.start()
    world.do(world.call(world.session.stop))
    assert world.channels_sent()[-1] == "presence"
    assert world.session.state is LinkState.CLOSED


@pytest.mark.proves("PP-TD-4")
def test_commits_are_announced_at_once_and_those_that_follow_soon_together() -> None:
    world = World(hub_config=HubConfig(announce_every_s=0.5))
    world.start()

    def announced() -> list[list[tuple[int, int]]]:
        topic, found = channels.topic_of(channels.COMMITTED, "main"), []
        for sent in world.hub_frames:
            if sent.topic == topic:
                envelope = frame.read_envelope(topic, sent.payload, max_frame_bytes=10_000)
                body = frame.unseal(envelope, topic, HUB_KEY, max_message_bytes=10_000)
                found.append([(piece.first, piece.last) for piece in pb.Committed.FromString(body).ranges])
        return found

    for _ in range(3):
        world.record()
    assert announced() == [[(1, 1)]]
    assert world.hub.has_news
    assert not world.rows, "the client is answered without delay"
    world.wait(0.6)
    world.hub_frames.extend(world.hub.process([], world.now))
    assert announced() == [[(1, 1)], [(2, 3)]]
    assert not world.hub.has_news
