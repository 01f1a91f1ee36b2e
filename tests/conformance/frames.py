"""Frames that open, and damaged ones that must not."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import Message

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.keys import frame_key

from .given import AT, CLIENT, KEY, SALT, SESSION, SITE, UINT64_MAX
from .messages import MESSAGES
from .readings import BATCHES, LIVE, batch_of


def frame_vectors() -> Iterator[dict[str, Any]]:
    """Frames as sealed, with the key; and what is inside."""
    batch = BATCHES["one of each type"]
    large = batch_of(*[(seq, 2, AT + seq * 1000, LIVE, seq / 8) for seq in range(1, 101)], mark=100)
    for name, channel, message, compress in [
        ("live", channels.LIVE, batch, False),
        ("history, deflated", channels.HISTORY, large, True),
        ("hello", channels.HELLO, MESSAGES["hello"], False),
        ("ack", channels.ACK, MESSAGES["ack"], False),
        ("committed", channels.COMMITTED, MESSAGES["committed"], False),
    ]:
        topic = channels.topic_of(channel, SITE, CLIENT)
        payload = _sealer(channel).seal(channel, topic, message, sent_us=AT, compress=compress, sequence=UINT64_MAX - 1)
        yield _frame(name, topic, payload, channel, message)
    topic = channels.topic_of(channels.REFUSAL, SITE, CLIENT)
    refusal = MESSAGES["refusal"]
    payload = frame.clear_frame(channels.REFUSAL, refusal, epoch=7, sent_us=AT, bound_salt=SESSION)
    yield _frame("refusal, clear", topic, payload, channels.REFUSAL, refusal)


def damaged_vectors() -> Iterator[dict[str, Any]]:
    """Frames that must not open, with the code of the error."""
    topic = channels.topic_of(channels.LIVE, SITE, CLIENT)
    other = channels.topic_of(channels.LIVE, SITE, "press-8")
    batch = BATCHES["one of each type"]
    good = _sealer(channels.LIVE).seal(channels.LIVE, topic, batch, sent_us=AT)
    whole = pb.Frame.FromString(good)

    def changed(change: Callable[[pb.Header], None], body: bytes = whole.body) -> bytes:
        header = pb.Header.FromString(whole.header)
        change(header)
        return pb.Frame(header=header.SerializeToString(), body=body).SerializeToString()

    def resealed(body: bytes, compression: pb.Compression) -> bytes:
        header = pb.Header.FromString(whole.header)
        header.compression = compression
        header_bytes = header.SerializeToString()
        key = frame_key(KEY, salt=SALT, bound_salt=b"", direction="up", epoch=7)
        nonce = header.stream.to_bytes(4, "big") + header.sequence.to_bytes(8, "big")
        sealed = AESGCM(key).encrypt(nonce, body, frame.associated_data(topic, header_bytes))
        return pb.Frame(header=header_bytes, body=sealed).SerializeToString()

    down = channels.topic_of(channels.ACK, SITE, CLIENT)

    def downlink(bound_salt: bytes) -> bytes:
        sealed = pb.Frame.FromString(_sealer(channels.ACK).seal(channels.ACK, down, MESSAGES["ack"], sent_us=AT))
        header = pb.Header.FromString(sealed.header)
        header.bound_salt = bound_salt
        return pb.Frame(header=header.SerializeToString(), body=sealed.body).SerializeToString()

    bomb = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = bomb.compress(bytes(1 << 23)) + bomb.flush()
    flipped = bytearray(good)
    flipped[-1] ^= 1
    cases: list[tuple[str, str, bytes, str]] = [
        ("empty", topic, b"", "malformed_frame"),
        ("not protobuf", topic, b"\xff\xff\xff\xff", "malformed_frame"),
        (
            "a header that is not protobuf",
            topic,
            pb.Frame(header=b"\xff", body=b"x").SerializeToString(),
            "malformed_frame",
        ),
        ("last bit flipped", topic, bytes(flipped), "seal"),
        ("tag cut off", topic, pb.Frame(header=whole.header, body=whole.body[:-16]).SerializeToString(), "seal"),
        ("body shorter than a tag", topic, pb.Frame(header=whole.header, body=b"x").SerializeToString(), "seal"),
        ("moved to another client's topic", other, good, "seal"),
        ("another epoch", topic, changed(lambda header: setattr(header, "epoch", 8)), "seal"),
        ("another sequence", topic, changed(lambda header: setattr(header, "sequence", 99)), "seal"),
        ("another salt", topic, changed(lambda header: setattr(header, "salt", SESSION)), "seal"),
        ("another time", topic, changed(lambda header: setattr(header, "sent_us", 1)), "seal"),
        ("no epoch", topic, changed(lambda header: header.ClearField("epoch")), "malformed_frame"),
        ("no sequence", topic, changed(lambda header: header.ClearField("sequence")), "malformed_frame"),
        ("no key id", topic, changed(lambda header: header.ClearField("key_id")), "malformed_frame"),
        ("short salt", topic, changed(lambda header: setattr(header, "salt", b"short")), "malformed_frame"),
        (
            "a bound salt on an uplink",
            topic,
            changed(lambda header: setattr(header, "bound_salt", SESSION)),
            "malformed_frame",
        ),
        ("a suite that is not known", topic, changed(lambda header: setattr(header, "suite", 99)), "malformed_frame"),
        ("a key that is not known", topic, changed(lambda header: setattr(header, "key_id", 9)), "unknown_key"),
        ("clear on a sealed channel", topic, changed(lambda header: header.ClearField("suite")), "clear"),
        ("a type that is not known", topic, changed(lambda header: setattr(header, "type", 999)), "unknown_type"),
        ("a type of another topic", topic, changed(lambda header: setattr(header, "type", 11)), "unknown_type"),
        ("a topic of another major", "pp/2/main/c/press-7/up/live", good, "topic"),
        ("a topic of another system", "sensors/1", good, "topic"),
        ("sealed, but not a batch", topic, resealed(b"\xff\xff", pb.COMPRESSION_UNSPECIFIED), "malformed_message"),
        ("sealed, but not deflated", topic, resealed(b"\xff\xff", pb.COMPRESSION_DEFLATE), "malformed_message"),
        ("unpacks to more than the limit", topic, resealed(packed, pb.COMPRESSION_DEFLATE), "malformed_message"),
        (
            "bytes after the packed message",
            topic,
            resealed(b"\x03\x00" + b"x", pb.COMPRESSION_DEFLATE),
            "malformed_message",
        ),
        (
            "a short bound salt on an uplink",
            topic,
            changed(lambda header: setattr(header, "bound_salt", b"short")),
            "malformed_frame",
        ),
        ("no bound salt on a downlink", down, downlink(b""), "malformed_frame"),
        ("a short bound salt on a downlink", down, downlink(b"short"), "malformed_frame"),
        ("a downlink for another session", down, downlink(SALT), "seal"),
        ("a compression nobody offered", topic, resealed(b"", pb.COMPRESSION_ZSTD), "malformed_message"),
    ]
    for name, at, payload, code in cases:
        yield {"name": name, "topic": at, "key_id": 1, "key": KEY.hex(), "hex": payload.hex(), "error": code}


def _sealer(channel: channels.Channel) -> frame.Sealer:
    direction = {pb.DIRECTION_UP: "up", pb.DIRECTION_DOWN: "down", pb.DIRECTION_HUB: "hub"}[channel.direction]
    return frame.Sealer(KEY, 1, direction, 7, SALT, SESSION if direction == "down" else b"")


def _frame(name: str, topic: str, payload: bytes, channel: channels.Channel, message: Message) -> dict[str, Any]:
    return {
        "name": name,
        "topic": topic,
        "key_id": 1,
        "key": KEY.hex(),
        "hex": payload.hex(),
        "channel": channel.name,
        "type": message.DESCRIPTOR.full_name,
        "message": message.SerializeToString(deterministic=True).hex(),
    }
