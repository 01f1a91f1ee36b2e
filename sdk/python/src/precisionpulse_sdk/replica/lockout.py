"""How many wrong passwords lock a name, and for how long: one rule for every door, online and offline.

Each door counts for itself, under `name_key`: names that nobody has as well as any other, and every spelling of a name
as one. A right password ends the count."""

from __future__ import annotations

MAX_FAILURES = 10
"""So many failures, each within `LOCK_S` of the one before, lock a name."""

LOCK_S = 900
"""How long a failure counts, and a name stays locked after the last one."""


def locked_for_s(failures: int, since_last_s: float) -> float:
    """How long a name with so many failures stays locked, in s; 0 when it is not. A last failure that lies ahead (the
    clock was set back) counts as one of now."""
    if failures < MAX_FAILURES:
        return 0.0
    return max(0.0, LOCK_S - max(0.0, since_last_s))
