"""What every page of administration works with: the site's data, who works, and news of changes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from precisionpulse_desktop.accounts import Session
from precisionpulse_desktop.administration import Administration
from precisionpulse_desktop.errors import SignedOutError
from precisionpulse_desktop.operator import Operator
from precisionpulse_sdk.replica import Edit, EditOutcome, Replica


class Desk(QObject):
    """Shared by the pages of one window."""

    replica_changed = Signal(object)
    """`ReplicaChanged`."""
    session_changed = Signal(object)
    """`Session`, with other rights than before; None when nobody is signed in."""

    def __init__(self, replica: Replica, site: str, operator: Operator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.replica = replica
        self.client = replica.node
        self.site = site
        self.administration = Administration(replica)
        self._operator = operator
        operator.changed.connect(self.session_changed)

    @property
    def session(self) -> Session | None:
        """Who works."""
        return self._operator.session

    def may(self, permission: str, client: str = "") -> bool:
        """Whether who works holds `permission`."""
        session = self.session
        return session is not None and session.may(permission, client)

    def edit(self, edits: Sequence[Edit]) -> EditOutcome:
        """Make all edits in the name of who works, or none; any thread.

        Raises a `ChangeRefusedError`, and `SignedOutError` when nobody works any more."""
        session = self.session
        if session is None:
            raise SignedOutError("Nobody is signed in any more.")
        return self.administration.edit(edits, session.person.id)
