"""Who is signed in at the window, kept true: whatever changes the account is seen here within a moment (C6)."""

from __future__ import annotations

import logging
import threading
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from precisionpulse_desktop.accounts import SESSIONS_ENDED, Accounts, Session
from precisionpulse_desktop.errors import SignedOutError
from precisionpulse_sdk.errors import StorageError
from precisionpulse_sdk.replica import Kind, ReplicaChanged

log = logging.getLogger(__name__)

RECHECK_EVERY_MS = 15_000
"""Rights grow too old without any change that would tell so."""

_RIGHTS = frozenset({Kind.USER, Kind.ROLE, Kind.PERMISSION, Kind.ROLE_GRANT, Kind.PERMISSION_GRANT})


class Operator(QObject):
    """The one person at this window, or nobody."""

    changed = Signal(object)
    """The `Session` as it is from now on, None when it is over."""
    ended = Signal(str)
    """The session was ended from outside; why."""
    rights_changed = Signal()
    """The same person may do other things now."""

    _renewed = Signal()

    def __init__(self, accounts: Accounts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._accounts = accounts
        self._session: Session | None = None
        self._generation = 0
        self._changing = threading.Lock()
        self._renewed.connect(self.recheck, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(RECHECK_EVERY_MS)
        self._timer.timeout.connect(self.recheck)

    @property
    def session(self) -> Session | None:
        """Who is signed in, with present rights."""
        return self._session

    @Slot(object)
    def begin(self, session: Session) -> None:
        """`session` begins, or goes on with another password."""
        self._session = session
        self._generation = session.generation
        self._timer.start()
        self.changed.emit(session)

    def change_password(self, current: str, new: str) -> Session:
        """Change the person's own password; any thread. All other sessions of the person end, this one goes on.

        Raises what `Accounts.change_password` raises, and `SignedOutError` when nobody is signed in any more."""
        session = self._session
        if session is None:
            raise SignedOutError(SESSIONS_ENDED)
        with self._changing:  # what the change does to sessions must not be seen before it is known to be our own
            renewed = self._accounts.change_password(session, current, new)
            self._generation = renewed.generation
        self._renewed.emit()
        return renewed

    @Slot()
    def end(self) -> None:
        """The person goes."""
        if self._session is not None:
            self._note_end(self._session)
            self._over()

    @Slot(object)
    def look_at(self, change: ReplicaChanged) -> None:
        """The replica has changed."""
        if change.kinds & _RIGHTS:
            self.recheck()

    @Slot()
    def recheck(self) -> None:
        """See whether the session is still good, and what it may."""
        before = self._session
        if before is None or not self._changing.acquire(blocking=False):
            return
        self._changing.release()
        try:
            now = self._accounts.refreshed(replace(before, generation=self._generation))
        except SignedOutError as error:
            self._note_end(before)
            self._over()
            self.ended.emit(str(error))
        except StorageError as error:
            log.warning("rights can't be checked now: %s", error)
        else:
            if now != before:
                self._session = now
                self.changed.emit(now)
                if now.person.rights != before.person.rights:
                    self.rights_changed.emit()

    def _over(self) -> None:
        self._session = None
        self._timer.stop()
        self.changed.emit(None)

    def _note_end(self, session: Session) -> None:
        try:
            self._accounts.sign_out(session)
        except StorageError as error:
            log.warning("the end of a session can't be noted: %s", error)
