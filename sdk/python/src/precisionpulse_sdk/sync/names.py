"""Names: how they compare, and who keeps one that two claim at once (PP-SY-4)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from uuid import UUID

from precisionpulse_sdk.sync.clock import ZERO, HybridTime
from precisionpulse_sdk.sync.fields import NAME
from precisionpulse_sdk.sync.state import State

MAX_NAME = 64


def name_key(name: str) -> str:
    """What two names have in common when nobody could tell them apart: without case, in one Unicode form."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def claimed_at(state: State) -> HybridTime:
    """Since when the entity has its name."""
    stamp = state.stamps.get(NAME[state.kind])
    return stamp.at if stamp else ZERO


def loser(claimant: State, others: Iterable[State], may_displace: Callable[[State], bool]) -> State | None:
    """Which of those with the same name must take another one: all but the oldest. The claimant, when one is older or
    may not be displaced; otherwise one of the others. None when nobody else has the name."""
    displaced = None
    for other in others:
        if claimed_at(other) <= claimed_at(claimant) or not may_displace(other):
            return claimant
        displaced = other
    return displaced


def substitute(name: str, entity_id: UUID, *, whole_id: bool = False) -> str:
    """Another name for who lost `name`. With `whole_id`, one that nobody else can have by chance."""
    tail = f"~{entity_id.hex if whole_id else entity_id.hex[:8]}"
    return name[: MAX_NAME - len(tail)] + tail
