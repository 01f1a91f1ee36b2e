"""The heartbeat of a session: when the next is due, whether the hub still answers, and what its answers tell
(PP-CL-4)."""

from __future__ import annotations

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.protocol.effects import Instant

SILENT_HEARTBEATS = 3
"""Heartbeat intervals without any answer after which the hub counts as gone."""

_CLOCK_TRUST_US = 1_000_000


class Pulse:
    """Counts heartbeats over all sessions of a run, and keeps what the last answer said."""

    def __init__(self, interval_s: float) -> None:
        self.interval_s = self._stated_s = interval_s
        self._longest_s = float("inf")
        self.number = 0
        self.due_at_s = 0.0
        self.round_trip_us: int | None = None
        self.clock_offset_us: int | None = None
        self.epoch = 0
        """The present run between two connects."""
        self.config_revision = 0
        """Revision of the configuration in effect, for the report."""
        self.sync_cursor = 0
        """Cursor up to which the hub's change feed is applied, for the report."""
        self._answered_at_s = 0.0
        self._welcome_offset_us = 0

    def begin(self, interval_s: float, hub_time_us: int, now: Instant) -> None:
        """A session begins, at `hub_time_us` on the hub's clock; the first heartbeat is due at once."""
        self._stated_s = interval_s
        self.interval_s = min(interval_s, self._longest_s)
        self._welcome_offset_us = now.wall_us - hub_time_us
        self.due_at_s = self._answered_at_s = now.mono_s

    def limit(self, longest_s: float, now: Instant) -> None:
        """Beat at least every `longest_s`. A hub that stated a shorter interval gets that."""
        self._longest_s = longest_s
        self.interval_s = min(self._stated_s, longest_s)
        self.due_at_s = min(self.due_at_s, now.mono_s + self.interval_s)

    def beat(self, now: Instant) -> int:
        """The number of the heartbeat that is sent now."""
        self.number += 1
        self.due_at_s = now.mono_s + self.interval_s
        return self.number

    def answered(self, now: Instant) -> None:
        """Any frame of the hub's application came."""
        self._answered_at_s = now.mono_s

    def hub_us(self, now: Instant) -> int:
        """The hub's clock, as far as is known: from the last heartbeat that was answered, or from the Welcome."""
        return now.wall_us - (self._welcome_offset_us if self.clock_offset_us is None else self.clock_offset_us)

    def silent(self, now: Instant) -> bool:
        """Whether the hub has not answered for too long."""
        return now.mono_s - self._answered_at_s > SILENT_HEARTBEATS * self.interval_s

    def reply(self, reply: pb.HeartbeatReply, now: Instant) -> None:
        """Take round trip and clock offset from the answer to the last heartbeat; answers to earlier ones say too
        little."""
        if reply.number != self.number:
            return
        self.round_trip_us = max(0, now.wall_us - reply.client_sent_us - (reply.hub_sent_us - reply.hub_received_us))
        self.clock_offset_us = (reply.client_sent_us - reply.hub_received_us + now.wall_us - reply.hub_sent_us) // 2

    @property
    def clock_state(self) -> int:
        """How far this machine's clock can be believed, as a number of `pb.ClockState`."""
        if self.clock_offset_us is None:
            return pb.CLOCK_STATE_UNSPECIFIED
        trusted = abs(self.clock_offset_us) < _CLOCK_TRUST_US
        return pb.CLOCK_STATE_SYNCHRONISED if trusted else pb.CLOCK_STATE_UNSYNCHRONISED
