"""A zip for support: versions, settings without secrets, the log, statistics, the latest states of the link. No
values."""

from __future__ import annotations

import json
import platform
import sys
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from precisionpulse_desktop.logs import FILE_NAME
from precisionpulse_desktop.settings import Settings
from precisionpulse_sdk.client import ClientStats

PACKAGES = (
    "precisionpulse-desktop",
    "precisionpulse-sdk",
    "precisionpulse-contract",
    "PySide6-Essentials",
    "pyqtgraph",
    "numpy",
    "psutil",
    "paho-mqtt",
    "cryptography",
    "protobuf",
)
SECRET_SETTINGS = frozenset({"enrol_code"})


def write(target: Path, settings: Settings, stats: ClientStats, states: Iterable[str]) -> None:
    """Write the zip to `target`; `states` are lines, oldest first. Raises `OSError`."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("versions.json", _json(versions()))
        archive.writestr("settings.json", _json(shown_settings(settings)))
        archive.writestr("statistics.json", _json(asdict(stats)))
        archive.writestr("link.txt", "\n".join(states))
        log = settings.data_dir / FILE_NAME
        if log.is_file():
            archive.write(log, FILE_NAME)


def suggested_name() -> str:
    """A file name that says when."""
    return f"precisionpulse-diagnostics-{datetime.now(UTC):%Y%m%d-%H%M%S}.zip"


def shown_settings(settings: Settings) -> dict[str, object]:
    """The settings without secrets, by name."""
    return {name: value for name, value in asdict(settings).items() if name not in SECRET_SETTINGS}


def versions() -> dict[str, str]:
    """Versions of the program and of what it stands on, by name."""
    found = {"python": sys.version, "system": platform.platform()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _json(content: object) -> str:
    return json.dumps(content, indent=2, default=lambda other: other.value if isinstance(other, Enum) else str(other))
