"""How a session begins: versions, keys, epochs and catalogues, and which machine the hub keeps out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.events import LinkState

from .linked_sessions import INSTALL, KEY, World


@pytest.mark.proves("PP-VR-1", "PP-CL-2", "PP-CL-3", "PP-TD-4")
def test_a_client_says_hello_then_its_catalogue_then_goes_live() -> None:
    world = World()
    world.start()
    world.record(2)
    assert world.channels_sent()[:4] == ["presence", "hello", "catalogue", "heartbeat"]
    assert world.session.state is LinkState.ONLINE
    assert world.values() == [10, 20]
    assert not world.rows


@pytest.mark.proves("A5", "PP-VR-1")
def test_an_unsupported_major_is_refused_in_words_and_numbers() -> None:
    world = World()
    sealer = frame.Sealer(KEY, 1, "up", 1, bytes(16))
    topic = channels.topic_of(channels.HELLO, "main", "press-7")
    hello = pb.Hello(majors=[2], epoch=1, install_id=INSTALL)
    (answer,) = world.hub.process([(topic, sealer.seal(channels.HELLO, topic, hello, sent_us=0))], world.now)
    refusal = pb.Refusal.FromString(pb.Frame.FromString(answer.payload).body)
    assert refusal.code == pb.REFUSAL_CODE_UNSUPPORTED_MAJOR
    assert list(refusal.supported_majors) == [1]
    assert "major 1" in refusal.text


@pytest.mark.proves("PP-FR-4", "PP-VR-1")
def test_an_unknown_key_is_answered_with_the_accepted_ones_and_the_client_takes_it() -> None:
    world = World()
    world.store.add_client("press-7", {1: KEY})
    world.session = world.new_session({1: KEY, 2: bytes(32)})
    world.start()
    world.record()
    world.wait(3)
    assert world.refusals() == ["UNKNOWN_KEY"]
    assert world.values() == [10]


@pytest.mark.proves("PP-FR-4", "PP-FR-5")
def test_a_key_that_changes_within_a_session_leaves_no_answer_refused() -> None:
    world = World()
    world.session = world.new_session({1: KEY, 2: bytes(32)})
    world.store.add_client("press-7", {1: KEY, 2: bytes(32)})
    world.start()
    world.record(5)
    # An operator takes the newer key back: the hub prefers the older one again.
    world.store._clients["press-7"] = replace(world.store._clients["press-7"], preferred_key_id=1)
    world.record(1)
    assert not world.rows
    assert world.session.refused == {}


@pytest.mark.proves("PP-CL-2", "PP-TD-5")
def test_an_unknown_catalogue_is_asked_for_and_nothing_is_dropped() -> None:
    world = World()
    world.start()
    world.store._catalogues.clear()  # as an older database that was put back
    world.record()
    world.wait(3)
    assert world.values() == [10]
    assert not world.rows


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


@pytest.mark.proves("PP-CL-1")
def test_a_cloned_database_is_fenced() -> None:
    world = World()
    world.start()
    clone = World(store=world.store, salts=6)
    clone.start()
    assert clone.refusals() == ["FENCED"]
    assert clone.session.state is LinkState.REFUSED


@pytest.mark.proves("PP-CL-1")
def test_a_rolled_back_database_is_fenced_and_keeps_its_records() -> None:
    world = World()
    world.start()
    world.record(5)
    restored = World(store=world.store, epoch=7)
    restored.record(2)
    restored.start()
    assert restored.session.state is LinkState.REFUSED
    assert len(restored.rows) == 2


@pytest.mark.proves("PP-CL-1", "PP-FR-5")
def test_an_older_epoch_is_stale_and_a_copy_that_catches_up_is_fenced() -> None:
    world = World()
    world.epoch = 3
    world.start()
    late = World(store=world.store, epoch=2, salts=7)
    late.record()
    late.start()
    late.wait(20)
    assert late.refusals()[:2] == ["STALE_EPOCH", "FENCED"]
    assert late.epoch == 4
    assert late.session.state is LinkState.REFUSED
    assert len(late.rows) == 1


@pytest.mark.proves("PP-CL-1", "PP-CL-4")
def test_why_the_hub_refused_stays_on_screen_while_the_connection_comes_and_goes() -> None:
    world = World()
    world.start()
    clone = World(store=world.store, salts=6)
    clone.start()
    clone.do(clone.call(clone.session.link_down, None))
    assert clone.state() is LinkState.REFUSED
    assert clone.session.detail.startswith("FENCED")


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
