"""The built-in handler of `ForceSync`: everything that waits is sent, and the hub's changes are fetched, now."""

from __future__ import annotations

import time
from collections.abc import Callable

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.commands import RunningCommand
from precisionpulse_sdk.errors import CommandError

LONGEST_S = 300.0
_STEP_S = 1.0


class ForcedSync:
    """`synchronise(timeout_s)` tries once and says whether all was done; `depth` says how many readings wait."""

    def __init__(self, synchronise: Callable[[float], bool], depth: Callable[[], int]) -> None:
        self._synchronise = synchronise
        self._depth = depth

    def __call__(self, command: RunningCommand[pb.ForceSync]) -> None:
        """Run the command, and say how far it is."""
        at_first, ends_s = self._depth(), time.monotonic() + LONGEST_S
        while not self._synchronise(_STEP_S):
            left = self._depth()
            if time.monotonic() > ends_s:
                raise CommandError(f"not done within {LONGEST_S:.0f} s: {left} readings still wait")
            share = max(0.0, 1 - left / at_first) if at_first else None
            command.progress(share, f"{left} readings wait")
