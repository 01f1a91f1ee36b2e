"""What the person at the terminal sees: numbered steps while things start, then the programs' lines, each under its
name.

On a terminal a running step shows its seconds and names have colours; elsewhere (a log, CI) nothing moves and nothing
is coloured. Safe to use from several threads: lines never mix.
"""

import io
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TextIO

_COLOURS = ("36", "35", "34", "32", "33", "96", "95", "94")
_REMINDER_S = 15.0  # a long step says now and then, where no line can move, that it is still at it
_NAME_WIDTH = 9


@dataclass
class Console:
    """One terminal. `steps` is how many numbered steps are to come."""

    steps: int
    out: TextIO = field(default_factory=lambda: sys.stdout)
    _done: int = 0
    _running: str | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _names: list[str] = field(default_factory=list)

    @property
    def is_terminal(self) -> bool:
        return self.out.isatty()

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Numbers and times what is done inside; an error leaves its line saying so."""
        self._done += 1
        label = f"[{self._done}/{self.steps}] {what}"
        begun, finished = time.monotonic(), threading.Event()
        watcher = threading.Thread(target=self._show_progress, args=(label, begun, finished), daemon=True)
        watcher.start()
        outcome = "failed after "
        try:
            yield
            outcome = ""
        except KeyboardInterrupt:
            outcome = "stopped after "
            raise
        finally:
            finished.set()
            watcher.join()
            self._end_running()
            self.say(f"{label} … {outcome}{time.monotonic() - begun:.1f} s")

    def say(self, text: str) -> None:
        """Writes a line of our own."""
        with self._lock:
            self._write(f"{text}\n")

    def line(self, name: str, text: str) -> None:
        """Writes a line that the program `name` said."""
        with self._lock:
            if name not in self._names:
                self._names.append(name)
            label = f"{name:<{_NAME_WIDTH}} │"
            if self.is_terminal:
                label = f"\x1b[{_COLOURS[self._names.index(name) % len(_COLOURS)]}m{label}\x1b[0m"
            self.say(f"{label} {text}")

    def strong(self, text: str) -> str:
        """`text` made to stand out, where that is possible."""
        return f"\x1b[1m{text}\x1b[0m" if self.is_terminal else text

    def _show_progress(self, label: str, begun: float, finished: threading.Event) -> None:
        while not finished.wait(1.0 if self.is_terminal else _REMINDER_S):
            so_far = f"{label} … {time.monotonic() - begun:.0f} s"
            if self.is_terminal:
                with self._lock:
                    self._write("", running=so_far)
            else:
                self.say(so_far)

    def _end_running(self) -> None:
        with self._lock:
            if self._running is not None:
                self._running = ""
                self._write("")
            self._running = None

    def _write(self, text: str, *, running: str | None = None) -> None:
        """Puts `text` above the line of the running step, which is drawn anew."""
        erased = "\r\x1b[2K" if self._running is not None else ""
        self._running = running if running is not None else self._running
        try:
            self.out.write(f"{erased}{text}{self._running or ''}")
            self.out.flush()
        except OSError:  # the terminal is gone; what runs is still to be stopped in order
            self.out = io.StringIO()
