"""Edits that need no form: asked for once, made, and said when they are refused."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from precisionpulse_desktop.background import Task
from precisionpulse_desktop.errors import AccountError
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_sdk.errors import ChangeRefusedError, StorageError
from precisionpulse_sdk.replica import Edit


def confirm_edits(
    parent: QWidget, desk: Desk, edits: Sequence[Edit], *, title: str, question: str, action: str
) -> None:
    """Ask `question`, unless it is empty; then make the edits off the GUI thread."""
    if not question:
        make_edits(parent, desk, edits, title)
        return
    box = QMessageBox(QMessageBox.Icon.Question, title, question, QMessageBox.StandardButton.Cancel, parent)
    box.setObjectName("confirmation")
    button = box.addButton(action, QMessageBox.ButtonRole.DestructiveRole)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    button.clicked.connect(lambda _=False: make_edits(parent, desk, edits, title))
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    desk.session_changed.connect(box.reject)
    box.open()


def make_edits(parent: QWidget, desk: Desk, edits: Sequence[Edit], title: str) -> None:
    """Make the edits off the GUI thread, and say when they are refused."""
    task = Task(lambda: desk.edit(edits), parent)

    def refused(error: Exception) -> None:
        if not isinstance(error, ChangeRefusedError | AccountError | StorageError):
            raise error
        box = QMessageBox(QMessageBox.Icon.Warning, title, str(error), QMessageBox.StandardButton.Ok, parent)
        box.setObjectName("refusal")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    task.failed.connect(refused)
    task.start()
