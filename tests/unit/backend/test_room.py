"""A client's room: numbers without gaps, replay of what was missed, and the newest value of each metric."""

from __future__ import annotations

import pytest

from precisionpulse_backend.room import MAX_BYTES, MAX_FRAMES, Room
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, catalogue_of, pack, samples
from precisionpulse_sdk.hub import LiveMessage
from precisionpulse_sdk.values import ValueType, decimal_of

_INSTALL = b"i" * 16
_METRICS = [
    pb.Metric(id=1, name="count", type=pb.VALUE_TYPE_INT64),
    pb.Metric(id=2, name="level", type=pb.VALUE_TYPE_DOUBLE),
    pb.Metric(id=3, name="price", type=pb.VALUE_TYPE_DECIMAL, scale=3),
    pb.Metric(id=4, name="open", type=pb.VALUE_TYPE_BOOL),
]
_TYPES = {metric.id: ValueType(metric.type) for metric in _METRICS}
_CATALOGUE = catalogue_of(_METRICS, _INSTALL)


def _message(channel: str, message: pb.Batch | pb.Heartbeat | pb.ClientChanged, *, epoch: int = 1) -> LiveMessage:
    return LiveMessage("a", channel, message, message.SerializeToString(), pb.Header(epoch=epoch), 5_000)


def _batch(*rows: Row) -> pb.Batch:
    return pack(rows, _TYPES, install_id=_INSTALL, catalogue_id=_CATALOGUE.id)


def _room() -> Room:
    return Room("a", 5.0, first_seq=100)


def test_frames_are_numbered_without_gaps_and_their_bytes_are_untouched() -> None:
    room = _room()
    beats = [_message("heartbeat", pb.Heartbeat(number=number)) for number in (1, 2)]
    frames = [room.take(beat, 0.0)[0] for beat in beats]
    assert [frame.room_seq for frame in frames] == [101, 102]
    assert [frame.body for frame in frames] == [beat.body for beat in beats]


@pytest.mark.proves("W14")
def test_a_viewer_gets_exactly_the_frames_that_it_missed() -> None:
    room = _room()
    for number in range(5):
        room.take(_message("heartbeat", pb.Heartbeat(number=number)), 0.0)
    missed = room.since(103)
    assert missed is not None
    assert [frame.room_seq for frame in missed] == [104, 105]
    assert room.since(105) == []


@pytest.mark.parametrize("seq", [0, 99, 106, 2**60])
def test_a_number_of_another_process_or_from_too_long_ago_can_not_be_continued(seq: int) -> None:
    room = _room()
    for number in range(5):
        room.take(_message("heartbeat", pb.Heartbeat(number=number)), 0.0)
    assert room.since(seq) is None


def test_the_ring_is_bounded_in_frames_and_in_bytes() -> None:
    room = _room()
    for number in range(MAX_FRAMES + 50):
        room.take(_message("heartbeat", pb.Heartbeat(number=number)), 0.0)
    frames = room.since(room.seq - MAX_FRAMES)
    assert frames is not None and len(frames) == MAX_FRAMES
    assert room.since(room.seq - MAX_FRAMES - 1) is None
    large = LiveMessage("a", "history", pb.Batch(), bytes(MAX_BYTES // 2), pb.Header(epoch=1), 0)
    for _ in range(5):
        room.take(large, 0.0)
    assert room.since(room.seq - 2) is not None
    assert room.since(room.seq - 3) is None


@pytest.mark.proves("D2", "PP-TD-7")
def test_the_snapshot_has_the_newest_live_value_of_each_metric_and_history_never_changes_it() -> None:
    room = _room()
    room.take(
        _message(
            "live",
            _batch(
                Row(1, 1, 1_000, 1, 0, 2**63 - 1),
                Row(2, 2, 1_000, 1, 0, -0.0),
                Row(3, 3, 1_000, 1, 0, -(2**200)),
                Row(4, 4, 1_000, 1, 0, 1),
                Row(5, 4, 2_000, 5, 0, None),
            ),
        ),
        0.0,
    )
    room.take(_message("live", _batch(Row(6, 1, 500, 1, 0, 7))), 0.0)
    room.take(_message("history", _batch(Row(7, 1, 9_000, 1, 0, 8))), 0.0)
    latest = room.snapshot().latest
    content = pb.CatalogueContent.FromString(_CATALOGUE.content)
    found = {sample.metric.id: sample for sample in samples(latest, content)}
    assert found[1].value == 2**63 - 1
    assert repr(found[2].value) == "-0.0"
    assert found[3].value == decimal_of(-(2**200), 3)
    assert (found[4].value, found[4].record_seq, found[4].quality) == (None, 5, pb.QUALITY_BAD)


def test_another_install_starts_with_no_values_of_the_old_one() -> None:
    room = _room()
    room.take(_message("live", _batch(Row(1, 1, 1_000, 1, 0, 1), Row(2, 2, 1_000, 1, 0, 1.0))), 0.0)
    other = pack([Row(1, 1, 2_000, 1, 0, 5)], _TYPES, install_id=b"j" * 16, catalogue_id=_CATALOGUE.id)
    room.take(_message("live", other), 0.0)
    latest = room.snapshot().latest
    assert latest.install_id == b"j" * 16
    assert [column.metric_id for column in latest.columns] == [1]


def test_an_empty_room_has_a_snapshot() -> None:
    snapshot = _room().snapshot()
    assert (snapshot.room_seq, snapshot.connected, snapshot.HasField("latest")) == (100, False, False)


@pytest.mark.proves("W11", "PP-CL-1")
def test_a_client_that_is_enrolled_anew_is_connected_though_its_epochs_begin_again() -> None:
    room = _room()
    room.take(_message("heartbeat", pb.Heartbeat(number=1), epoch=57), 0.0)
    assert room.contact.check(100.0, 9_000)
    room.take(_message("heartbeat", pb.Heartbeat(number=1), epoch=1), 101.0)
    assert not room.contact.connected
    room.take(_message("client_changed", pb.ClientChanged(client="a"), epoch=0), 102.0)
    assert room.take(_message("heartbeat", pb.Heartbeat(number=1), epoch=1), 103.0)[1]
    assert room.contact.connected
