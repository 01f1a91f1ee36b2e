"""The proof of completeness from this side: how far everything is acknowledged, and the list of what never will be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHeaderView,
    QLabel,
    QMessageBox,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from precisionpulse_desktop.models.losses import letter_sheet, loss_sheet
from precisionpulse_desktop.models.sheets import Sheet, write_csv
from precisionpulse_desktop.views.theme import GRID, scaled, set_role
from precisionpulse_sdk.client_stats import ClientStats
from precisionpulse_sdk.outbox import Lost


class LossesDialog(QDialog):
    """Lists what `read` gives; `stats` says how far the hub has everything. Does not stop anything else."""

    exported = Signal(str)
    """The path of the file that was written."""

    def __init__(
        self, read: Callable[[], Lost], stats: Callable[[], ClientStats], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("lossesDialog")
        self.setWindowTitle("Losses and rejected records")
        self._read = read
        self._stats = stats
        self._sheets: list[Sheet] = []
        self._proof = QLabel()
        self._proof.setObjectName("proof")
        self._proof.setWordWrap(True)
        scaled(self._proof, 1.05, strong=True)
        self._verdict = QLabel()
        self._verdict.setObjectName("lossesVerdict")
        set_role(self._verdict, "muted")
        self._tabs = QTabWidget()
        self._losses = _table("lossesTable", "Losses")
        self._letters = _table("deadLettersTable", "Rejected records")
        self._tabs.addTab(self._losses, "&Losses")
        self._tabs.addTab(self._letters, "&Rejected")
        self._tabs.setDocumentMode(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        export = buttons.addButton("&Export as CSV…", QDialogButtonBox.ButtonRole.ActionRole)
        refresh = buttons.addButton("Re&fresh", QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        export.clicked.connect(self._ask_where)
        refresh.clicked.connect(self.refresh)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._proof)
        layout.addWidget(self._verdict)
        layout.addWidget(self._tabs, 1)
        layout.addWidget(buttons)
        self.resize(100 * GRID, 56 * GRID)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Read everything anew."""
        lost, stats = self._read(), self._stats()
        self._sheets = [loss_sheet(lost.losses), letter_sheet(lost.dead_letters)]
        for table, sheet in zip((self._losses, self._letters), self._sheets, strict=True):
            _fill(table, sheet)
        self._tabs.setTabText(0, f"&Losses ({len(lost.losses):,})")
        self._tabs.setTabText(1, f"&Rejected ({len(lost.dead_letters):,})")
        self._proof.setText(
            f"Recorded to {stats.last_record_seq:,} · acknowledged to {stats.acknowledged_to:,} · "
            f"{stats.queued:,} waiting · {stats.dropped:,} dropped · {stats.dead_letters:,} rejected"
        )
        nothing = not lost.losses and not lost.dead_letters
        self._verdict.setText("Nothing is missing" if nothing else "What is listed here never reaches the hub")

    def write(self, target: Path) -> None:
        """Write both lists to `target`, and say when that fails."""
        try:
            write_csv(target, self._sheets)
        except OSError as error:
            QMessageBox.warning(self, "Export", f"Could not write {target}: {error.strerror or error}.")
        else:
            self.exported.emit(str(target))

    @Slot()
    def _ask_where(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Export", str(Path.home() / "losses.csv"), "CSV (*.csv)")
        if chosen:
            self.write(Path(chosen))


def _table(name: str, title: str) -> QTableWidget:
    table = QTableWidget()
    table.setObjectName(name)
    table.setAccessibleName(title)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setShowGrid(False)
    table.verticalHeader().hide()
    return table


def _fill(table: QTableWidget, sheet: Sheet) -> None:
    table.setColumnCount(len(sheet.headers))
    table.setHorizontalHeaderLabels(list(sheet.headers))
    table.setRowCount(len(sheet.rows))
    for at, row in enumerate(sheet.rows):
        for column, text in enumerate(row):
            table.setItem(at, column, QTableWidgetItem(text))
    table.resizeColumnsToContents()
    table.horizontalHeader().setSectionResizeMode(len(sheet.headers) - 1, QHeaderView.ResizeMode.Stretch)
