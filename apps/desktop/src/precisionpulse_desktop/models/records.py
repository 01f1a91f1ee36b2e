"""The latest records with their way to the hub, as an item model: newest first, a fixed number of them."""

from __future__ import annotations

import enum
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSortFilterProxyModel, Qt

from precisionpulse_desktop.acquisition import Recorded
from precisionpulse_desktop.models.delivery import DeliveryBook, RecordState
from precisionpulse_desktop.models.table import ROOT, TONE_ROLE, Index, TableModel
from precisionpulse_desktop.models.wording import NOTHING, time_text, value_text

CAPACITY = 2000
SETTLED = frozenset({RecordState.ACKNOWLEDGED, RecordState.REJECTED})


class Column(enum.IntEnum):
    """The columns, in their order."""

    RECORD = 0
    METRIC = 1
    VALUE = 2
    CAPTURED = 3
    STATE = 4
    SETTLED = 5


HEADERS = ("Record", "Metric", "Value", "Captured", "State", "Settled")
_NUMBERS = {Column.RECORD, Column.VALUE, Column.CAPTURED, Column.SETTLED}


@dataclass(slots=True)
class _Row:
    record: Recorded
    state: RecordState
    settled_us: int | None


class RecordsModel(TableModel):
    """The last `capacity` records, newest in row 0. Changes are collected and shown when `flush` is called."""

    def __init__(self, delivery: DeliveryBook, parent: QObject | None = None, *, capacity: int = CAPACITY) -> None:
        super().__init__(HEADERS, _NUMBERS, parent)
        self._delivery = delivery
        self._capacity = capacity
        self._rows: deque[_Row] = deque()
        self._waiting: deque[Recorded] = deque(maxlen=capacity)

    def take(self, readings: Sequence[Recorded]) -> None:
        """Remember new records; nothing is shown before `flush`."""
        self._waiting.extend(readings)

    def flush(self) -> None:
        """Show what has changed, with at most one signal of each kind."""
        self._refresh()
        fresh, self._waiting = self._waiting, deque(maxlen=self._capacity)
        if not fresh:
            return
        surplus = len(self._rows) + len(fresh) - self._capacity
        if surplus > 0:
            self.beginRemoveRows(ROOT, len(self._rows) - surplus, len(self._rows) - 1)
            for _ in range(surplus):
                self._rows.pop()
            self.endRemoveRows()
        self.beginInsertRows(ROOT, 0, len(fresh) - 1)
        self._rows.extendleft(self._row(record) for record in fresh)
        self.endInsertRows()

    def _row(self, record: Recorded) -> _Row:
        state = self._delivery.state(record.record_seq)
        return _Row(record, state, self._delivery.settled_us(record.record_seq) if state in SETTLED else None)

    def _refresh(self) -> None:
        changed = []
        for number, row in enumerate(self._rows):
            if row.state in SETTLED:
                continue
            state = self._delivery.state(row.record.record_seq)
            if state is not row.state:
                row.state = state
                if state in SETTLED:
                    row.settled_us = self._delivery.settled_us(row.record.record_seq)
                changed.append(number)
        if changed:
            self.dataChanged.emit(self.index(changed[0], Column.STATE), self.index(changed[-1], Column.SETTLED))

    def size(self) -> int:
        return len(self._rows)

    def cell(self, row: int, column: int, role: int) -> object | None:
        shown = self._rows[row]
        if role == Qt.ItemDataRole.DisplayRole:
            return _TEXTS[Column(column)](shown)
        if role == TONE_ROLE:
            return shown.state.value if column == Column.STATE else None
        if role == Qt.ItemDataRole.ToolTipRole and shown.state is RecordState.REJECTED:
            return self._delivery.reason(shown.record.record_seq)
        return None


_TEXTS: dict[Column, Callable[[_Row], str]] = {
    Column.RECORD: lambda row: f"{row.record.record_seq:,}",
    Column.METRIC: lambda row: row.record.name,
    Column.VALUE: lambda row: value_text(row.record.value),
    Column.CAPTURED: lambda row: time_text(row.record.at_us),
    Column.STATE: lambda row: row.state.value,
    Column.SETTLED: lambda row: NOTHING if row.settled_us is None else time_text(row.settled_us),
}


class StateFilter(QSortFilterProxyModel):
    """Shows the records of one state, or all."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state: str | None = None

    def show_only(self, state: RecordState | None) -> None:
        """Show the records in `state`; `None` shows all."""
        self.beginFilterChange()
        self._state = state.value if state else None
        self.endFilterChange(QSortFilterProxyModel.Direction.Rows)

    def filterAcceptsRow(self, source_row: int, source_parent: Index) -> bool:  # noqa: N802 - Qt's name
        if self._state is None:
            return True
        cell = self.sourceModel().index(source_row, Column.STATE, source_parent)
        return bool(cell.data() == self._state)
