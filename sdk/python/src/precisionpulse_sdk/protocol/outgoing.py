"""What a client session wants done: effects in order, and the seal of what it publishes."""

from __future__ import annotations

from collections.abc import Mapping

from google.protobuf.message import Message

from precisionpulse_sdk import channels, frame
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.events import ClientEvent
from precisionpulse_sdk.protocol import effects
from precisionpulse_sdk.protocol.effects import Effect, Instant

_COMPRESSED = (channels.LIVE, channels.HISTORY)


class Outgoing:
    """Collects effects until the shell takes them. `topics` by channel name, `keys` by id. Nothing is published before
    `begin`, or while `linked` is False. `compress`: batches may be packed."""

    def __init__(self, topics: Mapping[str, str], keys: Mapping[int, bytes]) -> None:
        self.linked = False
        self.compress = False
        self._topics = topics
        self._keys = keys
        self._sealer: frame.Sealer | None = None
        self._effects: list[Effect] = []

    def begin(self, key_id: int, epoch: int, salt: bytes) -> bytes:
        """Seal for a new connection from now on; the result is the payload of its will, for the presence topic."""
        self._sealer = frame.Sealer(self._keys[key_id], key_id, "up", epoch, salt)
        gone = pb.Presence(state=pb.PRESENCE_STATE_GONE, epoch=epoch)
        topic = self._topics[channels.PRESENCE.name]
        return self._sealer.seal(channels.PRESENCE, topic, gone, sent_us=0, sequence=frame.WILL_SEQUENCE)

    def add(self, effect: Effect) -> None:
        """One more effect."""
        self._effects.append(effect)

    def emit(self, event: ClientEvent) -> None:
        """Tell the owner."""
        self._effects.append(effects.Emit(event))

    def publish(self, channel: channels.Channel, message: Message, now: Instant) -> None:
        """Seal `message` for its channel's topic."""
        if self._sealer is None or not self.linked:
            return
        topic = self._topics[channel.name]
        payload = self._sealer.seal(
            channel, topic, message, sent_us=now.wall_us, compress=self.compress and channel in _COMPRESSED
        )
        self._effects.append(effects.Publish(topic, payload, channel.qos, channel.retain))

    def take(self) -> list[Effect]:
        """All effects since the last call."""
        taken, self._effects = self._effects, []
        return taken
