"""One window for each data directory: a second start shows the first window and leaves."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from precisionpulse_desktop.errors import InstanceError

ANSWER_TIMEOUT_MS = 1000
_SHOW = b"show\n"


class SingleInstance(QObject):
    """Claims `data_dir` for this process with a local socket that only this user can open."""

    shown = Signal()
    """Another start asked for the window."""

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        user = os.getuid() if hasattr(os, "getuid") else os.environ.get("USERNAME", "")
        digest = hashlib.sha256(f"{user}/{data_dir.resolve()}".encode()).hexdigest()[:16]
        self._name = f"precisionpulse-{digest}"
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._answer)

    def claim(self) -> bool:
        """True when this is the first; otherwise the first was asked to show its window. Takes at most about a second.

        Raises `InstanceError` when neither is possible."""
        if self._ask_first():
            return False
        if self._server.listen(self._name):
            return True
        # Nobody answered, so the socket was left behind by a crash.
        QLocalServer.removeServer(self._name)
        if self._server.listen(self._name):
            return True
        raise InstanceError(f"Can't open the local socket {self._name}: {self._server.errorString()}")

    def release(self) -> None:
        """Let another process be the first. Idempotent."""
        self._server.close()

    def _ask_first(self) -> bool:
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if not socket.waitForConnected(ANSWER_TIMEOUT_MS):
            return False
        socket.write(_SHOW)
        written = socket.waitForBytesWritten(ANSWER_TIMEOUT_MS)
        socket.disconnectFromServer()
        return bool(written)

    @Slot()
    def _answer(self) -> None:
        while (connection := self._server.nextPendingConnection()) is not None:
            connection.disconnected.connect(connection.deleteLater)
            self.shown.emit()
