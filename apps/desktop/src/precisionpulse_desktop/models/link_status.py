"""The SDK's statistics as the badge says them: a few fixed words, a detail, a shape and a tone."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from precisionpulse_desktop.models.wording import left_text
from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.events import LinkState

FRESH_US = 3_000_000
"""Records younger than this are on their way, not waiting, while the hub answers."""


class Shape(enum.Enum):
    """Icon of the badge: no two states share one, so that colour is never needed."""

    DISC = "disc"
    TRIANGLE = "triangle"
    RING = "ring"
    LOCK = "lock"
    DIAMOND = "diamond"


class Tone(enum.Enum):
    """What a state means for an operator."""

    GOOD = "good"
    WAITING = "waiting"
    BAD = "bad"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class LinkStatus:
    """What badge, tray and title say. `text` is one of the fixed words; `detail` may be empty."""

    text: str
    detail: str
    shape: Shape
    tone: Tone
    pulses: bool = False


CONNECTING = LinkStatus("Connecting…", "", Shape.RING, Tone.NEUTRAL)


class LinkPresenter:
    """Turns statistics into a status. Remembers only whether the link has been settled once: a link that is lost and
    tried again stays "Offline - Syncing" instead of flickering."""

    def __init__(self) -> None:
        self._settled = False

    def status(self, stats: ClientStats, *, signed_in: bool, now_us: int) -> LinkStatus:
        """The status at `now_us` (µs since 1970)."""
        link = self._link_status(stats, now_us)
        if signed_in:
            return link
        detail = " · ".join(filter(None, ("Sending: " + link.text, link.detail)))
        return LinkStatus("Signed out", detail, Shape.LOCK, Tone.NEUTRAL)

    def _link_status(self, stats: ClientStats, now_us: int) -> LinkStatus:
        untried = stats.link is LinkState.OFFLINE and stats.epoch == 0
        if not self._settled and (untried or stats.link is LinkState.CONNECTING):
            return LinkStatus("Connecting…", _queued(stats), Shape.RING, Tone.NEUTRAL)
        self._settled = True
        if stats.link is LinkState.CERTIFICATE_PROBLEM:
            return LinkStatus("Certificate problem", stats.link_detail or _queued(stats), Shape.DIAMOND, Tone.BAD)
        if stats.link is LinkState.ONLINE and _all_fresh(stats, now_us):
            return LinkStatus("Online", "", Shape.DISC, Tone.GOOD, pulses=True)
        return LinkStatus("Offline - Syncing", _syncing(stats), Shape.TRIANGLE, Tone.WAITING)


def _all_fresh(stats: ClientStats, now_us: int) -> bool:
    return stats.queued == 0 or (stats.oldest_captured_us is not None and now_us - stats.oldest_captured_us < FRESH_US)


def _queued(stats: ClientStats) -> str:
    return f"{stats.queued:,} queued" if stats.queued else ""


def _syncing(stats: ClientStats) -> str:
    if stats.link is LinkState.REFUSED:
        return " · ".join(filter(None, (stats.link_detail or "Refused by the hub", _queued(stats))))
    if stats.link not in (LinkState.FLUSHING, LinkState.ONLINE):
        return f"{stats.queued:,} queued"
    if stats.falling_behind:
        return f"{stats.queued:,} queued, more is measured than leaves"
    return f"{stats.queued:,} → 0" + (f", {left_text(stats.time_left_s)}" if stats.time_left_s else "")
