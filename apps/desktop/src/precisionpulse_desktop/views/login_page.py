"""Sign-in: what is measured goes on without it, but is shown to operators only."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from precisionpulse_desktop.accounts import Accounts, Operator
from precisionpulse_desktop.background import Task
from precisionpulse_desktop.errors import AccountError
from precisionpulse_desktop.views.theme import GRID, scaled, set_role


class LoginPage(QWidget):
    """Asks for name and password. The check runs off the GUI thread and can be cancelled."""

    signed_in = Signal(object)
    """The `Operator`."""
    first_wanted = Signal()
    """There is no operator yet, and somebody wants to create the first."""

    def __init__(self, accounts: Accounts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loginPage")
        self._accounts = accounts
        self._task: Task | None = None
        self.name = _field("loginName", "Name")
        self.password = _field("loginPassword", "Password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.submit = QPushButton("&Sign in")
        self.submit.setObjectName("loginSubmit")
        set_role(self.submit, "primary")
        self.cancel = QPushButton("&Cancel")
        self.cancel.setObjectName("loginCancel")
        self.create_first = QPushButton("Create the &first operator…")
        self.create_first.setObjectName("loginCreateFirst")
        self.error = ErrorLabel("loginError")
        self.create_first.clicked.connect(self.first_wanted)
        self.submit.clicked.connect(self.sign_in)
        self.name.returnPressed.connect(self.sign_in)
        self.password.returnPressed.connect(self.sign_in)
        self.cancel.clicked.connect(self.stop)
        self._arrange()
        self.reset()

    def reset(self) -> None:
        """Forget what was typed, and wait for the next operator."""
        self.stop()
        self.name.clear()
        self.password.clear()
        self.error.say("")
        self.create_first.setVisible(not self._accounts.any_exist())
        self.name.setFocus()

    @Slot()
    def sign_in(self) -> None:
        """Check what was typed."""
        if self._task is not None:
            return
        name, password = self.name.text(), self.password.text()
        if not name.strip() or not password:
            self.error.say("Type your name and your password.")
            return
        self.error.say("")
        self._task = Task(lambda: self._accounts.sign_in(name, password), self)
        self._task.done.connect(self._accept)
        self._task.failed.connect(self._refuse)
        self._set_busy(True)
        self._task.start()

    @Slot()
    def stop(self) -> None:
        """Give up the check that is running, if any."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._set_busy(False)

    @Slot(object)
    def _accept(self, operator: Operator) -> None:
        self.reset()
        self.signed_in.emit(operator)

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self.stop()
        if not isinstance(error, AccountError):
            raise error
        self.error.say(str(error))
        self.password.clear()
        self.password.setFocus()

    def _set_busy(self, busy: bool) -> None:
        for widget in (self.name, self.password, self.submit):
            widget.setEnabled(not busy)
        self.submit.setText("Signing in…" if busy else "&Sign in")
        self.cancel.setVisible(busy)

    def _arrange(self) -> None:
        title = QLabel("Sign in")
        scaled(title, 1.6, strong=True)
        hint = QLabel("This desktop measures and sends all the time. Sign in to see what.")
        hint.setWordWrap(True)
        set_role(hint, "muted")
        card = QFrame()
        set_role(card, "card")
        card.setFixedWidth(48 * GRID)
        inside = QVBoxLayout(card)
        inside.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        inside.setSpacing(GRID)
        inside.addWidget(title)
        inside.addWidget(hint)
        inside.addSpacing(GRID)
        for caption, field in (("&Name", self.name), ("&Password", self.password)):
            inside.addWidget(captioned(caption, field))
            inside.addWidget(field)
        inside.addWidget(self.error)
        buttons = QHBoxLayout()
        buttons.addWidget(self.submit, 1)
        buttons.addWidget(self.cancel)
        inside.addLayout(buttons)
        inside.addWidget(self.create_first)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)


class ErrorLabel(QLabel):
    """One sentence about what went wrong; announced to screen readers, takes no room while there is nothing to say."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self, "error")
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`; nothing when it is empty."""
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(bool(text))
        if text:
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))


def captioned(caption: str, field: QWidget) -> QLabel:
    """A caption whose mnemonic leads to `field`."""
    label = QLabel(caption)
    label.setBuddy(field)
    set_role(label, "muted")
    return label


def _field(name: str, accessible_name: str) -> QLineEdit:
    field = QLineEdit()
    field.setObjectName(name)
    field.setAccessibleName(accessible_name)
    return field
