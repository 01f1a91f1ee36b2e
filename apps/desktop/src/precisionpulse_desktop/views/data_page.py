"""What an operator sees once signed in: every stream, every record's way, the plot and the buffer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, Slot
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QHeaderView, QLabel, QTabWidget, QVBoxLayout, QWidget

from precisionpulse_desktop.acquisition import Recorded
from precisionpulse_desktop.models import records, streams
from precisionpulse_desktop.models.delivery import DeliveryBook, RecordState
from precisionpulse_desktop.models.records import RecordsModel, StateFilter
from precisionpulse_desktop.models.streams import StreamsModel
from precisionpulse_desktop.sources import MetricSpec
from precisionpulse_desktop.views.buffer_panel import BufferPanel
from precisionpulse_desktop.views.cells import plain_table
from precisionpulse_desktop.views.plot_panel import PlotPanel
from precisionpulse_desktop.views.theme import GRID, set_role
from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.ranges import Range


class DataPage(QWidget):
    """Tables on the left, plot and buffer on the right. Takes everything at once, and shows it when `paint_now` is
    called."""

    def __init__(
        self, specs: Sequence[MetricSpec], intervals_ms: Mapping[str, int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("dataPage")
        self.delivery = DeliveryBook()
        self.streams = StreamsModel(specs, intervals_ms, self.delivery, self)
        self.records = RecordsModel(self.delivery, self)
        self.filter = StateFilter(self)
        self.filter.setSourceModel(self.records)
        self.plot = PlotPanel(specs, intervals_ms)
        self.buffer = BufferPanel()
        self.streams_table = plain_table("streamsTable", "Streams")
        self.streams_table.setModel(self.streams)
        self.records_table = plain_table("recordsTable", "Records")
        self.records_table.setModel(self.filter)
        self.tabs = QTabWidget()
        self._arrange()
        self.streams_table.selectionModel().currentRowChanged.connect(self._choose)
        if specs:
            self.streams_table.selectRow(0)

    def take(self, readings: Sequence[Recorded]) -> None:
        """New readings."""
        self.streams.take(readings)
        self.records.take(readings)
        self.plot.take(readings)

    def acknowledge(self, ranges: Sequence[Range], now_us: int) -> None:
        """The hub has committed these."""
        self.delivery.acknowledge(ranges, now_us)

    def reject(self, ranges: Sequence[Range], reason: str, now_us: int) -> None:
        """The hub will never take these."""
        self.delivery.reject(ranges, reason, now_us)

    def show_stats(self, stats: ClientStats, now_us: int) -> None:
        """New statistics."""
        self.delivery.update(stats)
        self.buffer.show_stats(stats, now_us)

    def paint_now(self, now_us: int) -> None:
        """Show what is new. `now_us`: µs since 1970."""
        self.streams.flush(now_us)
        self.records.flush()
        self.plot.paint_now(now_us)

    @Slot(QModelIndex)
    def _choose(self, current: QModelIndex) -> None:
        if current.isValid():
            self.plot.show_metric(self.streams.spec(current.row()))

    def _arrange(self) -> None:
        header = self.streams_table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(streams.Column.VALUE, QHeaderView.ResizeMode.Stretch)
        for column, width in {
            streams.Column.METRIC: 160,
            streams.Column.UNIT: 48,
            streams.Column.QUALITY: 72,
            streams.Column.AGE: 64,
            streams.Column.RECORD: 80,
            streams.Column.STATE: 128,
        }.items():
            self.streams_table.setColumnWidth(column, width)
        header = self.records_table.horizontalHeader()
        header.setSectionResizeMode(records.Column.VALUE, QHeaderView.ResizeMode.Stretch)
        for record_column, width in {
            records.Column.RECORD: 80,
            records.Column.METRIC: 152,
            records.Column.CAPTURED: 104,
            records.Column.STATE: 120,
            records.Column.SETTLED: 104,
        }.items():
            self.records_table.setColumnWidth(record_column, width)
        self.tabs.setObjectName("tabs")
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.streams_table, "&Streams")
        self.tabs.addTab(self._records_tab(), "&Records")
        tables = QFrame()
        set_role(tables, "card")
        inside = QVBoxLayout(tables)
        inside.setContentsMargins(GRID, GRID, GRID, GRID)
        inside.addWidget(self.tabs)
        right = QVBoxLayout()
        right.setSpacing(2 * GRID)
        right.addWidget(self.plot, 1)
        right.addWidget(self.buffer)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(2 * GRID)
        layout.addWidget(tables, 3)
        layout.addLayout(right, 2)

    def _records_tab(self) -> QWidget:
        self.state_choice = QComboBox()
        self.state_choice.setObjectName("recordsState")
        self.state_choice.setAccessibleName("Show records of state")
        self.state_choice.addItem("all", None)
        for state in RecordState:
            self.state_choice.addItem(state.value, state)
        self.state_choice.currentIndexChanged.connect(lambda _: self.filter.show_only(self.state_choice.currentData()))
        caption = QLabel("Sho&w")
        caption.setBuddy(self.state_choice)
        set_role(caption, "muted")
        top = QHBoxLayout()
        top.addWidget(caption)
        top.addWidget(self.state_choice)
        top.addStretch()
        tab = QWidget()
        layout = QVBoxLayout(tab)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.records_table)
        return tab
