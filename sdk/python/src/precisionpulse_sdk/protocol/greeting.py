"""How a client greets the hub: when it says Hello, under which key, and what it makes of a refusal (PP-VR-1,
PP-FR-4)."""

from __future__ import annotations

import enum
import random
from collections.abc import Mapping

from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.protocol.backoff import Backoff
from precisionpulse_sdk.protocol.downlink import refusal_name
from precisionpulse_sdk.protocol.effects import Instant


class Reaction(enum.Enum):
    """What a refusal asks for."""

    NONE = enum.auto()
    """One frame was refused; its acknowledgement's time-out sees to it."""
    GREET = enum.auto()
    """The hub has no session: say Hello again at once."""
    WAIT = enum.auto()
    """Show it, and say Hello again after a long pause."""
    RECONNECT = enum.auto()
    """Begin a new epoch, or use another key."""


class Greeting:
    """The Hello that is said until it is answered. `due_at_s` is when it is due on the monotonic clock, None when it is
    not."""

    def __init__(self, config: ClientConfig, keys: Mapping[int, bytes], rng: random.Random) -> None:
        self.due_at_s: float | None = None
        self.key_id = max(keys)
        self._keys = keys
        self._pause = Backoff(config.hello_retry_s, config.reconnect_max_s, rng)

    def begin(self, now: Instant) -> None:
        """Hello is due now, and at short pauses from then on."""
        self._pause.reset()
        self.due_at_s = now.mono_s

    def said(self, now: Instant) -> None:
        """Hello was said; the next one follows after a pause."""
        self.due_at_s = now.mono_s + self._pause.next_s()

    def end(self) -> None:
        """It was answered, or there is nobody to say it to."""
        self.due_at_s = None

    def refused(self, refusal: pb.Refusal, now: Instant) -> Reaction:
        """The hub said no. It may ask for another key, which is taken when the client has it."""
        code = refusal_name(refusal.code)
        if code == "NO_SESSION":
            return Reaction.GREET
        if refusal.refused_type not in (0, channels.HELLO.type):
            return Reaction.NONE
        if code == "UNKNOWN_KEY":
            usable = [key_id for key_id in refusal.accepted_key_ids if key_id in self._keys]
            if usable and usable[0] != self.key_id:
                self.key_id = usable[0]
                return Reaction.RECONNECT
        self._pause.exhaust()
        self.due_at_s = now.mono_s + max(self._pause.next_s(), refusal.retry_after_ms / 1000)
        return Reaction.RECONNECT if code == "STALE_EPOCH" else Reaction.WAIT
