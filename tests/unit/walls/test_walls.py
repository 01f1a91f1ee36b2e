"""The walls between the parts hold, and each is seen to fall when somebody walks through it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
_SOURCES = ("generated/python", "sdk/python/src", "apps/backend/src", "apps/desktop/src", "stack/src")
_TRESPASSES = {
    "The apps never import each other": (
        "apps/desktop/src/precisionpulse_desktop/schedule.py",
        "import precisionpulse_backend.settings",
    ),
    "Only the SDK's message door": (
        "apps/backend/src/precisionpulse_backend/settings.py",
        "import precisionpulse.v1.frame_pb2",
    ),
    "The SDK imports no app": ("sdk/python/src/precisionpulse_sdk/config.py", "import precisionpulse_stack.ports"),
    "Protocol logic does no I/O": ("sdk/python/src/precisionpulse_sdk/frame.py", "import socket"),
    "Only transport.mqtt knows": ("stack/src/precisionpulse_stack/ports.py", "import paho.mqtt.client"),
    "The desktop measures without Qt": (
        "apps/desktop/src/precisionpulse_desktop/acquisition.py",
        "import PySide6.QtCore",
    ),
}


def _verdicts(sources: Path) -> dict[str, str]:
    """What import-linter says of each contract when the packages are taken from `sources`."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(str(sources / place) for place in _SOURCES)}
    linter = Path(sys.executable).with_name("lint-imports")
    said = subprocess.run(
        [linter, "--no-cache", "--config", CHECKOUT / "pyproject.toml"],
        env=environment,
        cwd=sources,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", said, re.MULTILINE))


def test_every_wall_stands() -> None:
    verdicts = _verdicts(CHECKOUT)
    assert len(verdicts) == len(_TRESPASSES)
    assert set(verdicts.values()) == {"KEPT"}, verdicts


@pytest.fixture(scope="module")
def verdicts_on_trespasses(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The verdicts on a copy of the sources where each wall was walked through once."""
    copy = tmp_path_factory.mktemp("trespassed")
    for place in _SOURCES:
        shutil.copytree(CHECKOUT / place, copy / place, ignore=shutil.ignore_patterns("__pycache__"))
    for path, statement in _TRESPASSES.values():
        with (copy / path).open("a") as file:
            file.write(f"\n{statement}\n")
    return _verdicts(copy)


@pytest.mark.parametrize("wall", _TRESPASSES)
def test_walking_through_a_wall_is_noticed(verdicts_on_trespasses: dict[str, str], wall: str) -> None:
    verdict = next(verdict for name, verdict in verdicts_on_trespasses.items() if name.startswith(wall))
    assert verdict == "BROKEN"
