"""Errors that nobody caught: logged, shown once with a way to copy them, and the program goes on."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from precisionpulse_desktop.views.theme import GRID, scaled, set_role

log = logging.getLogger(__name__)


class CrashDialog(QDialog):
    """Shows one error."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("crashDialog")
        self.setWindowTitle("Something went wrong")
        self.resize(80 * GRID, 48 * GRID)
        said = QLabel("An unexpected error happened. Measuring and sending go on.")
        scaled(said, 1.1, strong=True)
        asked = QLabel("If you report it, please copy the details.")
        set_role(asked, "muted")
        self.details = QPlainTextEdit(text)
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Details")
        self.copy_button = QPushButton("&Copy details")
        self.copy_button.clicked.connect(lambda _=False: QGuiApplication.clipboard().setText(text))
        close = QPushButton("C&lose")
        close.setDefault(True)
        close.clicked.connect(self.close)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.copy_button)
        buttons.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        for widget in (said, asked, self.details):
            layout.addWidget(widget)
        layout.addLayout(buttons)


class CrashReporter(QObject):
    """While installed, every uncaught error of every thread is logged, and the first of them shown until it is
    closed."""

    _caught = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window = parent
        self.dialog: CrashDialog | None = None
        self._caught.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over from the interpreter's own hooks."""
        sys.excepthook = self.report
        threading.excepthook = lambda caught: self.report(
            caught.exc_type, caught.exc_value or caught.exc_type(), caught.exc_traceback
        )

    def report(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log and show an error. Any thread."""
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            return
        log.error("uncaught", exc_info=(kind, error, trace))
        self._caught.emit("".join(traceback.format_exception(kind, error, trace)))

    @Slot(str)
    def _show(self, text: str) -> None:
        if self.dialog is not None:
            return
        self.dialog = CrashDialog(text, self._window)
        self.dialog.finished.connect(self._forget)
        self.dialog.show()

    @Slot()
    def _forget(self) -> None:
        if self.dialog is not None:
            self.dialog.deleteLater()
            self.dialog = None
