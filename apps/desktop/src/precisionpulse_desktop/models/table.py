"""What all tables have in common: titled columns, numbers to the right, and no rows below rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()

NUMBER_ALIGNMENT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
TEXT_ALIGNMENT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
TONE_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""Role of a cell's meaning for the painter: a quality or a state, as its word."""


class TableModel(QAbstractTableModel):
    """A table with `titles` above its columns; those of `numbers` are aligned as numbers. A kind of table says how many
    rows it has, and what a cell is. (Qt's classes have a metaclass of their own, so that `abc` can't demand it.)"""

    def __init__(self, titles: Sequence[str], numbers: Collection[int] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._titles = tuple(titles)
        self._alignments = [NUMBER_ALIGNMENT if at in numbers else TEXT_ALIGNMENT for at in range(len(titles))]

    def size(self) -> int:
        """How many rows there are."""
        raise NotImplementedError

    def cell(self, row: int, column: int, role: int) -> object | None:
        """What a cell has for `role`; None when nothing."""
        raise NotImplementedError

    def rowCount(self, parent: Index = ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else self.size()

    def columnCount(self, parent: Index = ROOT) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._titles)

    def headerData(  # noqa: N802 - Qt's name
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object | None:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        return self._alignments[section] if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object | None:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignments[index.column()]
        return self.cell(index.row(), index.column(), role)
