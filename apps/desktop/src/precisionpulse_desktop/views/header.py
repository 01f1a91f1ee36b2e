"""The line on top: which desktop this is, how the link is, who is signed in."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from precisionpulse_desktop.models.link_status import LinkStatus
from precisionpulse_desktop.views.badge import ConnectionBadge
from precisionpulse_desktop.views.theme import GRID, scaled, set_role


class Header(QFrame):
    """Names the client and its site; holds the badge."""

    sign_out_wanted = Signal()

    def __init__(self, client: str, site: str, *, animate: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "header")
        title, place = QLabel("PrecisionPulse"), QLabel(f"{client} · site {site}")
        scaled(title, 1.25, strong=True)
        set_role(place, "muted")
        place.setObjectName("clientName")
        self.badge = ConnectionBadge(animate=animate)
        self.detail = QLabel()
        self.detail.setObjectName("connectionDetail")
        self.detail.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        # A long reason is cut off rather than widening the window; its whole text is the tool tip.
        self.detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_role(self.detail, "muted")
        self.operator = QLabel()
        self.operator.setObjectName("operatorName")
        self.sign_out = QPushButton("Sign &out")
        self.sign_out.setObjectName("signOut")
        self.sign_out.clicked.connect(self.sign_out_wanted)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(title)
        names.addWidget(place)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        layout.setSpacing(2 * GRID)
        layout.addLayout(names)
        layout.addWidget(self.detail, 1)
        layout.addWidget(self.badge)
        layout.addWidget(self.operator)
        layout.addWidget(self.sign_out)
        self.show_operator(None)

    def show_status(self, status: LinkStatus) -> None:
        """Show the link's status."""
        self.badge.show_status(status)
        self.detail.setText(status.detail)
        self.detail.setToolTip(status.detail)

    def show_operator(self, name: str | None) -> None:
        """Show who is signed in; `None` for nobody."""
        self.operator.setText(name or "")
        self.operator.setVisible(name is not None)
        self.sign_out.setVisible(name is not None)
