"""Why may X do Y? Every way from a user by role and permission to what is asked for (X6)."""

from __future__ import annotations

from uuid import UUID

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from precisionpulse_desktop.accounts import Session
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.forms import captioned, text_field
from precisionpulse_desktop.views.theme import GRID, scaled, set_role


class WhyDialog(QDialog):
    """Answers for one user as soon as something else is asked."""

    def __init__(self, desk: Desk, user_id: UUID, username: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("whyDialog")
        self.setWindowTitle(f"Why may {username} do what?")
        self.setMinimumWidth(64 * GRID)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._desk = desk
        self._user_id = user_id
        self._username = username
        self.permission = QComboBox()
        self.permission.setObjectName("whyPermission")
        self.permission.setAccessibleName("Permission")
        self.permission.setEditable(True)
        self.permission.addItems([row.name for row in desk.administration.permissions()])
        self.permission.setCurrentText("client:read")
        self.client = text_field("whyClient", "Client")
        self.client.setPlaceholderText("for all clients")
        self.verdict = QLabel()
        self.verdict.setObjectName("whyVerdict")
        self.verdict.setWordWrap(True)
        scaled(self.verdict, 1.1, strong=True)
        self.paths = QLabel()
        self.paths.setObjectName("whyPaths")
        self.paths.setWordWrap(True)
        set_role(self.paths, "muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        for caption, field in (("&Permission", self.permission), ("&Client", self.client)):
            layout.addWidget(captioned(caption, field))
            layout.addWidget(field)
        layout.addSpacing(GRID)
        layout.addWidget(self.verdict)
        layout.addWidget(self.paths)
        layout.addStretch()
        layout.addWidget(buttons)
        self.permission.currentTextChanged.connect(self.answer)
        self.client.textChanged.connect(self.answer)
        desk.replica_changed.connect(self.answer)
        desk.session_changed.connect(self._leave_without)
        self.answer()

    @Slot()
    def answer(self) -> None:
        """Say why, or that it is not so."""
        permission, client = self.permission.currentText().strip(), self.client.text().strip()
        paths = self._desk.administration.why(self._user_id, permission, client) if permission else ()
        place = f" for {client}" if client else " for all clients"
        may = "may" if paths else "may not"
        self.verdict.setText(f"{self._username} {may} {permission}{place}")
        self.paths.setText(
            "\n".join(
                f"{self._username} → role {path.role}{f' @ {path.client}' if path.client else ''} → {path.permission}"
                for path in paths
            )
            or "No role of theirs gives it, or they may not log in."
        )

    @Slot(object)
    def _leave_without(self, session: Session | None) -> None:
        if session is None:
            self.reject()
