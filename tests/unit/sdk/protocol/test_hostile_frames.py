"""Frames that were sent before, or make no sense, change nothing and stop nobody."""

from __future__ import annotations

import pytest

from precisionpulse_sdk import channels

from .linked_sessions import World


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
