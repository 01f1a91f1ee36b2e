"""Opening what the hub sends to a client: for this session only, once only (PP-FR-2, PP-FR-5)."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf.message import Message

from precisionpulse_sdk import frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.channels import Channel
from precisionpulse_sdk.config import MAX_FRAME_BYTES, MAX_MESSAGE_BYTES
from precisionpulse_sdk.errors import ReplayError, UnknownKeyError


class DownlinkOpener:
    """Opens the frames of one session, known by its epoch and the salt that the client drew for it."""

    def __init__(self, topics: Mapping[str, str], keys: Mapping[int, bytes], *, epoch: int, salt: bytes) -> None:
        self._topics = topics
        self._keys = keys
        self._epoch = epoch
        self._salt = salt
        self._guard = frame.ReplayGuard()

    def open(self, topic: str, payload: bytes) -> tuple[Channel, Message]:
        """The channel and the verified message. Raises a `ContractError`."""
        envelope = frame.read_envelope(topic, payload, max_frame_bytes=MAX_FRAME_BYTES)
        header = envelope.header
        if topic != self._topics[envelope.channel.name] or header.bound_salt != self._salt:
            raise ReplayError("the frame is for an earlier session or another client")
        if envelope.channel.sealing == pb.SEALING_CLEAR:
            return envelope.channel, frame.parse_message(envelope.channel, envelope.body)
        if header.epoch != self._epoch:
            raise ReplayError("the frame is for an earlier session")
        key = self._keys.get(header.key_id)
        if key is None:
            raise UnknownKeyError(header.key_id, tuple(self._keys))
        body = frame.unseal(envelope, topic, key, max_message_bytes=MAX_MESSAGE_BYTES)
        self._guard.check(header)
        return envelope.channel, frame.parse_message(envelope.channel, body)


def refusal_name(code: int) -> str:
    """The name of a `RefusalCode` without its prefix; a number that is not known keeps it."""
    return pb.RefusalCode.Name(code).removeprefix("REFUSAL_CODE_") if code in _REFUSALS else f"CODE_{code}"


def nack_name(code: int) -> str:
    """The name of a `NackCode` without its prefix; a number that is not known keeps it."""
    return pb.NackCode.Name(code).removeprefix("NACK_CODE_") if code in _NACKS else f"CODE_{code}"


_REFUSALS = frozenset(pb.RefusalCode.values())
_NACKS = frozenset(pb.NackCode.values())
