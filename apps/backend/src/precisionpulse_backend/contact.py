"""Whether a client counts as connected: by what its application sends, not by sockets (PP-CL-4, W11)."""

from __future__ import annotations

from precisionpulse_sdk import messages as pb

PRESENT, CLEAN, LOST, SILENT, NEVER = "present", "clean", "lost", "silent", "never"

_SILENT_HEARTBEATS = 3


class Contact:
    """The decision for one client. Times in s: a monotonic clock; in µs: since 1970 on the hub's clock. Every
    method says whether the decision changed."""

    def __init__(self, heartbeat_interval_s: float) -> None:
        self.connected = False
        self.since_us: int | None = None
        self.reason = NEVER
        self.last_seen_us: int | None = None
        self._silent_after_s = _SILENT_HEARTBEATS * heartbeat_interval_s
        self._seen_s = 0.0
        self._epoch = 0
        self._ended_epoch = 0

    def seen(self, epoch: int, now_s: float, now_us: int) -> bool:
        """The client's application sent a frame in `epoch`. One of a run that has ended says nothing."""
        self.last_seen_us = now_us
        if epoch <= self._ended_epoch or epoch < self._epoch:
            return False
        self._epoch = epoch
        self._seen_s = now_s
        return self._decide(True, PRESENT, now_us)

    def presence(self, presence: pb.Presence, now_s: float, now_us: int) -> bool:
        """The client, or the broker in its name, told its presence. A will of an earlier run is ignored."""
        if presence.epoch < self._epoch:
            return False
        if presence.state == pb.PRESENCE_STATE_PRESENT:
            began_us = presence.since_us if 0 < presence.since_us < now_us else now_us
            changed = self.seen(presence.epoch, now_s, now_us)
            if changed:
                self.since_us = began_us
            return changed
        self._epoch = self._ended_epoch = presence.epoch
        left = presence.state == pb.PRESENCE_STATE_LEFT
        at_us = presence.since_us if left and 0 < presence.since_us < now_us else now_us
        return self._decide(False, CLEAN if left else LOST, at_us)

    def enrolled_anew(self) -> None:
        """The client's runs may be counted anew from now on."""
        self._epoch = self._ended_epoch = 0

    def check(self, now_s: float, now_us: int) -> bool:
        """Time has passed."""
        if self.connected and now_s - self._seen_s > self._silent_after_s:
            return self._decide(False, SILENT, now_us)
        return False

    def _decide(self, connected: bool, reason: str, now_us: int) -> bool:
        if self.connected == connected and (connected or self.reason == reason):
            return False
        self.connected, self.reason, self.since_us = connected, reason, now_us
        return True
