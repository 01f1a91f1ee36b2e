"""Sealing what a client sends: one connection at a time, its will first (PP-FR-2, PP-CL-3)."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf.message import Message

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.channels import Channel
from precisionpulse_sdk.protocol.effects import Instant, Publish


class UplinkSealer:
    """Seals messages for the topics of one client. `keys` are its master keys by id."""

    def __init__(self, topics: Mapping[str, str], keys: Mapping[int, bytes]) -> None:
        self._topics = topics
        self._keys = keys
        self._sealer: frame.Sealer | None = None

    def begin(self, key_id: int, epoch: int, salt: bytes) -> bytes:
        """Seal for a new connection from now on; the result is the payload of its will, for the presence topic."""
        self._sealer = frame.Sealer(self._keys[key_id], key_id, "up", epoch, salt)
        gone = pb.Presence(state=pb.PRESENCE_STATE_GONE, epoch=epoch)
        topic = self._topics[channels.PRESENCE.name]
        return self._sealer.seal(channels.PRESENCE, topic, gone, sent_us=0, sequence=frame.WILL_SEQUENCE)

    def seal(self, channel: Channel, message: Message, now: Instant, *, compress: bool) -> list[Publish]:
        """The message as it is to be published; nothing before the first connection."""
        if self._sealer is None:
            return []
        topic = self._topics[channel.name]
        payload = self._sealer.seal(channel, topic, message, sent_us=now.wall_us, compress=compress)
        return [Publish(topic, payload, channel.qos, channel.retain)]
