"""The page that tells who asked for what from afar, and what was configured."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHeaderView, QLabel, QVBoxLayout, QWidget

from precisionpulse_desktop.models.events import Column, EventsModel
from precisionpulse_desktop.views.cells import plain_table
from precisionpulse_desktop.views.theme import GRID, scaled, set_role


class EventsPage(QWidget):
    """Shows an `EventsModel`."""

    def __init__(self, model: EventsModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("eventsPage")
        title = QLabel("Asked from afar")
        scaled(title, 1.4, strong=True)
        hint = QLabel("Commands and configuration that reached this desktop since it was started, newest first.")
        hint.setWordWrap(True)
        set_role(hint, "muted")
        self.table = plain_table("eventsTable", "Commands and configuration from afar")
        self.table.setModel(model)
        header = self.table.horizontalHeader()
        for column, width in {Column.AT: 160, Column.WHAT: 360, Column.ACTOR: 120, Column.STATE: 120}.items():
            self.table.setColumnWidth(column, width)
        header.setSectionResizeMode(Column.DETAIL, QHeaderView.ResizeMode.Stretch)
        card = QFrame()
        set_role(card, "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        inside.setSpacing(GRID)
        inside.addWidget(title)
        inside.addWidget(hint)
        inside.addWidget(self.table, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.addWidget(card)
