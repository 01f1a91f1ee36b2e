"""Sign-in: what is measured goes on without it, but is shown only to people whom the site lets in."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from precisionpulse_desktop.accounts import Arrival, Readiness, Session
from precisionpulse_desktop.background import Task
from precisionpulse_desktop.errors import AccountError
from precisionpulse_desktop.views.arrival_card import ArrivalCard
from precisionpulse_desktop.views.forms import ErrorLabel, captioned, centred, password_field, text_field
from precisionpulse_desktop.views.theme import GRID, scaled, set_role
from precisionpulse_sdk.errors import RightsExpiredError, StorageError

CARD_WIDTH = 52 * GRID
EXPIRED = "This computer was too long without contact to the hub to let anybody in. Connect it, then sign in."


class Door(Protocol):
    """What the page needs of `Accounts`. Thread-safe; `sign_in` takes a while."""

    def readiness(self) -> Readiness: ...

    def arrival(self) -> Arrival: ...

    def sign_in(self, name: str, password: str) -> Session: ...


class LoginPage(QWidget):
    """Asks for name and password, once there are people to ask for. The check runs off the GUI thread and can be
    cancelled."""

    begun = Signal()
    """Somebody types a name."""
    signed_in = Signal(object)
    """The `Session`."""

    def __init__(self, accounts: Door, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("loginPage")
        self._accounts = accounts
        self._task: Task | None = None
        self._readiness: Readiness | None = None
        self.name = text_field("loginName", "Name")
        self.password = password_field("loginPassword", "Password")
        self.submit = QPushButton("&Sign in")
        self.submit.setObjectName("loginSubmit")
        set_role(self.submit, "primary")
        self.cancel = QPushButton("&Cancel")
        self.cancel.setObjectName("loginCancel")
        self.reason = ErrorLabel("loginReason", role="waiting")
        self.error = ErrorLabel("loginError")
        self.arrival = ArrivalCard(CARD_WIDTH)
        self.name.textEdited.connect(lambda _: self.begun.emit())
        self.submit.clicked.connect(self.sign_in)
        self.name.returnPressed.connect(self.sign_in)
        self.password.returnPressed.connect(self.sign_in)
        self.cancel.clicked.connect(self.stop)
        self._arrange()
        self.reset()

    def reset(self, reason: str = "") -> None:
        """Forget what was typed, and wait for the next person; `reason` is why the last one was signed out."""
        self.stop()
        self.name.clear()
        self.password.clear()
        self.error.say("")
        self.reason.say(reason)
        self.look()
        self.name.setFocus()

    @Slot()
    def look(self) -> None:
        """See whether somebody can sign in now, and how far the first synchronisation is."""
        if self._task is not None:
            return
        try:
            readiness = self._accounts.readiness()
            self.arrival.show_arrival(readiness, self._accounts.arrival() if readiness is Readiness.WAITING else None)
        except StorageError as error:
            self.error.say(str(error))
            return
        closed = readiness in (Readiness.WAITING, Readiness.NO_ACCOUNTS)
        self.arrival.setVisible(closed)
        self._card.setVisible(not closed)
        if readiness is not self._readiness:
            if Readiness.EXPIRED in (readiness, self._readiness):
                self.reason.say(EXPIRED if readiness is Readiness.EXPIRED else "")
            self._readiness = readiness
            if not closed:
                self.name.setFocus()

    @property
    def is_open(self) -> bool:
        """Whether the page asks for a name."""
        return not self._card.isHidden()

    @property
    def is_ready(self) -> bool:
        """Whether somebody can sign in now."""
        return self._readiness is Readiness.READY

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
    def _accept(self, session: Session) -> None:
        self.reset()
        self.signed_in.emit(session)

    @Slot(Exception)
    def _refuse(self, error: Exception) -> None:
        self.stop()
        if not isinstance(error, AccountError | RightsExpiredError | StorageError):
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
        hint = QLabel("With your account of the site. This desktop measures and sends all the time; sign in to see it.")
        hint.setWordWrap(True)
        set_role(hint, "muted")
        self._card = QFrame()
        set_role(self._card, "card")
        self._card.setFixedWidth(CARD_WIDTH)
        inside = QVBoxLayout(self._card)
        inside.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        inside.setSpacing(GRID)
        inside.addWidget(title)
        inside.addWidget(hint)
        inside.addWidget(self.reason)
        inside.addSpacing(GRID)
        for caption, field in (("&Name", self.name), ("&Password", self.password)):
            inside.addWidget(captioned(caption, field))
            inside.addWidget(field)
        inside.addWidget(self.error)
        buttons = QHBoxLayout()
        buttons.addWidget(self.submit, 1)
        buttons.addWidget(self.cancel)
        inside.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addLayout(centred(self._card, self.arrival))
        layout.addStretch(3)
