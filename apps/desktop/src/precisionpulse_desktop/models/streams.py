"""The newest reading of each metric, as an item model. Changes are collected and shown when `flush` is called."""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt

from precisionpulse_desktop.acquisition import Recorded
from precisionpulse_desktop.models.delivery import DeliveryBook
from precisionpulse_desktop.models.table import TONE_ROLE, TableModel
from precisionpulse_desktop.models.wording import NOTHING, age_text, time_text, unit_text, value_text
from precisionpulse_desktop.sources import MetricSpec
from precisionpulse_sdk.values import Quality

STALE_INTERVALS = 3
STALE_AT_LEAST_US = 5_000_000


class Column(enum.IntEnum):
    """The columns, in their order."""

    METRIC = 0
    VALUE = 1
    UNIT = 2
    QUALITY = 3
    AGE = 4
    RECORD = 5
    STATE = 6


HEADERS = ("Metric", "Value", "Unit", "Quality", "Age", "Record", "State")
_NUMBERS = {Column.VALUE, Column.AGE, Column.RECORD}


@dataclass(slots=True)
class _Row:
    spec: MetricSpec
    newest: Recorded | None = None
    shown: tuple[str, ...] = ()


class StreamsModel(TableModel):
    """One row for each metric of the source, in its order. `intervals_ms` is read at each flush: it may change."""

    def __init__(
        self,
        specs: Sequence[MetricSpec],
        intervals_ms: Mapping[str, int],
        delivery: DeliveryBook,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(HEADERS, _NUMBERS, parent)
        self._intervals_ms = intervals_ms
        self._delivery = delivery
        self._rows = [_Row(spec) for spec in specs]
        self._by_name = {row.spec.name: row for row in self._rows}
        for row in self._rows:
            row.shown = self._texts(row, 0)

    def take(self, readings: Sequence[Recorded]) -> None:
        """Remember the newest readings; nothing is shown before `flush`."""
        for reading in readings:
            self._by_name[reading.name].newest = reading

    def flush(self, now_us: int) -> None:
        """Show what has changed, in one signal. `now_us`: µs since 1970."""
        changed = []
        for number, row in enumerate(self._rows):
            texts = self._texts(row, now_us)
            if texts != row.shown:
                row.shown = texts
                changed.append(number)
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], len(Column) - 1))

    def spec(self, row: int) -> MetricSpec:
        """The metric in a row."""
        return self._rows[row].spec

    def size(self) -> int:
        return len(self._rows)

    def cell(self, row: int, column: int, role: int) -> object | None:
        shown = self._rows[row].shown
        if role == Qt.ItemDataRole.DisplayRole:
            return shown[column]
        if role == TONE_ROLE:
            return shown[column] if column in (Column.QUALITY, Column.STATE) else None
        return self._tip(self._rows[row]) if role == Qt.ItemDataRole.ToolTipRole else None

    def _texts(self, row: _Row, now_us: int) -> tuple[str, ...]:
        unit = unit_text(row.spec.unit)
        newest = row.newest
        if newest is None:
            return (row.spec.name, NOTHING, unit, NOTHING, NOTHING, NOTHING, NOTHING)
        return (
            row.spec.name,
            value_text(newest.value),
            unit,
            self._quality(newest, now_us),
            age_text(now_us - newest.at_us),
            f"{newest.record_seq:,}",
            self._delivery.state(newest.record_seq).value,
        )

    def _quality(self, newest: Recorded, now_us: int) -> str:
        limit_us = max(STALE_INTERVALS * self._intervals_ms[newest.name] * 1000, STALE_AT_LEAST_US)
        if newest.quality is Quality.LIVE and now_us - newest.at_us > limit_us:
            return "stale"
        return newest.quality.name.lower()

    def _tip(self, row: _Row) -> str:
        lines = [row.spec.description or row.spec.name]
        if row.newest is not None:
            lines.append(" ".join(filter(None, (value_text(row.newest.value), unit_text(row.spec.unit)))))
            lines.append(f"Captured {time_text(row.newest.at_us)}")
            lines.append(self._delivery.reason(row.newest.record_seq))
        return "\n".join(filter(None, lines))
