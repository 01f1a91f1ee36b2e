"""The supervisor, with small stand-in programs in place of the real ones."""

import io
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from precisionpulse_stack.console import Console
from precisionpulse_stack.errors import NotReadyError
from precisionpulse_stack.processes import Program, Supervisor, describe_exit, printable
from precisionpulse_stack.waiting import wait_until

_WAIT_S = 20
_PYTHON = sys.executable


@pytest.fixture
def screen() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(tmp_path: Path, screen: io.StringIO) -> Iterator[Supervisor]:
    watched = Supervisor(tmp_path, Console(steps=1, out=screen), talkative=True)
    yield watched
    watched.stop()


def _program(name: str, source: str, **more: object) -> Program:
    return Program(name, [_PYTHON, "-u", "-c", source], os.environ, **more)  # type: ignore[arg-type]


_LASTING = "import signal; print('up'); signal.pause()"


def _watch_until(supervisor: Supervisor, condition: "threading.Event") -> None:
    """Runs the supervisor here until the event is set, at most for the deadline."""
    timer = threading.Timer(_WAIT_S, condition.set)
    timer.start()
    supervisor.watch(condition)
    timer.cancel()


def test_a_program_runs_until_it_is_stopped(supervisor: Supervisor) -> None:
    supervisor.start(_program("one", _LASTING))
    pid = supervisor.pids["one"]
    supervisor.stop()
    assert not psutil.pid_exists(pid)
    assert supervisor.pids == {}


def test_starting_waits_until_the_program_is_ready(supervisor: Supervisor, tmp_path: Path) -> None:
    sign = tmp_path / "ready"
    source = f"import pathlib, signal; pathlib.Path({str(sign)!r}).touch(); signal.pause()"
    supervisor.start(_program("one", source, is_ready=lambda pid: sign.exists()))
    assert sign.exists()


def test_a_program_that_ends_while_starting_is_reported_with_what_it_said(supervisor: Supervisor) -> None:
    with pytest.raises(NotReadyError, match=r"one ended while starting(.|\n)*port 1883 is taken"):
        supervisor.start(_program("one", "print('port 1883 is taken'); exit(1)", is_ready=lambda pid: False))


def test_a_program_that_is_never_ready_is_reported(supervisor: Supervisor) -> None:
    with pytest.raises(NotReadyError, match="one was not ready within"):
        supervisor.start(_program("one", _LASTING, is_ready=lambda pid: False, ready_within_s=0.1))


def test_programs_are_stopped_in_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    journal = tmp_path / "journal"
    source = (
        "import signal, sys\n"
        "def end(*_):\n"
        f"    open({str(journal)!r}, 'a').write('%s\\n'); sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('armed'); signal.pause()"
    )
    for name in ("first", "second"):
        log = tmp_path / f"{name}.log"
        supervisor.start(
            _program(name, source % name, is_ready=lambda pid, log=log: log.exists() and "armed" in log.read_text())
        )
    supervisor.stop()
    assert journal.read_text().split() == ["second", "first"]


def test_a_program_that_ignores_the_request_is_killed_after_its_grace(supervisor: Supervisor, tmp_path: Path) -> None:
    source = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('deaf')\nwhile True: signal.pause()"
    log = tmp_path / "one.log"
    supervisor.start(
        _program("one", source, grace_s=0.1, is_ready=lambda pid: log.exists() and "deaf" in log.read_text())
    )
    pid = supervisor.pids["one"]
    supervisor.stop()
    assert not psutil.pid_exists(pid)


def test_what_a_program_started_ends_with_it(supervisor: Supervisor, tmp_path: Path) -> None:
    source = (
        "import subprocess, sys, signal\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        "print(child.pid); signal.pause()"
    )
    log = tmp_path / "one.log"
    supervisor.start(_program("one", source, is_ready=lambda pid: log.exists() and log.read_text().endswith("\n")))
    grandchild = psutil.Process(int(log.read_text()))
    supervisor.stop()
    wait_until("the grandchild's end", lambda: not _is_alive(grandchild), _WAIT_S)


def test_a_program_that_dies_is_started_again_and_counted(supervisor: Supervisor, screen: io.StringIO) -> None:
    again = threading.Event()
    started: list[int] = []

    def note() -> None:
        started.append(1)
        if len(started) == 2:
            again.set()

    supervisor.start(_program("one", _LASTING, before_start=note))
    os.kill(supervisor.pids["one"], signal.SIGKILL)
    _watch_until(supervisor, again)
    assert supervisor.restarts == {"one": 1}
    assert "one ended (killed by SIGKILL); starting it again in 0.5 s" in screen.getvalue()


def test_the_pause_before_a_new_start_grows(supervisor: Supervisor, screen: io.StringIO) -> None:
    third = threading.Event()
    starts: list[int] = []

    def note() -> None:
        starts.append(1)
        if len(starts) == 3:
            third.set()

    supervisor.start(_program("one", "raise SystemExit(3)", before_start=note))
    _watch_until(supervisor, third)
    assert "(exit code 3); starting it again in 0.5 s" in screen.getvalue()
    assert "(exit code 3); starting it again in 1 s" in screen.getvalue()


def test_a_window_that_its_user_closed_stays_closed(supervisor: Supervisor, screen: io.StringIO) -> None:
    seen = threading.Event()
    supervisor.on_change = lambda: seen.set() if "was closed" in screen.getvalue() else None
    supervisor.start(_program("window", "pass", ends_when_closed=True))
    _watch_until(supervisor, seen)
    assert supervisor.restarts == {"window": 0}
    assert "window was closed" in screen.getvalue()


def test_what_programs_say_is_shown_under_their_name_and_kept(
    supervisor: Supervisor, screen: io.StringIO, tmp_path: Path
) -> None:
    supervisor.start(_program("one", "import sys; print('to out'); print('to err', file=sys.stderr)"))
    wait_until("the lines", lambda: "to err" in screen.getvalue(), _WAIT_S)
    assert screen.getvalue().splitlines() == ["one       │ to out", "one       │ to err"]
    assert (tmp_path / "one.log").read_text() == "to out\nto err\n"


def test_the_parents_death_ends_its_programs(tmp_path: Path) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux tells children of their parent's death")
    source = (
        "import sys; from precisionpulse_stack import leash\n"
        "child = leash.spawn([sys.executable, '-c', 'import signal; signal.pause()'])\n"
        "print(child.pid, flush=True); child.wait()"
    )
    parent = subprocess.Popen([_PYTHON, "-c", source], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    parent.kill()
    parent.communicate()
    wait_until("the child's end", lambda: not _is_alive(child), _WAIT_S)


@pytest.mark.parametrize(
    ("code", "words"), [(1, "exit code 1"), (-9, "killed by SIGKILL"), (-200, "killed by signal 200")]
)
def test_exit_codes_in_words(code: int, words: str) -> None:
    assert describe_exit(code) == words


def test_control_characters_of_a_program_do_not_reach_the_terminal() -> None:
    assert printable("a\x1b[2Jb\rc\td") == "a[2Jbc\td"


def _is_alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
