"""Frames: a message sealed for one topic, one connection and one place in it; and opened again, verified before it is
parsed (PP-FR-1, PP-FR-2, PP-FR-5, PP-FR-6)."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.message import DecodeError, Message

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.channels import BY_TYPE, MAJOR, MINOR, Channel, message_class, parse_topic
from precisionpulse_sdk.errors import (
    ClearFrameError,
    MalformedFrameError,
    MalformedMessageError,
    OversizedFrameError,
    ReplayError,
    SealError,
    UnknownTypeError,
    UsageError,
)
from precisionpulse_sdk.keys import SALT_BYTES, frame_cipher

WILL_SEQUENCE = (1 << 64) - 1
"""The sequence number that is kept for a connection's will."""

_AAD_PREFIX = b"PP%d" % MAJOR
_COMPRESS_FROM_BYTES = 256


class Envelope(NamedTuple):
    """A frame taken apart but not yet opened. `header` is a parse of `header_bytes`, and not to be believed before
    `unseal`."""

    header: pb.Header
    header_bytes: bytes
    body: bytes
    channel: Channel


def associated_data(topic: str, header_bytes: bytes) -> bytes:
    """What a seal authenticates besides the body: protocol ‖ length of the topic ‖ topic ‖ header."""
    encoded = topic.encode()
    return _AAD_PREFIX + len(encoded).to_bytes(2, "big") + encoded + header_bytes


@dataclass(slots=True)
class Sealer:
    """Seals one sender's frames of one connection. Not thread-safe: its counters must not run twice.

    `direction` is "up", "down" or "hub"; `salt` is 16 random bytes drawn for this connection and never used again with
    another counter; `bound_salt` is the receiving client's session salt on "down". `sequences`, the last number of each
    stream, is shared by all sealers with the same salt."""

    master_key: bytes
    key_id: int
    direction: str
    epoch: int
    salt: bytes
    bound_salt: bytes = b""
    sequences: dict[int, int] = field(default_factory=dict)
    _headers: dict[int, pb.Header] = field(default_factory=dict, init=False)
    """The last header of each type: from frame to frame only its number, time and compression change."""
    _cipher: AESGCM = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.salt) != SALT_BYTES:
            raise UsageError(f"a session salt has {SALT_BYTES} bytes, not {len(self.salt)}")
        self._cipher = frame_cipher(self.master_key, self.salt, self.bound_salt, self.direction, self.epoch)

    def seal(
        self,
        channel: Channel,
        topic: str,
        message: Message | bytes,
        *,
        sent_us: int,
        compress: bool = False,
        sequence: int | None = None,
    ) -> bytes:
        """The payload that carries `message` on `topic`. `sent_us`: µs since 1970 on the sender's clock. `compress`
        allows DEFLATE where it pays. `sequence` is given only for a will."""
        body = message if isinstance(message, bytes) else message.SerializeToString()
        if sequence is None:
            sequence = self.sequences.get(channel.type, 0) + 1
            self.sequences[channel.type] = sequence
        compression = pb.COMPRESSION_UNSPECIFIED
        if compress and len(body) >= _COMPRESS_FROM_BYTES:
            deflate = zlib.compressobj(1, zlib.DEFLATED, -15)
            packed = deflate.compress(body) + deflate.flush()
            if len(packed) < len(body):
                body, compression = packed, pb.COMPRESSION_DEFLATE
        header = self._headers.get(channel.type) or self._new_header(channel.type)
        header.sequence, header.sent_us, header.compression = sequence, sent_us, compression
        header_bytes = header.SerializeToString()
        nonce = channel.type.to_bytes(4, "big") + sequence.to_bytes(8, "big")
        sealed = self._cipher.encrypt(nonce, body, associated_data(topic, header_bytes))
        return pb.Frame(header=header_bytes, body=sealed).SerializeToString()

    def _new_header(self, type_: int) -> pb.Header:
        header = self._headers[type_] = pb.Header(
            minor=MINOR,
            type=type_,
            epoch=self.epoch,
            salt=self.salt,
            stream=type_,
            suite=pb.SUITE_AES_256_GCM,
            key_id=self.key_id,
            bound_salt=self.bound_salt,
        )
        return header


def clear_frame(channel: Channel, message: Message, *, epoch: int, sent_us: int, bound_salt: bytes = b"") -> bytes:
    """The payload that carries `message` unsealed; only for channels that are declared clear."""
    if channel.sealing != pb.SEALING_CLEAR:
        raise UsageError(f"channel {channel.name!r} must be sealed")
    header = pb.Header(minor=MINOR, type=channel.type, epoch=epoch, sent_us=sent_us, bound_salt=bound_salt)
    return pb.Frame(header=header.SerializeToString(), body=message.SerializeToString()).SerializeToString()


