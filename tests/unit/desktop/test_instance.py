from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.instance import SingleInstance

# A process that claims the profile and dies without letting go, as after a crash.
CRASH = """
import os, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from precisionpulse_desktop.instance import SingleInstance
application = QCoreApplication([])
claimed = SingleInstance(Path(sys.argv[1])).claim()
print(claimed, flush=True)
os._exit(9)
"""


@pytest.mark.proves("DT17")
def test_a_second_start_shows_the_first_window(qtbot: QtBot, tmp_path: Path) -> None:
    first, second = SingleInstance(tmp_path), SingleInstance(tmp_path)
    assert first.claim()
    with qtbot.waitSignal(first.shown, timeout=10_000):
        assert not second.claim()
    first.release()
    assert second.claim()
    second.release()


@pytest.mark.proves("DT17")
def test_profiles_do_not_meet(qtbot: QtBot, tmp_path: Path) -> None:
    one, other = SingleInstance(tmp_path / "one"), SingleInstance(tmp_path / "other")
    assert one.claim()
    assert other.claim()
    one.release()
    other.release()


@pytest.mark.proves("DT17")
def test_a_crash_leaves_nothing_in_the_way(qtbot: QtBot, tmp_path: Path) -> None:
    crashed = subprocess.run([sys.executable, "-c", CRASH, str(tmp_path)], capture_output=True, text=True, timeout=60)
    assert crashed.stdout.strip() == "True"
    instance = SingleInstance(tmp_path)
    assert instance.claim()
    instance.release()
