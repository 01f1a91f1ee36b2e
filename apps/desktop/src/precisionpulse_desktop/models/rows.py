"""Rows of anything as an item model with search and sorting, usable with 10,000 of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt

from precisionpulse_desktop.models.table import TONE_ROLE, TableModel


@dataclass(frozen=True, slots=True)
class Field:
    """One column: its title, what it says of a row, how wide it is in px (0 takes what is left)."""

    title: str
    text: Callable[[Any], str]
    width: int = 0
    toned: bool = False
    order: Callable[[Any], Any] | None = None
    """What rows are sorted by; the text without it."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows with their texts, and what is searched in."""

    entries: list[tuple[Any, tuple[str, ...], str]]


class RowsModel(TableModel):
    """Shows those of its rows that hold every searched word. Each row has an `id`."""

    def __init__(self, fields: Sequence[Field], parent: QObject | None = None) -> None:
        super().__init__([field.title for field in fields], parent=parent)
        self._fields = tuple(fields)
        self._all: list[tuple[Any, tuple[str, ...], str]] = []
        self._shown: list[tuple[Any, tuple[str, ...], str]] = []
        self._words: tuple[str, ...] = ()
        self._sorting: tuple[int, bool] | None = None

    @property
    def total(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._all)

    def prepared(self, rows: Sequence[Any]) -> Prepared:
        """What `set_prepared` takes; any thread, since it takes long for many rows."""
        texts = [tuple(field.text(row) for field in self._fields) for row in rows]
        return Prepared([(row, text, "\n".join(text).casefold()) for row, text in zip(rows, texts, strict=True)])

    def set_prepared(self, prepared: Prepared) -> None:
        """Show these rows instead."""
        self._all = prepared.entries
        self._show()

    def set_rows(self, rows: Sequence[Any]) -> None:
        """Show these rows instead."""
        self.set_prepared(self.prepared(rows))

    def search(self, text: str) -> None:
        """Show only rows that hold every word of `text`, without regard to case."""
        self._words = tuple(text.casefold().split())
        self._show()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._sorting = (column, order is Qt.SortOrder.DescendingOrder) if column >= 0 else None
        self._show()

    def row(self, at: int) -> Any:
        """The row that is shown at a place."""
        return self._shown[at][0]

    def place(self, row_id: object) -> int | None:
        """Where the row of that id is shown."""
        return next((at for at, (row, *_) in enumerate(self._shown) if row.id == row_id), None)

    def size(self) -> int:
        return len(self._shown)

    def cell(self, row: int, column: int, role: int) -> object | None:
        told = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if role in told or (role == TONE_ROLE and self._fields[column].toned):
            return self._shown[row][1][column]
        return None

    def _show(self) -> None:
        words = self._words
        shown = [entry for entry in self._all if all(word in entry[2] for word in words)] if words else list(self._all)
        if self._sorting is not None:
            column, falling = self._sorting
            order = self._fields[column].order
            shown.sort(
                key=(lambda entry: order(entry[0])) if order else (lambda entry: entry[1][column].casefold()),
                reverse=falling,
            )
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()
