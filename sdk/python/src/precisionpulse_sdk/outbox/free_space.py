"""How much room there is where an outbox is."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

_LOOK_EVERY_S = 10.0


class FreeSpace:
    """Free bytes of the disk that `directory` is on: call it as often as you like, it looks every 10 s. `now_s` gives
    monotonic seconds."""

    def __init__(self, directory: Path, now_s: Callable[[], float] = time.monotonic) -> None:
        self._directory = directory
        self._now_s = now_s
        self._free = 0
        self._looked_at_s = float("-inf")

    def __call__(self) -> int:
        """The free bytes, as they were at most 10 s ago."""
        if self._now_s() - self._looked_at_s > _LOOK_EVERY_S:
            self._looked_at_s = self._now_s()
            self._free = shutil.disk_usage(self._directory).free
        return self._free
