"""Opening what clients and hub workers send: who sent it, under which key, verified before it is parsed."""

from __future__ import annotations

from typing import NamedTuple

from google.protobuf.message import Message

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import HubConfig
from precisionpulse_sdk.errors import RefusedError, TopicError, UnknownKeyError, UnknownTypeError
from precisionpulse_sdk.protocol.store import ClientKeys


class OpenedFrame(NamedTuple):
    """A verified uplink frame. `body` is the serialised message, untouched."""

    client: str
    channel: channels.Channel
    header: pb.Header
    body: bytes
    message: Message


class UplinkOpener:
    """Opens uplink and hub frames of one site; keeps nothing between frames."""

    def __init__(self, site: str, keys: ClientKeys, *, hub_key: bytes, config: HubConfig) -> None:
        self._site = site
        self._keys = keys
        self._hub_key = hub_key
        self._config = config

    def open(self, topic: str, payload: bytes) -> OpenedFrame:
        """The verified message of a frame.

        Raises a `ContractError`, `RefusedError` for a client that may not send, and `StorageError` when keys can't be
        read now."""
        envelope = frame.read_envelope(topic, payload, max_frame_bytes=self._config.max_frame_bytes)
        place = channels.parse_topic(topic)
        if place.site != self._site:
            raise TopicError(f"the frame is for site {place.site!r}, this hub serves {self._site!r}")
        if place.direction == "hub":
            key = self._hub_key
        elif place.direction == "up":
            record = self._keys.client(place.client)
            if record is None:
                raise RefusedError("UNKNOWN_CLIENT", "this client was never enrolled here: enrol it with a new code")
            if record.revoked:
                raise RefusedError(
                    "REVOKED", "this client was revoked by an administrator: enrol it again with a new code"
                )
            found = record.keys.get(envelope.header.key_id)
            if found is None:
                raise UnknownKeyError(envelope.header.key_id, tuple(record.keys))
            key = found
        else:
            raise UnknownTypeError(f"{envelope.channel.name} frames are not for the hub")
        body = frame.unseal(envelope, topic, key, max_message_bytes=self._config.max_message_bytes)
        message = frame.parse_message(envelope.channel, body)
        return OpenedFrame(place.client, envelope.channel, envelope.header, body, message)
