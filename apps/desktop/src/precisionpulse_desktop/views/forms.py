"""The pieces of every form: fields with captions, and a line that says what went wrong."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from precisionpulse_desktop.views.theme import set_role


class ErrorLabel(QLabel):
    """A sentence or two that people must notice; announced to screen readers, takes no room while there is nothing to
    say."""

    def __init__(self, name: str, parent: QWidget | None = None, *, role: str = "error") -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        set_role(self, role)
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


def text_field(name: str, accessible_name: str, text: str = "") -> QLineEdit:
    """One line of text."""
    field = QLineEdit(text)
    field.setObjectName(name)
    field.setAccessibleName(accessible_name)
    return field


def password_field(name: str, accessible_name: str) -> QLineEdit:
    """One line whose text is not shown."""
    field = text_field(name, accessible_name)
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


def centred(*cards: QWidget) -> QHBoxLayout:
    """Cards of a fixed width in the middle, as high as their wrapped texts need: an alignment would not ask them."""
    row = QHBoxLayout()
    row.addStretch()
    for card in cards:
        row.addWidget(card)
    row.addStretch()
    return row
