"""The frame of every form of administration: saves off the GUI thread, says what is refused, asks before it overwrites
what somebody else changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from precisionpulse_desktop.accounts import Session
from precisionpulse_desktop.background import Task
from precisionpulse_desktop.errors import AccountError
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.forms import ErrorLabel, captioned
from precisionpulse_desktop.views.theme import GRID, scaled, set_role
from precisionpulse_sdk.errors import ChangeRefusedError, StaleEditError, StorageError
from precisionpulse_sdk.replica import Edit

Collect = Callable[[int | None], Sequence[Edit]]
"""The edits that the form asks for, made on a thread of their own; gets the version that they are based on."""


class EditDialog(QDialog):
    """A form whose body the owner fills. `version`: of what is edited; None for something new."""

    saved = Signal()

    def __init__(
        self, desk: Desk, title: str, *, name: str, version: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWindowTitle(title)
        self.setMinimumWidth(60 * GRID)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._version = version
        self._task: Task | None = None
        self._fields: list[QWidget] = []
        self._collect: Callable[[], Collect | None] = lambda: None
        heading = QLabel(title)
        scaled(heading, 1.3, strong=True)
        self.body = QVBoxLayout()
        self.body.setSpacing(GRID)
        self.error = ErrorLabel(f"{name}Error")
        self.save = QPushButton("&Save")
        self.save.setObjectName(f"{name}Save")
        self.save.setDefault(True)
        set_role(self.save, "primary")
        self.cancel = QPushButton("Cance&l")
        self.cancel.setObjectName(f"{name}Cancel")
        self.cancel.setAutoDefault(False)
        self.save.clicked.connect(self.go_on)
        self.cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.save)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(heading)
        layout.addLayout(self.body, 1)
        layout.addWidget(self.error)
        layout.addLayout(buttons)
        desk.session_changed.connect(self._leave_without)

    def collect_with(self, collect: Callable[[], Collect | None]) -> None:
        """`collect` reads the form on the GUI thread; None when something is missing, which it has said."""
        self._collect = collect

    def add_field(self, caption: str, field: QWidget, stretch: int = 0) -> None:
        """A field with its caption above."""
        self.body.addWidget(captioned(caption, field))
        self.body.addWidget(field, stretch)
        self._fields.append(field)

    def add_note(self, text: str) -> None:
        """A remark."""
        note = QLabel(text)
        note.setWordWrap(True)
        set_role(note, "muted")
        self.body.addWidget(note)

    def only_read(self) -> None:
        """Nothing can be saved."""
        self.save.hide()
        self.cancel.setText("C&lose")

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        first = next((field for field in self._fields if field.isEnabled()), None)
        if first is not None:
            first.setFocus()

    @Slot()
    def go_on(self) -> None:
        """Save what was typed."""
        if self._task is not None:
            return
        self.error.say("")
        collect = self._collect()
        if collect is None:
            return
        version = self._version
        self._task = Task(lambda: self._save(collect, version), self)
        self._task.done.connect(self._done)
        self._task.failed.connect(self._failed)
        self.save.setEnabled(False)
        self._task.start()

    @Slot(object)
    def _leave_without(self, session: Session | None) -> None:
        if session is None:
            self.reject()

    def _save(self, collect: Collect, version: int | None) -> None:
        edits = collect(version)
        if edits:
            self._desk.edit(edits)

    @Slot(object)
    def _done(self, _: object) -> None:
        self._task = None
        self.saved.emit()
        self.accept()

    @Slot(Exception)
    def _failed(self, error: Exception) -> None:
        self._task = None
        self.save.setEnabled(True)
        if isinstance(error, StaleEditError):
            self._version = error.version
            self.save.setText("&Save anyway")
            self.error.say(
                f"{error.text} Cancel to see what is there now, or save anyway: then what you typed takes its place, "
                "and what it replaces is kept in the log."
            )
        elif isinstance(error, ChangeRefusedError | AccountError | StorageError):
            self.error.say(str(error))
        else:
            raise error
