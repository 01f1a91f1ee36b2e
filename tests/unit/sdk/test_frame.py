"""Frames: what a seal protects, and every way in which bytes from a peer can be wrong."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import (
    ClearFrameError,
    ContractError,
    MalformedFrameError,
    MalformedMessageError,
    OversizedFrameError,
    ReplayError,
    SealError,
    TopicError,
    UnknownTypeError,
    UsageError,
)
from precisionpulse_sdk.keys import frame_key

KEY, SALT, SESSION = bytes(range(32)), bytes(range(16)), bytes(range(16, 32))
UP = channels.topic_of(channels.LIVE, "main", "press-7")
DOWN = channels.topic_of(channels.ACK, "main", "press-7")
BATCH = pb.Batch(install_id=SALT, catalogue_id=SALT, first_record_seq=1)
LIMIT = 1 << 20


def _sealed() -> bytes:
    return frame.Sealer(KEY, 1, "up", 7, SALT).seal(channels.LIVE, UP, BATCH, sent_us=5)


def _open(payload: bytes, topic: str = UP, key: bytes = KEY, limit: int = LIMIT) -> bytes:
    envelope = frame.read_envelope(topic, payload, max_frame_bytes=LIMIT)
    return frame.unseal(envelope, topic, key, max_message_bytes=limit)


def _with_header(change: Callable[[pb.Header], None]) -> bytes:
    whole = pb.Frame.FromString(_sealed())
    header = pb.Header.FromString(whole.header)
    change(header)
    return pb.Frame(header=header.SerializeToString(), body=whole.body).SerializeToString()


@pytest.mark.proves("A6", "PP-FR-1", "PP-FR-2")
def test_a_frame_opens_to_the_bytes_that_were_sealed() -> None:
    assert _open(_sealed()) == BATCH.SerializeToString()


@pytest.mark.proves("PP-FR-2")
def test_the_seal_is_what_the_schema_says() -> None:
    whole = pb.Frame.FromString(_sealed())
    key = frame_key(KEY, salt=SALT, bound_salt=b"", direction="up", epoch=7)
    aad = b"PP1" + len(UP).to_bytes(2, "big") + UP.encode() + whole.header
    nonce = (10).to_bytes(4, "big") + (1).to_bytes(8, "big")
    assert AESGCM(key).decrypt(nonce, whole.body, aad) == BATCH.SerializeToString()


@pytest.mark.proves("A6", "PP-FR-2", "PP-FR-6")
@given(st.data())
def test_no_bit_of_a_frame_can_change(data: st.DataObject) -> None:
    payload = bytearray(_sealed())
    at = data.draw(st.integers(0, len(payload) * 8 - 1))
    payload[at // 8] ^= 1 << at % 8
    with pytest.raises(ContractError):
        _open(bytes(payload))


@pytest.mark.proves("A6", "PP-FR-2")
@pytest.mark.parametrize(
    ("topic", "key"),
    [
        (channels.topic_of(channels.LIVE, "main", "press-8"), KEY),
        (channels.topic_of(channels.LIVE, "other", "press-7"), KEY),
        (UP, bytes(32)),
    ],
    ids=["another client", "another site", "another key"],
)
def test_a_frame_moved_elsewhere_does_not_open(topic: str, key: bytes) -> None:
    with pytest.raises(SealError):
        _open(_sealed(), topic, key)


@pytest.mark.proves("PP-FR-2", "PP-FR-5")
def test_a_downlink_frame_opens_only_for_the_session_it_was_sealed_for() -> None:
    payload = frame.Sealer(KEY, 1, "down", 7, SALT, SESSION).seal(channels.ACK, DOWN, pb.Ack(), sent_us=5)
    assert _open(payload, DOWN) == b""
    whole = pb.Frame.FromString(payload)
    header = pb.Header.FromString(whole.header)
    header.bound_salt = bytes(16)
    moved = pb.Frame(header=header.SerializeToString(), body=whole.body).SerializeToString()
    with pytest.raises(SealError):
        _open(moved, DOWN)


def _no_salt(header: pb.Header) -> None:
    header.salt = b"short"


def _no_epoch(header: pb.Header) -> None:
    header.epoch = 0


def _no_key(header: pb.Header) -> None:
    header.key_id = 0


def _no_sequence(header: pb.Header) -> None:
    header.sequence = 0


def _bound(header: pb.Header) -> None:
    header.bound_salt = SESSION


def _other_suite(header: pb.Header) -> None:
    header.suite = 99  # type: ignore[assignment]


@pytest.mark.proves("PP-FR-6", "PP-VR-2")
@pytest.mark.parametrize("change", [_no_salt, _no_epoch, _no_key, _no_sequence, _bound, _other_suite])
def test_a_header_field_out_of_its_range_is_named(change: Callable[[pb.Header], None]) -> None:
    with pytest.raises(MalformedFrameError):
        _open(_with_header(change))


@pytest.mark.proves("PP-FR-6")
def test_each_kind_of_bad_payload_has_its_own_error() -> None:
    with pytest.raises(OversizedFrameError, match="at most 1048576"):
        _open(bytes(LIMIT + 1))
    for garbage in (b"", b"\xff\xff\xff", b"hello"):
        with pytest.raises(MalformedFrameError):
            _open(garbage)
    with pytest.raises(TopicError):
        _open(_sealed(), "pp/2/main/c/press-7/up/live")
    with pytest.raises(UnknownTypeError, match="9999 is not known"):
        _open(_with_header(lambda header: setattr(header, "type", 9999)))
    with pytest.raises(UnknownTypeError, match="does not travel"):
        _open(_sealed(), channels.topic_of(channels.HISTORY, "main", "press-7"))
    with pytest.raises(ClearFrameError):
        _open(_with_header(lambda header: header.ClearField("suite")))


@pytest.mark.proves("PP-FR-6")
def test_a_message_that_unpacks_to_more_than_allowed_is_refused() -> None:
    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = bomb.compress(bytes(1 << 22)) + bomb.flush()
    header = pb.Header.FromString(pb.Frame.FromString(_sealed()).header)
    header.compression = pb.COMPRESSION_DEFLATE
    header_bytes = header.SerializeToString()
    key = frame_key(KEY, salt=SALT, bound_salt=b"", direction="up", epoch=7)
    nonce = (10).to_bytes(4, "big") + (1).to_bytes(8, "big")
    body = AESGCM(key).encrypt(nonce, packed, frame.associated_data(UP, header_bytes))
    with pytest.raises(MalformedMessageError, match="within 1000 bytes"):
        _open(pb.Frame(header=header_bytes, body=body).SerializeToString(), limit=1000)


@given(st.binary(max_size=5000))
def test_a_compressed_message_comes_back(body: bytes) -> None:
    payload = frame.Sealer(KEY, 1, "up", 7, SALT).seal(channels.LIVE, UP, body, sent_us=5, compress=True)
    assert _open(payload) == body


@pytest.mark.proves("PP-FR-1")
def test_sequences_grow_within_a_stream_and_the_will_has_the_last() -> None:
    sealer = frame.Sealer(KEY, 1, "up", 7, SALT)
    numbers = []
    for channel, sequence in [
        (channels.LIVE, None),
        (channels.LIVE, None),
        (channels.HISTORY, None),
        (channels.PRESENCE, frame.WILL_SEQUENCE),
    ]:
        topic = channels.topic_of(channel, "main", "press-7")
        payload = sealer.seal(channel, topic, b"", sent_us=0, sequence=sequence)
        numbers.append(pb.Header.FromString(pb.Frame.FromString(payload).header).sequence)
    assert numbers == [1, 2, 1, 2**64 - 1]


@pytest.mark.proves("A6", "PP-FR-5")
def test_a_sequence_that_does_not_grow_is_a_replay() -> None:
    guard = frame.ReplayGuard()
    header = pb.Header(salt=SALT, stream=10, sequence=5)
    guard.check(header)
    with pytest.raises(ReplayError):
        guard.check(header)
    guard.check(pb.Header(salt=SALT, stream=11, sequence=5))
    guard.check(pb.Header(salt=SESSION, stream=10, sequence=5))


def test_only_a_clear_channel_takes_a_clear_frame() -> None:
    with pytest.raises(UsageError, match="must be sealed"):
        frame.clear_frame(channels.LIVE, BATCH, epoch=1, sent_us=0)
