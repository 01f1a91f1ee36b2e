"""Other programs that do the same work, run in the same run: each is a script under `peers/` with packages of its own.

`uv` installs a peer's packages from `peers/uv.lock` into an environment that lasts as long as it runs: some of them
bring packages that overwrite each other. A peer that can't be installed is reported as such."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import process
from benchmarks.process import Running

CHECKOUT = Path(__file__).resolve().parents[1]
PROJECT = CHECKOUT / "benchmarks" / "peers"


class MissingPeerError(Exception):
    """A peer can't be run here; the text says why."""


@dataclass
class Peers:
    """The peers, each installed when it is first wanted."""

    _faults: dict[str, str] = field(default_factory=dict)

    def run(self, name: str, order: Mapping[str, object], *, group: str) -> dict[str, Any]:
        """The answer of the script `peers/NAME.py` with the packages of `group`. Raises `MissingPeerError`."""
        with self.running(name, order, group=group) as peer:
            return peer.answer()

    @contextmanager
    def running(self, name: str, order: Mapping[str, object], *, group: str) -> Iterator[Running]:
        """The script at work. Raises `MissingPeerError`."""
        self._ensure(group)
        with process.running(name, order, [*_uv_run(group), "python", str(PROJECT / f"{name}.py")]) as peer:
            yield peer

    def _ensure(self, group: str) -> None:
        if group not in self._faults:
            tried = subprocess.run(
                [*_uv_run(group), "python", "-c", ""], capture_output=True, text=True, check=False, cwd=PROJECT
            )
            self._faults[group] = "" if tried.returncode == 0 else tried.stderr.strip()[-300:] or "uv failed"
        if self._faults[group]:
            raise MissingPeerError(f"the packages of {group!r} could not be installed: {self._faults[group]}")


def _uv_run(group: str) -> list[str]:
    return [
        _uv(),
        "run",
        "--quiet",
        "--isolated",
        "--frozen",
        "--no-python-downloads",
        f"--cache-dir={CHECKOUT / '.cache' / 'uv-cache'}",
        f"--project={PROJECT}",
        f"--python={sys.executable}",
        "--only-group",
        group,
    ]


def _uv() -> str:
    """The checkout's own uv."""
    place = importlib.util.spec_from_file_location("bootstrap", CHECKOUT / "stack" / "bootstrap.py")
    assert place is not None and place.loader is not None
    bootstrap = importlib.util.module_from_spec(place)
    place.loader.exec_module(bootstrap)
    uv: str = bootstrap.find_uv()
    os.environ.pop("VIRTUAL_ENV", None)
    return uv
