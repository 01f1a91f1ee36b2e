"""Children that do not outlive their parent.

`spawn` is how the stack starts every lasting program: in its own session (so that Ctrl-C reaches only the stack, which
then stops its children in order), optionally under an unprivileged account, and on Linux with a signal that the kernel
sends when the parent dies.
"""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from precisionpulse_stack.account import Account

_PR_SET_PDEATHSIG = 1


def spawn(
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    account: Account | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    output: int | IO[bytes] | None = None,
) -> subprocess.Popen[bytes]:
    """Starts a program;

    `stop_signal` is also what it gets should this process die. Standard error goes where standard output goes.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        env=None if environment is None else dict(environment),
        cwd=directory,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        preexec_fn=_ask_for_signal_on_parents_death(stop_signal),
    )


def stop(process: subprocess.Popen[bytes], *, stop_signal: signal.Signals = signal.SIGTERM, grace_s: float = 10) -> int:
    """Asks the program to end, kills it and whatever it started when it has not within the grace; returns its exit
    code.
    """
    if process.poll() is None:
        process.send_signal(stop_signal)
        try:
            process.wait(grace_s)
        except subprocess.TimeoutExpired:
            kill_group(process)
    return process.wait()


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to the program and to everything in its session."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _ask_for_signal_on_parents_death(stop_signal: signal.Signals) -> Callable[[], None] | None:
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(
        None, use_errno=True
    ).prctl  # looked up before the fork: a forked child of threads must not load libraries
    parent = os.getpid()

    def ask() -> None:
        prctl(_PR_SET_PDEATHSIG, int(stop_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return ask
