"""How much room there is for an outbox, and how often that is looked at."""

from __future__ import annotations

import shutil
from pathlib import Path

from precisionpulse_sdk.outbox import FreeSpace


def test_it_is_the_disks_and_looked_at_again_after_ten_seconds(tmp_path: Path) -> None:
    now_s = 100.0
    place = tmp_path / "outbox"
    place.mkdir()
    free = FreeSpace(place, lambda: now_s)
    seen = free()
    assert 0 < seen <= shutil.disk_usage(place).total
    place.rmdir()  # so that a second look would fail
    now_s += 10.0
    assert free() == seen
    place.mkdir()
    now_s += 0.1
    assert 0 < free() <= shutil.disk_usage(place).total
