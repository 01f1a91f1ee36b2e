"""Records that the hub will never take: they are kept, reported, and take no others with them."""

from __future__ import annotations

import pytest

from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.config import HubConfig

from .linked_sessions import INSTALL, World


@pytest.mark.proves("PP-TD-5", "PP-TD-6")
def test_a_record_number_used_twice_goes_to_the_dead_letters() -> None:
    world = World()
    world.start()
    world.record()
    world.rows[1] = Row(1, 1, world.now.wall_us, pb.QUALITY_LIVE, 1, 999)
    world.session._delivery.window._cursor = 0  # type: ignore[union-attr]  # a client that counts wrong
    world.do(world.call(world.session.recorded))
    assert world.rejections() == ["RECORD_REUSED"]
    assert world.dead == [(1, 1)]
    assert world.values() == [10]


@pytest.mark.proves("PP-CL-1", "PP-TD-5", "PP-TD-6", "PP-TD-10")
def test_a_copy_with_other_readings_under_the_same_numbers_loses_none_in_silence() -> None:
    world = World()
    world.start()
    world.record(5)
    copy = World(store=world.store, epoch=7, salts=6)
    copy.hub = world.hub
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


@pytest.mark.proves("PP-TD-5")
def test_an_unsound_batch_is_refused_for_good_and_its_records_are_kept_as_dead_letters() -> None:
    world = World(hub_config=HubConfig(max_batch_records=2, refusals_per_client_per_s=1000))
    world.start()
    world.session._delivery.window.max_records = 3  # type: ignore[union-attr]  # a client that ignores the hub's limit
    world.record(3)
    assert world.rejections() == ["MALFORMED"]
    assert world.dead == [(1, 3)]


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
