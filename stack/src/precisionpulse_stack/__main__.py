"""`precisionpulse-stack run | stop | status | clean`: the local system of the checkout that one stands in.

`packages` installs the npm packages; `test-packages` brings, or names, the Debian packages that the tests use.

Exit codes: 0 done, 1 could not (the reason is printed), 130 interrupted while starting.
"""

import _thread
import argparse
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import psutil

from precisionpulse_stack import settings, state, system_packages
from precisionpulse_stack.errors import NotReadyError, StackError
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.node import Dashboard, find_node
from precisionpulse_stack.stack import Stack
from precisionpulse_stack.waiting import wait_until

_STOP_WITHIN_S = 60
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(argv: Sequence[str] | None = None) -> int:
    """Carries out one command; the result is the process's exit code."""
    parser = argparse.ArgumentParser(prog="precisionpulse-stack", description="Runs PrecisionPulse on this machine.")
    parser.add_argument("--checkout", type=Path, default=Path.cwd(), help="the checkout to run (default: here)")
    parser.add_argument("--run-directory", type=Path, help="data, secrets and logs (default: .run in the checkout)")
    commands = {
        "run": run,
        "stop": stop,
        "status": status,
        "clean": clean,
        "packages": packages,
        "test-packages": test_packages,
    }
    parser.add_argument("command", choices=commands)
    given = parser.parse_args(argv)
    try:
        elsewhere = given.run_directory.resolve() if given.run_directory else None
        return commands[given.command](Layout(given.checkout.resolve(), elsewhere))
    except StackError as error:
        print(f"\nPrecisionPulse cannot go on: {error}", file=sys.stderr)
        return 1


def run(layout: Layout) -> int:
    """Runs the system in the foreground until Ctrl-C, SIGTERM or `stop`."""
    layout.make()
    with state.only_one(layout) as is_ours:
        if not is_ours:
            where = (state.read(layout) or {}).get("web_url", "it is still starting")
            print(f"PrecisionPulse is running already: {where}  (`make stop` ends it)")
            return 0
        stack = Stack(layout, settings.load())
        for number in _ENDING:
            signal.signal(number, lambda *_: _interrupt(stack))
        try:
            stack.run()
        except KeyboardInterrupt:
            print("Stopped while starting.", file=sys.stderr)
            return 130
    return 0


def stop(layout: Layout) -> int:
    """Ends the running system and waits until it has ended."""
    running = state.read(layout)
    if not state.is_running(layout) or running is None:
        print("PrecisionPulse is not running.")
        return 0
    os.kill(running["pids"]["stack"], signal.SIGTERM)
    try:
        wait_until("The running system", lambda: not state.is_running(layout), _STOP_WITHIN_S)
    except NotReadyError as error:
        raise StackError(
            f"the running system (pid {running['pids']['stack']}) did not stop within {_STOP_WITHIN_S} s"
        ) from error
    print("PrecisionPulse has stopped.")
    return 0


def status(layout: Layout) -> int:
    """Says what runs."""
    running = state.read(layout)
    if not state.is_running(layout) or running is None:
        print("PrecisionPulse is not running.")
        return 1
    print(f"{'ready' if running['ready'] else 'starting'}: {running['web_url']}")
    for name, pid in running["pids"].items():
        restarts = running["restarts"].get(name, 0)
        print(f"  {name:<10} pid {pid:<8} {'running' if psutil.pid_exists(pid) else 'gone':<8} restarts {restarts}")
    return 0


def clean(layout: Layout) -> int:
    """Ends the running system and removes its data, secrets and logs."""
    stop(layout)
    layout.remove_outside()
    shutil.rmtree(layout.run, ignore_errors=True)
    print("The data, secrets and logs of the local system are removed.")
    return 0


def packages(layout: Layout) -> int:
    """Installs the npm packages that the lock names."""
    layout.make()
    dashboard = Dashboard(find_node(layout))
    if not dashboard.packages_are_current:
        print("Installing the npm packages (the first time takes a minute) …", flush=True)
        dashboard.install_packages()
    return 0


def test_packages(layout: Layout) -> int:
    """Installs what the tests need of Debian's packages where that is allowed, else names it.

    Without them the tests go on, but for CI: there a test that cannot run is a fault.
    """
    return 1 if not system_packages.ensure_for_tests() and settings.must_run_all_tests() else 0


def _interrupt(stack: Stack) -> None:
    """Asks for an orderly end, once; what is still starting is interrupted, since nothing there looks."""
    for number in _ENDING:
        signal.signal(number, lambda *_: None)
    # The main thread, interrupted here, may hold the event's lock: another thread must set it.
    _thread.start_new_thread(stack.stopping.set, ())
    if not stack.started.is_set():
        raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
