"""Changing one's own password: asked for at the first sign-in, and at any time after; works offline."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from precisionpulse_desktop.accounts import Session
from precisionpulse_desktop.background import Task
from precisionpulse_desktop.errors import AccountError
from precisionpulse_desktop.views.forms import ErrorLabel, captioned, centred, password_field
from precisionpulse_desktop.views.theme import GRID, scaled, set_role
from precisionpulse_sdk.errors import ChangeRefusedError, StorageError

Change = Callable[[str, str], Session]
"""Changes the password from the present to a new one; blocks, and raises what `Accounts.change_password` raises."""


class PasswordForm(QFrame):
    """Asks for the present password and twice for the new one."""

    changed = Signal(object)
    """The `Session` that goes on."""
    given_up = Signal()

    def __init__(self, change: Change, *, why: str, leave: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("passwordForm")
        self._change = change
        self._task: Task | None = None
        self.current = password_field("passwordCurrent", "Present password")
        self.new = password_field("passwordNew", "New password")
        self.repeated = password_field("passwordRepeated", "New password again")
        self.error = ErrorLabel("passwordError")
        self.submit = QPushButton("C&hange the password")
        self.submit.setObjectName("passwordSubmit")
        self.submit.setDefault(True)
        set_role(self.submit, "primary")
        self.leave = QPushButton(leave)
        self.leave.setObjectName("passwordLeave")
        self.submit.clicked.connect(self.go_on)
        self.leave.clicked.connect(self._give_up)
        title, reason = QLabel("Change your password"), QLabel(why)
        scaled(title, 1.4, strong=True)
        reason.setWordWrap(True)
        set_role(reason, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(title)
        layout.addWidget(reason)
        layout.addSpacing(GRID)
        for caption, field in (
            ("&Present password", self.current),
            ("&New password", self.new),
            ("New password &again", self.repeated),
        ):
            field.returnPressed.connect(self.go_on)
            layout.addWidget(captioned(caption, field))
            layout.addWidget(field)
        layout.addWidget(self.error)
        buttons = QHBoxLayout()
        buttons.addWidget(self.submit, 1)
        buttons.addWidget(self.leave)
        layout.addLayout(buttons)

    @Slot()
    def go_on(self) -> None:
        """Change it, unless what was typed can't be."""
        if self._task is not None:
            return
        current, new = self.current.text(), self.new.text()
        if not current or not new:
            self.error.say("Type your present password, and the new one twice.")
            return
        if new != self.repeated.text():
            self.error.say("The two new passwords are not the same.")
            self.repeated.setFocus()
            return
        self.error.say("")
        self._task = Task(lambda: self._change(current, new), self)
        self._task.done.connect(self._done)
        self._task.failed.connect(self._failed)
        self._set_busy(True)
        self._task.start()

    def stop(self) -> None:
        """Forget what was typed, and whatever is under way."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        for field in (self.current, self.new, self.repeated):
            field.clear()
        self.error.say("")
        self._set_busy(False)

    @Slot()
    def _give_up(self) -> None:
        self.stop()
        self.given_up.emit()

    @Slot(object)
    def _done(self, session: Session) -> None:
        self.stop()
        self.changed.emit(session)

    @Slot(Exception)
    def _failed(self, error: Exception) -> None:
        self._task = None
        self._set_busy(False)
        if not isinstance(error, AccountError | ChangeRefusedError | StorageError):
            raise error
        self.error.say(str(error))

    def _set_busy(self, busy: bool) -> None:
        for widget in (self.current, self.new, self.repeated, self.submit):
            widget.setEnabled(not busy)


class PasswordPage(QWidget):
    """The form in the middle of an empty page: nothing else until it is done."""

    def __init__(self, form: PasswordForm, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = form
        set_role(form, "card")
        form.setFixedWidth(width)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(centred(form))
        layout.addStretch(3)


class PasswordDialog(QDialog):
    """The form as a dialog; accepted when the password is changed."""

    changed = Signal(object)
    """The `Session` that goes on."""

    def __init__(self, change: Change, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("passwordDialog")
        self.setWindowTitle("Change your password")
        self.setMinimumWidth(56 * GRID)
        self.form = PasswordForm(
            change,
            why="It counts here at once, and everywhere else as soon as the hub has it. Every other session of yours "
            "ends.",
            leave="Cance&l",
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.form)
        self.form.changed.connect(self._finish)
        self.form.given_up.connect(self.reject)

    @Slot(object)
    def _finish(self, session: Session) -> None:
        self.changed.emit(session)
        self.accept()

    @Slot(object)
    def leave_without(self, session: Session | None) -> None:
        """Close when nobody is signed in any more."""
        if session is None:
            self.reject()
