"""A searchable list of things to tick, usable with 10,000 of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QAbstractListModel, QObject, QSize, Qt
from PySide6.QtWidgets import QLabel, QListView, QStyledItemDelegate, QStyleOptionViewItem, QVBoxLayout, QWidget

from precisionpulse_desktop.models.table import ROOT, Index
from precisionpulse_desktop.views.forms import text_field
from precisionpulse_desktop.views.theme import GRID, set_role

SEARCH_FROM = 8
"""Shorter lists need no search."""


class Choice(NamedTuple):
    """One thing to tick. `fixed`: it can't be changed here."""

    id: Any
    text: str
    fixed: bool = False


class Checklist(QWidget):
    """Ticks `chosen` of `choices`."""

    def __init__(
        self,
        choices: Sequence[Choice],
        chosen: Collection[Any],
        *,
        name: str,
        title: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._model = _Ticks(choices, chosen, self)
        self.view = QListView()
        self.view.setObjectName(name)
        self.view.setAccessibleName(title)
        self.view.setModel(self._model)
        self.view.setItemDelegate(_Roomy(self.view))
        self.view.setUniformItemSizes(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.setMinimumHeight(16 * GRID)
        self.search = text_field(f"{name}Search", f"Search in {title.lower()}")
        self.search.setPlaceholderText("Search")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._model.search)
        self.search.setVisible(len(choices) >= SEARCH_FROM)
        self.waiting = QLabel("Loading …")
        set_role(self.waiting, "muted")
        self.waiting.hide()
        self.setFocusProxy(self.view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.search)
        layout.addWidget(self.waiting)
        layout.addWidget(self.view, 1)

    @property
    def chosen(self) -> frozenset[Any]:
        """What is ticked now."""
        return frozenset(self._model.chosen)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Let these be what can be ticked; ticks stay."""
        self.waiting.hide()
        self._model.offer(choices)
        self.search.setVisible(len(choices) >= SEARCH_FROM)

    @property
    def offered(self) -> list[Any]:
        """What can be ticked."""
        return self._model.offered

    def add(self, choice: Choice) -> None:
        """Offer another one, ticked."""
        self._model.add(choice)

    def tick(self, choice_id: object, ticked: bool = True) -> None:
        """Tick one, or take its tick away, as a click does."""
        self._model.tick(choice_id, ticked)


class _Roomy(QStyledItemDelegate):
    """Keeps rows as high as their boxes: the one size that the view asks for, it asks before it has its style."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        return super().sizeHint(option, index).expandedTo(QSize(0, 3 * GRID))


class _Ticks(QAbstractListModel):
    def __init__(self, choices: Sequence[Choice], chosen: Collection[Any], parent: QObject) -> None:
        super().__init__(parent)
        self.chosen = set(chosen)
        self._all: list[Choice] = []
        self._shown: list[Choice] = []
        self.offer(choices)

    def offer(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self._all = sorted(choices, key=lambda choice: (choice.id not in self.chosen, choice.text.casefold()))
        self._shown = list(self._all)
        self.endResetModel()

    @property
    def offered(self) -> list[Any]:
        return [choice.id for choice in self._all if not choice.fixed]

    def add(self, choice: Choice) -> None:
        self.chosen.add(choice.id)
        self.beginResetModel()
        if all(each.id != choice.id for each in self._all):
            self._all.insert(0, choice)
            self._shown.insert(0, choice)
        self.endResetModel()

    def search(self, text: str) -> None:
        words = text.casefold().split()
        self.beginResetModel()
        self._shown = [choice for choice in self._all if all(word in choice.text.casefold() for word in words)]
        self.endResetModel()

    def tick(self, choice_id: object, ticked: bool) -> None:
        (self.chosen.add if ticked else self.chosen.discard)(choice_id)
        for at, choice in enumerate(self._shown):
            if choice.id == choice_id:
                self.dataChanged.emit(self.index(at), self.index(at), [Qt.ItemDataRole.CheckStateRole])

    def rowCount(self, parent: Index = ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        choice = self._shown[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return choice.text
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if choice.id in self.chosen else Qt.CheckState.Unchecked
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802 - Qt's name
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self.tick(self._shown[index.row()].id, Qt.CheckState(value) is Qt.CheckState.Checked)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = super().flags(index)
        if index.isValid() and not self._shown[index.row()].fixed:
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags & ~Qt.ItemFlag.ItemIsEnabled
