"""From the outbox to the commit: what is sent, when it is deleted, and what is sent again."""

from __future__ import annotations

import pytest

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.config import HubConfig

from .linked_sessions import HUB_KEY, INSTALL, World


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


@pytest.mark.proves("PP-TD-4")
def test_after_a_silence_the_hub_is_asked_and_what_it_has_is_not_sent_again() -> None:
    world = World()
    world.start()
    world.lost_answers.add("ack")
    world.record(4)
    assert len(world.rows) == 4
    world.lost_answers.clear()
    world.wait(6)
    assert not world.rows
    assert world.channels_sent().count("ack-query") == 1
    assert world.channels_sent().count("live") == 2


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