def read_envelope(topic: str, payload: bytes, *, max_frame_bytes: int) -> Envelope:
    """Take a payload apart and check everything that can be checked without a key.

    Raises `TopicError`, `OversizedFrameError`, `MalformedFrameError`, `UnknownTypeError` or `ClearFrameError`."""
    if len(payload) > max_frame_bytes:
        raise OversizedFrameError(f"the frame has {len(payload)} bytes; at most {max_frame_bytes} are accepted")
    place = parse_topic(topic)
    try:
        frame = pb.Frame.FromString(payload)
        header = pb.Header.FromString(frame.header)
    except DecodeError:
        raise MalformedFrameError("the payload is not a frame: it does not parse as protobuf") from None
    if not frame.header:
        raise MalformedFrameError("the payload is not a frame: it has no header")
    channel = BY_TYPE.get(header.type)
    if channel is None:
        raise UnknownTypeError(f"message type {header.type} is not known")
    if _PLACES[channel.type] != (place.direction, place.rest):
        raise UnknownTypeError(f"message type {header.type} ({channel.name}) does not travel on this topic")
    if header.suite == pb.SUITE_UNSPECIFIED:
        if channel.sealing != pb.SEALING_CLEAR:
            raise ClearFrameError(f"channel {channel.name!r} must be sealed; the frame is clear")
        return Envelope(header, frame.header, frame.body, channel)
    if channel.sealing == pb.SEALING_CLEAR:
        raise MalformedFrameError(f"channel {channel.name!r} is clear; the frame is sealed")
    if header.suite != pb.SUITE_AES_256_GCM:
        raise MalformedFrameError(f"seal suite {header.suite} is not known")
    if len(header.salt) != SALT_BYTES:
        raise MalformedFrameError(f"the header's salt has {len(header.salt)} bytes, not {SALT_BYTES}")
    if not (header.epoch and header.stream and header.sequence and header.key_id):
        missing = next(name for name in ("epoch", "stream", "sequence", "key_id") if not getattr(header, name))
        raise MalformedFrameError(f"the header's {missing} is missing")
    if len(header.bound_salt) != (SALT_BYTES if place.direction == "down" else 0):
        raise MalformedFrameError("the header's bound_salt does not fit the direction")
    return Envelope(header, frame.header, frame.body, channel)


def unseal(envelope: Envelope, topic: str, master_key: bytes, *, max_message_bytes: int) -> bytes:
    """The serialised message inside a frame, verified.

    Raises `SealError` when the seal does not open, `MalformedMessageError` when what was sealed can't be unpacked
    within `max_message_bytes`."""
    header = envelope.header
    if envelope.channel.sealing == pb.SEALING_CLEAR:
        return envelope.body
    direction = parse_topic(topic).direction
    cipher = frame_cipher(master_key, header.salt, header.bound_salt, direction, header.epoch)
    nonce = header.stream.to_bytes(4, "big") + header.sequence.to_bytes(8, "big")
    try:
        body = cipher.decrypt(nonce, envelope.body, associated_data(topic, envelope.header_bytes))
    except InvalidTag:
        raise SealError(
            f"the seal of the {envelope.channel.name} frame does not open: damaged, moved to this topic, or not made "
            f"with key {header.key_id}"
        ) from None
    if header.compression == pb.COMPRESSION_UNSPECIFIED:
        if len(body) > max_message_bytes:
            raise MalformedMessageError(f"the message has {len(body)} bytes; at most {max_message_bytes} are accepted")
        return body
    if header.compression == pb.COMPRESSION_DEFLATE:
        return _inflate(body, max_message_bytes)
    raise MalformedMessageError(f"compression {header.compression} was not agreed on")


def parse_message(channel: Channel, body: bytes) -> Message:
    """The message of a channel. Raises `MalformedMessageError` when the bytes do not parse."""
    try:
        return message_class(channel).FromString(body)
    except DecodeError:
        raise MalformedMessageError(f"the body is not a {channel.message}") from None


class ReplayGuard:
    """Refuses what was seen before: sequences must grow within each (salt, stream). Remembers the last `salts`
    senders."""

    def __init__(self, salts: int = 256) -> None:
        self._salts = salts
        self._seen: dict[bytes, dict[int, int]] = {}

    def check(self, header: pb.Header) -> None:
        """Take note of an opened frame's header. Raises `ReplayError` when its number is not above the last."""
        streams = self._seen.pop(header.salt, None)
        if streams is None:
            if len(self._seen) >= self._salts:
                del self._seen[next(iter(self._seen))]
            streams = {}
        self._seen[header.salt] = streams  # Last, so that the first is the one that was silent for longest.
        if header.sequence <= streams.get(header.stream, 0):
            raise ReplayError(f"frame {header.sequence} of stream {header.stream} was seen before")
        streams[header.stream] = header.sequence


def _place_of(channel: Channel) -> tuple[str, str]:
    levels = channel.topic.split("/")
    if channel.direction == pb.DIRECTION_HUB:
        return "hub", "/".join(levels[4:])
    return "up" if channel.direction == pb.DIRECTION_UP else "down", "/".join(levels[6:])


_PLACES = {type_: _place_of(channel) for type_, channel in BY_TYPE.items()}
"""Direction and rest of the topic on which a message type travels."""


def _inflate(body: bytes, max_bytes: int) -> bytes:
    inflate = zlib.decompressobj(-15)
    try:
        out = inflate.decompress(body, max_bytes)
    except zlib.error:
        raise MalformedMessageError("the message does not unpack as DEFLATE") from None
    if not inflate.eof:
        raise MalformedMessageError(f"the message does not unpack within {max_bytes} bytes")
    if inflate.unused_data:
        raise MalformedMessageError("bytes follow the end of the packed message")
    return out
