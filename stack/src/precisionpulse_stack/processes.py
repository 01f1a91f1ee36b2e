"""Keeps a list of programs running: starts them in order, restarts those that die, stops them in reverse order.

All of it happens on the thread that calls `start`, `watch` and `stop` (the kernel ties a child's life to the *thread*
that made it); one more thread per program only carries its output.
"""

import re
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from precisionpulse_stack import leash
from precisionpulse_stack.account import Account
from precisionpulse_stack.console import Console
from precisionpulse_stack.errors import NotReadyError
from precisionpulse_stack.waiting import wait_until

_FIRST_BACK_OFF_S = 0.5
_LONGEST_BACK_OFF_S = 30.0
_STEADY_AFTER_S = 60.0  # a program that ran this long begins its back-off anew
_BETWEEN_LOOKS_S = 0.1
_REMEMBERED_LINES = 25
_KEPT_LOG_BYTES = 5_000_000
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def _nothing() -> None:
    return


def _at_once(pid: int) -> bool:
    return True


@dataclass(frozen=True)
class Program:
    """One program to keep running.

    `before_start` runs before every start, `is_ready` is asked with the pid until it is true. With `ends_when_closed`
    an exit with code 0 is its user's wish and not mended (a window that was closed); everything else that ends is
    started again.
    """

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]
    directory: Path | None = None
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    grace_s: float = 10
    before_start: Callable[[], None] = _nothing
    is_ready: Callable[[int], bool] = _at_once
    ready_within_s: float = 60
    ends_when_closed: bool = False


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    pump: threading.Thread
    last_lines: deque[str]
    restarts: int = 0
    back_off_s: float = _FIRST_BACK_OFF_S
    start_again_at: float | None = None
    closed: bool = False


@dataclass
class Supervisor:
    """Runs programs below the calling thread.

    `talkative` decides whether their lines reach the console; the log files get them always.
    """

    logs: Path
    console: Console
    on_change: Callable[[], None] = _nothing
    talkative: bool = False
    _children: dict[str, _Child] = field(default_factory=dict)

    @property
    def pids(self) -> dict[str, int]:
        """The programs that run now."""
        return {name: child.process.pid for name, child in self._children.items() if child.process.poll() is None}

    @property
    def restarts(self) -> dict[str, int]:
        """How often each program had to be started again."""
        return {name: child.restarts for name, child in self._children.items()}

    def start(self, *programs: Program) -> None:
        """Starts programs side by side and waits until each is ready.

        NotReadyError, with the last lines it said, for the first that does not get there.
        """
        for program in programs:
            self._children[program.name] = self._spawn(program)
            self.on_change()
        for program in programs:
            self._await(self._children[program.name])

    def watch(self, until: threading.Event) -> None:
        """Restarts what dies, with growing pauses, until the event is set."""
        while not until.wait(_BETWEEN_LOOKS_S):
            self.look()

    def look(self) -> None:
        """Looks once after every program."""
        for child in list(self._children.values()):
            self._look_after(child)

    def last_words(self, name: str) -> str:
        """The last lines that a program said, indented; nothing for one that never started."""
        return _indented(self._children[name].last_lines) if name in self._children else ""

    def stop(self) -> None:
        """Stops all programs, the last one started first; kills those that take longer than their grace."""
        for child in reversed(self._children.values()):
            leash.stop(child.process, stop_signal=child.program.stop_signal, grace_s=child.program.grace_s)
            leash.kill_group(child.process)  # what it may have left behind
            child.pump.join(timeout=2)
        self._children.clear()
        self.on_change()

    def _await(self, child: _Child) -> None:
        program = child.program
        try:
            wait_until(
                program.name,
                lambda: program.is_ready(child.process.pid),
                program.ready_within_s,
                still_alive=lambda: child.process.poll() is None,
            )
        except NotReadyError as error:
            child.pump.join(timeout=1)
            said = _indented(child.last_lines)
            raise NotReadyError(f"{error}. It said:\n{said}\nAll of it: {self._log_file(program)}") from error

    def _look_after(self, child: _Child) -> None:
        code = child.process.poll()
        if code is None or child.closed:
            return
        name, now = child.program.name, time.monotonic()
        if child.start_again_at is None:
            leash.kill_group(child.process)
            if code == 0 and child.program.ends_when_closed:
                child.closed = True
                self.console.say(f"{name} was closed; everything else goes on (`make stop run` starts it again)")
                self.on_change()
                return
            if now - child.started > _STEADY_AFTER_S:
                child.back_off_s = _FIRST_BACK_OFF_S
            child.start_again_at = now + child.back_off_s
            self.console.say(f"{name} ended ({describe_exit(code)}); starting it again in {child.back_off_s:g} s")
            self.on_change()
        elif now >= child.start_again_at:
            again = self._spawn(child.program)
            again.last_lines.extendleft(reversed(child.last_lines))
            again.restarts = child.restarts + 1
            again.back_off_s = min(child.back_off_s * 2, _LONGEST_BACK_OFF_S)
            self._children[name] = again
            self.on_change()

    def _spawn(self, program: Program) -> _Child:
        program.before_start()
        process = leash.spawn(
            program.command,
            environment=program.environment,
            directory=program.directory,
            account=program.account,
            stop_signal=program.stop_signal,
            output=subprocess.PIPE,
        )
        last_lines: deque[str] = deque(maxlen=_REMEMBERED_LINES)
        pump = threading.Thread(
            target=self._carry, args=(program, process, last_lines), name=f"output of {program.name}", daemon=True
        )
        pump.start()
        return _Child(program, process, time.monotonic(), pump, last_lines)

    def _carry(self, program: Program, process: subprocess.Popen[bytes], last_lines: deque[str]) -> None:
        assert process.stdout is not None
        with self._opened_log(program) as log, process.stdout as output:
            for raw in output:
                log.write(raw)
                log.flush()
                line = printable(raw.decode(errors="replace").rstrip("\n"))
                last_lines.append(line)
                if self.talkative:
                    self.console.line(program.name, line)

    def _log_file(self, program: Program) -> Path:
        return self.logs / f"{program.name}.log"

    def _opened_log(self, program: Program) -> BinaryIO:
        path = self._log_file(program)
        if path.exists() and path.stat().st_size > _KEPT_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")


def _indented(lines: Iterable[str]) -> str:
    return "\n".join(f"    {line}" for line in lines) or "    (nothing)"


def describe_exit(code: int) -> str:
    """An exit code in words, as `subprocess` gives it: negative for a signal."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def printable(line: str) -> str:
    """The line without control characters: what a program relays from a peer must not steer this terminal."""
    return _CONTROL_CHARACTERS.sub("", line)
