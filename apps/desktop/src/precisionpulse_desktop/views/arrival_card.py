"""What stands in place of the sign-in form while there is nobody who could sign in: why, and what to do."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QProgressBar, QVBoxLayout, QWidget

from precisionpulse_desktop.accounts import Arrival, Readiness
from precisionpulse_desktop.views.theme import GRID, scaled, set_role

_TITLES = {
    Readiness.WAITING: "Waiting for the first synchronisation",
    Readiness.NO_ACCOUNTS: "This desktop holds no accounts",
}
_TEXTS = {
    Readiness.WAITING: "The people who may sign in here come from the site. As soon as this desktop has reached its "
    "hub once, sign in with your account of the site; from then on also without a network.",
    Readiness.NO_ACCOUNTS: "The site lets it measure, send and be configured, but not hold the site's accounts: nobody "
    "can sign in here. An administrator can change that on the dashboard, on this client's page: “Let it hold "
    "accounts”. The sign-in form then appears here by itself. Measuring and sending go on meanwhile.",
}


class ArrivalCard(QFrame):
    """Explains `Readiness.WAITING`, with progress, and `Readiness.NO_ACCOUNTS`."""

    def __init__(self, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("arrivalCard")
        set_role(self, "card")
        self.setFixedWidth(width)
        self.title = QLabel()
        self.title.setObjectName("arrivalTitle")
        self.title.setWordWrap(True)
        scaled(self.title, 1.4, strong=True)
        self.text = QLabel()
        self.text.setObjectName("arrivalText")
        self.text.setWordWrap(True)
        set_role(self.text, "muted")
        self.progress = QProgressBar()
        self.progress.setObjectName("arrivalProgress")
        self.progress.setAccessibleName("First synchronisation")
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(GRID)
        self.parts = QLabel()
        self.parts.setObjectName("arrivalParts")
        set_role(self.parts, "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
        layout.setSpacing(GRID)
        for widget in (self.title, self.text, self.progress, self.parts):
            layout.addWidget(widget)

    def show_arrival(self, readiness: Readiness, arrival: Arrival | None) -> None:
        """Show the state; `arrival` while waiting."""
        self.title.setText(_TITLES.get(readiness, ""))
        self.text.setText(_TEXTS.get(readiness, ""))
        self.progress.setVisible(arrival is not None)
        self.parts.setVisible(arrival is not None)
        if arrival is None:
            return
        self.progress.setRange(0, arrival.total)  # 0 to 0 moves without an end
        self.progress.setValue(arrival.received)
        self.parts.setText(
            f"{arrival.received:,} of {arrival.total:,} parts have come" if arrival.total else "Nothing has come yet"
        )
