"""Sealing what the hub says to clients: under the client's preferred key, bound to its present session (PP-FR-2)."""

from __future__ import annotations

from collections.abc import Callable

from google.protobuf.message import Message

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk.protocol.effects import Instant, Publish
from precisionpulse_sdk.protocol.store import ClientKeys, OpenSession


class Answers:
    """One sender's frames to all clients. `draw_salt` gives 16 random bytes, for each session and key anew: so no
    counter ever runs twice, and a client never takes one for a replay of another. Not thread-safe."""

    def __init__(self, site: str, keys: ClientKeys, *, draw_salt: Callable[[], bytes]) -> None:
        self._site = site
        self._keys = keys
        self._draw_salt = draw_salt
        self._sealers: dict[str, tuple[bytes, int, frame.Sealer]] = {}

    def seal(
        self,
        client: str,
        session: OpenSession,
        channel: channels.Channel,
        message: Message,
        now: Instant,
        *,
        compress: bool = False,
    ) -> list[Publish]:
        """The message as it is to be published; nothing for a client that may not listen any more. Raises
        `StorageError` when keys can't be read now."""
        record = self._keys.client(client)
        if record is None or record.revoked:
            return []
        key_id = record.preferred_key_id
        salt, known_key_id, sealer = self._sealers.get(client, (b"", 0, None))
        if sealer is None or salt != session.salt or known_key_id != key_id:
            key = record.keys[key_id]
            sealer = frame.Sealer(key, key_id, "down", session.epoch, self._draw_salt(), session.salt)
            self._sealers[client] = (session.salt, key_id, sealer)
        topic = channels.topic_of(channel, self._site, client)
        payload = sealer.seal(channel, topic, message, sent_us=now.wall_us, compress=compress)
        return [Publish(topic, payload, channel.qos, channel.retain)]
