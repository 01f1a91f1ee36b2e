"""The first start: join a site with a one-time code. Who may sign in afterwards comes from the site."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from precisionpulse_desktop.background import Task
from precisionpulse_desktop.errors import DesktopError
from precisionpulse_desktop.views.forms import ErrorLabel, captioned
from precisionpulse_desktop.views.theme import GRID, scaled, set_role
from precisionpulse_sdk.errors import EnrolmentError, LinkError, PrecisionPulseError
from precisionpulse_sdk.identity import Identity

NEEDS_NEW_CODE = frozenset({"INVALID", "EXPIRED", "USED"})
"""Codes of `EnrolmentError` after which the same enrolment code can't work."""

Enrol = Callable[[str, str], Identity]
"""Enrols with a server's address and a code; blocks, and raises what `bootstrap.enrol_into` raises."""


class FirstRunDialog(QDialog):
    """Accepted when this desktop is enrolled."""

    enrolled = Signal(object)
    """The new `Identity`."""

    def __init__(self, enrol: Enrol, *, url: str = "", code: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("firstRun")
        self.setWindowTitle("PrecisionPulse – first start")
        self.setMinimumWidth(60 * GRID)
        self._enrol = enrol
        self._task: Task | None = None
        self.url = _field("enrolUrl", "https://precisionpulse.example.com", url)
        self.code = _field("enrolCode", "XXXXX-XXXXX-XXXXX-…", code)
        self.error = ErrorLabel("firstRunError")
        self.progress = QProgressBar()
        self.progress.setObjectName("firstRunProgress")
        self.progress.setAccessibleName("Working")
        self.progress.setRange(0, 0)
        self.progress.setTextVisible(False)
        self.next = QPushButton("&Join")
        self.next.setObjectName("firstRunNext")
        self.next.setDefault(True)
        set_role(self.next, "primary")
        self.cancel = QPushButton("Cance&l")
        self.cancel.setObjectName("firstRunCancel")
        self.next.clicked.connect(self.go_on)
        self.cancel.clicked.connect(self.step_back)
        self._arrange()
        self._set_busy(False)

    @Slot()
    def go_on(self) -> None:
        """Enrol with what was typed."""
        if self._task is not None:
            return
        self.error.say("")
        work = self._enrolment()
        if work is None:
            return
        self._task = Task(work, self)
        self._task.done.connect(self._done)
        self._task.failed.connect(self._failed)
        self._set_busy(True)
        self._task.start()

    @Slot()
    def step_back(self) -> None:
        """Give up what is running; without that, leave."""
        if self._task is None:
            self.reject()
        else:
            self._end_task()

    def reject(self) -> None:
        self._end_task()
        super().reject()

    def _enrolment(self) -> Callable[[], object] | None:
        address = self.url.text().strip().rstrip("/")
        parsed = QUrl(address, QUrl.ParsingMode.StrictMode)
        if parsed.scheme() != "https" or not parsed.host():
            self.error.say("The server's address must begin with https:// and name a host.")
            self.url.setFocus()
            return None
        # A code from a chat or a letter comes with spaces, line breaks and small letters.
        code = "".join(self.code.text().split()).upper()
        if not code:
            self.error.say("Paste the enrolment code that an administrator gave you.")
            self.code.setFocus()
            return None
        return lambda: self._enrol(address, code)

    @Slot(object)
    def _done(self, identity: Identity) -> None:
        self._end_task()
        self.code.clear()
        self.enrolled.emit(identity)
        self.accept()

    @Slot(Exception)
    def _failed(self, error: Exception) -> None:
        self._end_task()
        self.error.say(explain(error))

    def _end_task(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._set_busy(False)

    def _set_busy(self, busy: bool) -> None:
        self.url.setEnabled(not busy)
        self.code.setEnabled(not busy)
        self.next.setEnabled(not busy)
        self.progress.setVisible(busy)

    def _arrange(self) -> None:
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.next)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 3 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(self._fields())
        layout.addWidget(self.error)
        layout.addWidget(self.progress)
        layout.addStretch()
        layout.addLayout(buttons)

    def _fields(self) -> QVBoxLayout:
        heading = QLabel("Join a site")
        explanation = QLabel(
            "An administrator issues a one-time code on the dashboard. It is used once and soon expires. People of the "
            "site can sign in here as soon as this desktop has synchronised once."
        )
        scaled(heading, 1.6, strong=True)
        explanation.setWordWrap(True)
        set_role(explanation, "muted")
        layout = QVBoxLayout()
        layout.setSpacing(GRID)
        layout.addWidget(heading)
        layout.addWidget(explanation)
        layout.addSpacing(GRID)
        for caption, field in (("Server &address", self.url), ("Enrolment &code", self.code)):
            layout.addWidget(captioned(caption, field))
            layout.addWidget(field)
        return layout


def explain(error: Exception) -> str:
    """What went wrong and what to do, for an operator."""
    if isinstance(error, EnrolmentError):
        advice = " Ask an administrator for a new code." if error.code in NEEDS_NEW_CODE else ""
        return f"The server refused: {error.text.rstrip('.')}.{advice}"
    if isinstance(error, LinkError):
        return f"The server could not be reached: {error}. Check the address and the network, then try again."
    if isinstance(error, PrecisionPulseError | DesktopError):
        return str(error)
    return f"Something unexpected went wrong ({type(error).__name__}: {error}). The log has more."


def _field(name: str, placeholder: str, text: str = "") -> QLineEdit:
    field = QLineEdit(text)
    field.setObjectName(name)
    field.setPlaceholderText(placeholder)
    field.setClearButtonEnabled(True)
    return field
