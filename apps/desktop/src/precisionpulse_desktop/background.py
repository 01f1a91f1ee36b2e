"""Slow work off the GUI thread: a password hash, an enrolment."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal, Slot

log = logging.getLogger(__name__)


class Task(QObject):
    """Runs `work` once on a thread of its own. One of `done` and `failed` is emitted on the thread that this lives in,
    unless it was cancelled before; then it deletes itself. The thread is a daemon: a hanging network can't keep the
    program alive. `awaited` is for work that surely ends: a program that ends meanwhile waits for it."""

    done = Signal(object)
    """What `work` returned."""
    failed = Signal(Exception)
    """What `work` raised."""

    _ended = Signal(object, object)

    def __init__(self, work: Callable[[], object], parent: QObject | None = None, *, awaited: bool = False) -> None:
        super().__init__(parent)
        self._work = work
        self._cancelled = False
        self._ended.connect(self._report, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="background task", daemon=not awaited)

    def start(self) -> None:
        """Begin. Call once."""
        self._thread.start()

    def cancel(self) -> None:
        """Report nothing. The work itself runs to its end unheard."""
        self._cancelled = True

    def _run(self) -> None:
        result, error = None, None
        try:
            result = self._work()
        except Exception as caught:  # noqa: BLE001 - handed over as it is; the receiver decides
            error = caught
        try:
            self._ended.emit(result, error)
        except RuntimeError:
            log.debug("a task ended after the window was gone")

    @Slot(object, object)
    def _report(self, result: object, error: Exception | None) -> None:
        self.deleteLater()
        if self._cancelled:
            return
        if error is None:
            self.done.emit(result)
        else:
            self.failed.emit(error)
