"""A searchable list with the actions that go with it: what every page of administration is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from precisionpulse_desktop.accounts import Session
from precisionpulse_desktop.background import Task
from precisionpulse_desktop.models.rows import Field, Prepared, RowsModel
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.cells import plain_table
from precisionpulse_desktop.views.forms import ErrorLabel, text_field
from precisionpulse_desktop.views.theme import GRID, scaled, set_role
from precisionpulse_sdk.errors import StorageError
from precisionpulse_sdk.replica import Kind, ReplicaChanged

SETTLE_MS = 50
"""Changes that come within this time are shown together."""


class ListPanel(QWidget):
    """Shows the rows of `load`, which runs off the GUI thread, and shows them anew when one of `kinds` changes; every
    change counts when `kinds` is empty."""

    opened = Signal(object)
    """The row that was double-clicked, or on which Enter was pressed."""
    loaded = Signal()

    def __init__(
        self,
        desk: Desk,
        load: Callable[[], Sequence[Any]],
        fields: Sequence[Field],
        *,
        name: str,
        title: str,
        hint: str,
        kinds: frozenset[Kind] = frozenset(),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{name}Panel")
        self._desk = desk
        self._load = load
        self._kinds = kinds
        self._task: Task | None = None
        self._stale = True
        self._buttons: list[tuple[QPushButton, Callable[[], bool], Callable[[Any], bool] | None]] = []
        self.model = RowsModel(fields, self)
        self.table = plain_table(f"{name}Table", title)
        self.table.setModel(self.model)
        self.table.setSortingEnabled(True)
        self.table.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        for at, field in enumerate(fields):
            if field.width:
                self.table.setColumnWidth(at, field.width)
            else:
                self.table.horizontalHeader().setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)
        self.table.activated.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(self._enable)
        self.search = text_field(f"{name}Search", f"Search in {title.lower()}")
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(40 * GRID)
        self.search.textChanged.connect(self._search)
        self.count = QLabel()
        self.count.setObjectName(f"{name}Count")
        set_role(self.count, "muted")
        self.error = ErrorLabel(f"{name}Error")
        find = QShortcut(QKeySequence.StandardKey.Find, self)
        find.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        find.activated.connect(self.search.setFocus)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.reload)
        self._arrange(title, hint)
        desk.replica_changed.connect(self._look_at)
        desk.session_changed.connect(self._show_session)

    def add_button(
        self,
        button: QPushButton,
        do: Callable[[Any], object],
        *,
        allowed: Callable[[], bool] = lambda: True,
        fits: Callable[[Any], bool] | None = None,
    ) -> QPushButton:
        """A button that is there while `allowed` says so, and works on the selected row if `fits` does; without `fits`
        it needs no row, and gets None."""
        self._buttons.append((button, allowed, fits))
        button.clicked.connect(lambda _=False: do(self.selected() if fits else None))
        self._row.addWidget(button)
        self._enable()
        return button

    def selected(self) -> Any | None:
        """The selected row."""
        index = self.table.currentIndex()
        return self.model.row(index.row()) if index.isValid() else None

    def select(self, row_id: object) -> None:
        """Select the row of that id, where it is shown."""
        at = self.model.place(row_id)
        if at is not None:
            self.table.selectRow(at)
            self.table.scrollTo(self.model.index(at, 0), QAbstractItemView.ScrollHint.EnsureVisible)

    @Slot()
    def reload(self) -> None:
        """Read everything anew, now or when the panel is looked at."""
        if not self.isVisible() or self._task is not None:
            self._stale = True
            return
        self._stale = False
        self._task = Task(lambda: self.model.prepared(self._load()), self)
        self._task.done.connect(self._take)
        self._task.failed.connect(self._fail)
        self._task.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._enable()
        if self._stale:
            self.reload()

    @Slot(object)
    def _take(self, prepared: Prepared) -> None:
        self._task = None
        self.error.say("")
        kept = self.selected()
        self.model.set_prepared(prepared)
        if kept is not None:
            self.select(kept.id)
        self._say_count()
        self._enable()
        self.loaded.emit()
        if self._stale:
            self.reload()

    @Slot(Exception)
    def _fail(self, error: Exception) -> None:
        self._task = None
        if not isinstance(error, StorageError):
            raise error
        self.error.say(str(error))

    @Slot(str)
    def _search(self, text: str) -> None:
        kept = self.selected()
        self.model.search(text)
        if kept is not None:
            self.select(kept.id)
        self._say_count()
        self._enable()

    @Slot(object)
    def _look_at(self, change: ReplicaChanged) -> None:
        if not self._kinds or self._kinds & change.kinds:
            self._settle.start()

    @Slot(object)
    def _show_session(self, session: Session | None) -> None:
        if session is None:
            self.search.clear()
        self._enable()

    @Slot(QModelIndex)
    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.row(index.row()))

    @Slot()
    def _enable(self) -> None:
        row = self.selected()
        for button, allowed, fits in self._buttons:
            button.setVisible(allowed())
            button.setEnabled(fits is None or (row is not None and fits(row)))

    def _say_count(self) -> None:
        shown, total = self.model.rowCount(), self.model.total
        self.count.setText(f"{total:,}" if shown == total else f"{shown:,} of {total:,}")

    def _arrange(self, title: str, hint: str) -> None:
        heading, explanation = QLabel(title), QLabel(hint)
        scaled(heading, 1.4, strong=True)
        explanation.setWordWrap(True)
        set_role(explanation, "muted")
        top = QHBoxLayout()
        top.addWidget(heading)
        top.addWidget(self.count)
        top.addStretch()
        top.addWidget(self.search, 1)
        self._row = QHBoxLayout()
        self._row.setSpacing(GRID)
        buttons = QHBoxLayout()
        buttons.addLayout(self._row)
        buttons.addStretch()
        card = QFrame()
        set_role(card, "card")
        outside = QVBoxLayout(self)
        outside.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        outside.addWidget(card)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(explanation)
        layout.addWidget(self.error)
        layout.addWidget(self.table, 1)
        layout.addLayout(buttons)


def push_button(text: str, name: str, tip: str = "") -> QPushButton:
    """A button of a page."""
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    return button
