"""A real program that a test kills, freezes and starts again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterable
from pathlib import Path

import psutil

from precisionpulse_stack import leash
from precisionpulse_stack.processes import Program
from precisionpulse_stack.waiting import wait_until


class Part:
    """One program with all the processes that it made; what it says is appended to `logs`/NAME.log. `role` is what it
    has in common with others."""

    def __init__(self, program: Program, role: str, logs: Path) -> None:
        self.program = program
        self.role = role
        self.log_file = logs / f"{program.name}.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._frozen: list[psutil.Process] = []

    @property
    def name(self) -> str:
        return self.program.name

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Starts it unless it runs. Returns at once."""
        if self.runs:
            return
        program = self.program
        program.before_start()
        with self.log_file.open("ab") as output:
            self._process = leash.spawn(
                program.command,
                environment=program.environment,
                directory=program.directory,
                account=program.account,
                stop_signal=program.stop_signal,
                output=output,
            )

    def wait_ready(self) -> None:
        """Returns when it does its work. NotReadyError when it does not within its time."""
        assert self._process is not None
        pid = self._process.pid
        wait_until(
            self.name,
            lambda: self.program.is_ready(pid),
            self.program.ready_within_s,
            still_alive=lambda: self.runs,
        )

    def kill(self) -> None:
        """Kill -9 to every process of it, at once as far as that goes."""
        _signal(self._family(), signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        self._frozen = []

    def kill_child(self, choice: float) -> None:
        """Kill -9 to one of the processes that it made, the one at `choice` (0 to 1) of its list."""
        children = self._family()[1:]
        if children:
            _signal([children[int(choice * len(children))]], signal.SIGKILL)

    def freeze(self) -> None:
        """Takes the processor from it, as a machine that swaps, a debugger or a suspended container does."""
        self._frozen = self._family()
        _signal(self._frozen, signal.SIGSTOP)

    def thaw(self) -> None:
        """Ends `freeze`."""
        _signal(self._frozen, signal.SIGCONT)
        self._frozen = []

    def ask_to_end(self) -> None:
        """Asks the program to end in good order. Returns at once."""
        assert self._process is not None
        self._process.terminate()

    def wait_ended(self, within_s: float) -> None:
        """Returns when the program has ended. subprocess.TimeoutExpired when it does not within the time."""
        assert self._process is not None
        self._process.wait(within_s)

    def _family(self) -> list[psutil.Process]:
        """The program and its descendants, itself first, so that it can't replace what is killed."""
        if not self.runs or self._process is None:
            return []
        try:
            program = psutil.Process(self._process.pid)
            return [program, *program.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def _signal(processes: Iterable[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
            os.kill(process.pid, number)
