"""The whole system as a test starts it: a real `run` in a process of its own, with ports and data of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from precisionpulse_stack import leash
from precisionpulse_stack.errors import NotReadyError
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.waiting import wait_until

_READY_WITHIN_S = 600  # a first run builds the dashboard
_PORTS = (
    "WEB_PORT",
    "API_PORT",
    "BROKER_PORT",
    "HUB_BROKER_PORT",
    "DATABASE_PORT",
    "INGEST_HTTP_PORT",
    "DEMO_LINK_PORT",
    "DEMO_CONTROL_PORT",
)


@dataclass
class RunningStack:
    """One running system; `state` is its `stack.json` as it is now."""

    checkout: Path
    layout: Layout
    process: subprocess.Popen[bytes]

    @property
    def state(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.layout.state_file.read_text())
        return content

    @property
    def password(self) -> str:
        """The first administrator's password."""
        return Path(self.state["admin"]["password_file"]).read_text().strip()

    @property
    def output(self) -> str:
        """What it has printed so far."""
        return _output_file(self.layout).read_text(errors="replace")

    def command(self, name: str) -> "subprocess.CompletedProcess[str]":
        """Runs `stop`, `status` or another command against this system."""
        return subprocess.run(_command(self.checkout, self.layout, name), capture_output=True, text=True, check=False)

    def stop(self) -> int:
        """Ends it as Ctrl-C would; its exit code."""
        return leash.stop(self.process, grace_s=60)


def start_whole_stack(checkout: Path, layout: Layout, environment: Mapping[str, str]) -> RunningStack:
    """Starts everything on free ports with its data in `layout.run`, and waits until a reading is on the dashboard.

    NotReadyError, with what it printed, when it does not get there.
    """
    chosen = {**os.environ, **dict.fromkeys(_PORTS, "0"), **environment}
    with _output_file(layout).open("wb") as output:
        process = leash.spawn(_command(checkout, layout, "run"), environment=chosen, output=output)
    stack = RunningStack(checkout, layout, process)
    try:
        wait_until(
            "The stack",
            lambda: (
                layout.state_file.exists() and stack.state["pids"].get("stack") == process.pid and stack.state["ready"]
            ),
            _READY_WITHIN_S,
            still_alive=lambda: process.poll() is None,
        )
    except NotReadyError as error:
        stack.stop()
        raise NotReadyError(f"{error}. It said:\n{stack.output}") from error
    return stack


def _command(checkout: Path, layout: Layout, name: str) -> list[str | Path]:
    module = [sys.executable, "-m", "precisionpulse_stack"]
    return [*module, "--checkout", checkout, "--run-directory", layout.run, name]


def _output_file(layout: Layout) -> Path:
    return layout.run / "output"
