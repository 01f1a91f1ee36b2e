"""How much the outbox may hold, and what goes when it would hold more (E4, PP-TD-9)."""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ConfigurationError
from precisionpulse_sdk.outbox.gaps import GapRow, note_gap
from precisionpulse_sdk.ranges import ranges_of

MIN_BYTES = 1 << 20

_STEP_S = 60.0
_NO_CLOCK_BEFORE_US = 1_577_836_800_000_000  # 2020: no reading of this SDK is older


class Policy(enum.IntEnum):
    """What happens at a bound; the numbers are the contract's."""

    DROP_OLDEST = pb.BUFFER_POLICY_DROP_OLDEST
    STOP_RECORDING = pb.BUFFER_POLICY_STOP_RECORDING


@dataclass(frozen=True, slots=True)
class OutboxBounds:
    """The bounds. Each loss that they cause is counted and reported as a gap.

    Raises `ConfigurationError` when a value can't work."""

    max_records: int = 10_000_000
    """Most records in `local_buffer`."""
    max_bytes: int = 1 << 30
    """Most bytes of the file in use; at least 1 MiB."""
    max_age_s: int = 7 * 24 * 3600
    """Records captured longer ago than this are dropped, whatever the policy; see `Ageing`."""
    policy: Policy = Policy.DROP_OLDEST
    """What happens when there are too many records or bytes."""
    max_dead_letters: int = 10_000
    """Most dead letters; the oldest go (their loss was reported when they became dead letters)."""

    def __post_init__(self) -> None:
        for name, least in (("max_records", 1), ("max_bytes", MIN_BYTES), ("max_age_s", 1), ("max_dead_letters", 0)):
            if getattr(self, name) < least:
                raise ConfigurationError(f"OutboxBounds.{name} must be at least {least}, not {getattr(self, name)}")

    def excess(self, depth: int, used_bytes: int) -> int:
        """How many of `depth` records must go: more than the least number at once, since a drop costs a transaction."""
        too_many = depth - self.max_records
        if used_bytes > self.max_bytes:
            too_many = max(too_many, -(-depth * (used_bytes - self.max_bytes) // used_bytes))
        return min(depth, max(too_many, depth // 1000)) if too_many > 0 else 0


class Ageing:
    """Which records are too old, judged only where the clock can be believed.

    A computer that starts without the time and gets it later must not lose what it measured before: records stored
    before the wall clock was set, or captured before `_NO_CLOCK_BEFORE_US`, have no age. Only the other bounds hold for
    them."""

    def __init__(self, now_us: Callable[[], int], now_s: Callable[[], float]) -> None:
        self._now_us = now_us
        self._now_s = now_s
        self._wall_us, self._mono_s = now_us(), now_s()
        self._ageless_to = 0

    def look(self, last_record_seq: int) -> None:
        """Note the time, and whether the wall clock was set since the last look."""
        wall_us, mono_s = self._now_us(), self._now_s()
        if abs((wall_us - self._wall_us) / 1e6 - (mono_s - self._mono_s)) > _STEP_S:
            self._ageless_to = last_record_seq
        self._wall_us, self._mono_s = wall_us, mono_s

    def is_too_old(self, record_seq: int, captured_us: int, max_age_s: int) -> bool:
        """Whether the age bound applies to a record, as of the last look."""
        if record_seq <= self._ageless_to or captured_us < _NO_CLOCK_BEFORE_US:
            return False
        return captured_us < self._wall_us - max_age_s * 1_000_000


def drop_oldest(database: sqlite3.Connection, count: int, is_too_old: Callable[[int, int], bool]) -> int:
    """Inside a transaction, drop the `count` oldest records and those after them that were captured too long ago, and
    note the gap. The result is how many went."""
    gone: list[int] = []
    from_us = to_us = 0
    rows = database.execute("SELECT record_seq, captured_us FROM local_buffer ORDER BY record_seq")
    for record_seq, captured_us in rows:
        if len(gone) >= count and not is_too_old(record_seq, captured_us):
            break
        from_us = min(from_us, captured_us) if gone else captured_us
        to_us = max(to_us, captured_us) if gone else captured_us
        gone.append(record_seq)
    rows.close()
    for first, last in ranges_of(gone):
        database.execute("DELETE FROM local_buffer WHERE record_seq BETWEEN ? AND ?", (first, last))
        note_gap(database, GapRow(0, first, last, pb.GAP_CAUSE_BUFFER_BOUND, last - first + 1, from_us, to_us))
    database.execute("UPDATE install SET dropped = dropped + ?", (len(gone),))
    return len(gone)
