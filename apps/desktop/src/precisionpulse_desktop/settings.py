"""Every setting of the desktop. The command line wins over the environment; nothing else reads either."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from precisionpulse_desktop import __version__
from precisionpulse_desktop.errors import SettingsError
from precisionpulse_desktop.schedule import MAX_INTERVAL_MS, MIN_INTERVAL_MS

DEFAULT_PROFILE = "default"
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True, slots=True)
class Settings:
    """How this run behaves."""

    data_dir: Path
    """Holds identity, buffer, replica and log of this profile."""
    profile: str = DEFAULT_PROFILE
    """Name of this instance, as shown in the window."""
    headless: bool = False
    """Measure and send without a window."""
    source: str = "host"
    """Name of the source to measure with."""
    interval_ms: int = 1000
    """Pause between two readings of each metric, while the site's configuration sets none."""
    enrol_url: str | None = None
    """Address of the server to enrol with, if there is no identity yet."""
    enrol_code: str | None = None
    """One-time code to enrol with. Not logged."""
    log_level: str = "INFO"
    """Least severe level that is logged."""
    animate: bool = True
    """Let the badge pulse, where the system does not ask for less motion."""
    self_test: bool = False
    """Report the version and leave."""


def load(argv: Sequence[str] | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the command line `argv` (None: the process's own) and `environ`.

    Raises `SettingsError` with every fault at once; an unknown option ends the process with a usage message."""
    given = _parser().parse_args(argv)
    faults: list[str] = []

    def text(option: str, variable: str, default: str | None = None) -> str | None:
        value = getattr(given, option)
        return value if value is not None else environ.get(variable, default) or default

    profile = text("profile", "PP_DESKTOP_PROFILE", DEFAULT_PROFILE) or DEFAULT_PROFILE
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}", profile):
        faults.append(f"--profile (PP_DESKTOP_PROFILE) must be 1 to 32 letters, digits, '-' or '_', not {profile!r}")
    directory = text("data_dir", "PP_DESKTOP_DATA_DIR")
    interval = text("interval_ms", "PP_DESKTOP_INTERVAL_MS", "1000") or ""
    if not interval.isdecimal() or not MIN_INTERVAL_MS <= int(interval) <= MAX_INTERVAL_MS:
        faults.append(
            f"--interval-ms (PP_DESKTOP_INTERVAL_MS) must be {MIN_INTERVAL_MS} to {MAX_INTERVAL_MS}, not {interval!r}"
        )
    url, code = text("enrol_url", "PP_ENROL_URL"), text("enrol_code", "PP_ENROL_CODE")
    if code and not url:
        faults.append("--enrol-code (PP_ENROL_CODE) needs --enrol-url (PP_ENROL_URL)")
    if given.headless and url and not code:
        faults.append("--enrol-url (PP_ENROL_URL) needs --enrol-code (PP_ENROL_CODE) when there is no window")
    level = (text("log_level", "PP_DESKTOP_LOG_LEVEL", "INFO") or "INFO").upper()
    if level not in LOG_LEVELS:
        faults.append(f"--log-level (PP_DESKTOP_LOG_LEVEL) must be one of {', '.join(LOG_LEVELS)}, not {level!r}")
    if faults:
        raise SettingsError("\n".join(faults))
    return Settings(
        data_dir=Path(directory).expanduser().absolute() if directory else _default_directory(profile),
        profile=profile,
        headless=given.headless,
        source=text("source", "PP_DESKTOP_SOURCE", "host") or "host",
        interval_ms=int(interval),
        enrol_url=url,
        enrol_code=code,
        log_level=level,
        animate=environ.get("PP_DESKTOP_ANIMATE", "1") not in ("0", "false", "no"),
        self_test=given.self_test,
    )


def _default_directory(profile: str) -> Path:
    return platformdirs.user_data_path("PrecisionPulse", appauthor=False) / profile


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="precisionpulse-desktop",
        description="Streams this machine's metrics to a PrecisionPulse site, and keeps measuring while it is offline.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--headless", action="store_true", help="measure and send without a window")
    parser.add_argument("--profile", metavar="NAME", help="a separate instance with its own identity and data")
    parser.add_argument(
        "--data-dir", metavar="DIR", help="where identity and data are (default: the user's data folder)"
    )
    parser.add_argument("--source", metavar="NAME", help="what to measure: host (default), generator, or a plug-in")
    parser.add_argument(
        "--interval-ms",
        metavar="N",
        help="pause between two readings of a metric, while the site sets none (default: 1000)",
    )
    parser.add_argument("--enrol-url", metavar="URL", help="enrol with this server if there is no identity yet")
    parser.add_argument("--enrol-code", metavar="CODE", help="the one-time code for --enrol-url")
    parser.add_argument("--log-level", metavar="LEVEL", help=f"one of {', '.join(LOG_LEVELS)} (default: INFO)")
    parser.add_argument("--self-test", action="store_true", help="check the installation, print the version, exit 0")
    return parser
