"""A line above the page about something that people must not miss, until they have read it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from precisionpulse_desktop.views.theme import GRID, set_role


class Banner(QFrame):
    """Hidden while there is nothing to say."""

    show_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("banner")
        set_role(self, "banner")
        self.text = QLabel()
        self.text.setObjectName("bannerText")
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.more = QPushButton("S&how")
        self.more.setObjectName("bannerShow")
        self.dismiss = QPushButton("D&ismiss")
        self.dismiss.setObjectName("bannerDismiss")
        self.more.clicked.connect(self.show_wanted)
        self.dismiss.clicked.connect(self.hide)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.text, 1)
        layout.addWidget(self.more)
        layout.addWidget(self.dismiss)
        self.hide()

    def say(self, text: str, *, has_more: bool) -> None:
        """Show `text`; with a button for more, or without."""
        self.text.setText(text)
        self.text.setAccessibleName(text)
        self.more.setVisible(has_more)
        self.show()
        QAccessible.updateAccessibility(QAccessibleEvent(self.text, QAccessible.Event.Alert))
