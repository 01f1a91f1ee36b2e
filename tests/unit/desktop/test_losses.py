"""The proof of completeness as the desktop shows it, and the list of what never reaches the hub."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QMessageBox, QTableWidget
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.models.wording import left_text
from precisionpulse_desktop.views.buffer_panel import BufferPanel
from precisionpulse_desktop.views.losses_dialog import LossesDialog
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.outbox import DeadLetter, Loss, Lost

NOW_US = 1_790_000_000_000_000
LOST = Lost(
    [
        Loss(None, None, pb.GAP_CAUSE_DISK_FULL, 7, NOW_US, NOW_US + 5_000_000, acknowledged=False),
        Loss(11, 1210, pb.GAP_CAUSE_BUFFER_BOUND, 1200, NOW_US, NOW_US, acknowledged=True),
    ],
    [DeadLetter(1211, "level", NOW_US, "MALFORMED", "the batch contradicts itself", NOW_US)],
)
Stats = Callable[..., ClientStats]


def _text(dialog: LossesDialog, name: str) -> str:
    label = dialog.findChild(QLabel, name)
    assert label is not None
    return label.text()


def _rows(dialog: LossesDialog, name: str) -> list[list[str]]:
    table = dialog.findChild(QTableWidget, name)
    assert table is not None
    return [[table.item(row, column).text() for column in range(3)] for row in range(table.rowCount())]


def _dialog(qtbot: QtBot, stats: Stats, lost: Lost) -> LossesDialog:
    shown = stats(last_record_seq=48_211, acknowledged_to=48_200, queued=11, dropped=1207, dead_letters=1)
    dialog = LossesDialog(lambda: lost, lambda: shown)
    qtbot.addWidget(dialog)
    return dialog


@pytest.mark.proves("X1", "E4", "PP-TD-5")
def test_losses_and_rejected_records_are_listed_with_their_reasons(qtbot: QtBot, stats: Stats) -> None:
    dialog = _dialog(qtbot, stats, LOST)
    proof = "Recorded to 48,211 · acknowledged to 48,200 · 11 waiting · 1,207 dropped · 1 rejected"
    assert _text(dialog, "proof") == proof
    assert _rows(dialog, "lossesTable") == [
        ["disk or buffer full", "not numbered", "7"],
        ["dropped by policy", "11 – 1,210", "1,200"],
    ]
    assert [row[:2] for row in _rows(dialog, "deadLettersTable")] == [["1,211", "level"]]


@pytest.mark.proves("X1")
def test_without_any_it_says_that_nothing_is_missing(qtbot: QtBot, stats: Stats) -> None:
    assert _text(_dialog(qtbot, stats, Lost([], [])), "lossesVerdict") == "Nothing is missing"


@pytest.mark.proves("X1")
def test_the_lists_go_into_a_file(qtbot: QtBot, stats: Stats, tmp_path: Path) -> None:
    dialog = _dialog(qtbot, stats, LOST)
    with qtbot.waitSignal(dialog.exported):
        dialog.write(tmp_path / "losses.csv")
    with (tmp_path / "losses.csv").open(newline="") as file:
        lines = list(csv.reader(file))
    assert lines[2][:3] == ["dropped by policy", "11 – 1,210", "1,200"]
    assert lines[-1][3] == "MALFORMED: the batch contradicts itself"


def test_a_file_that_can_not_be_written_is_told(qtbot: QtBot, stats: Stats, tmp_path: Path) -> None:
    dialog = _dialog(qtbot, stats, LOST)
    told: list[str] = []

    def answer() -> None:
        box = dialog.findChild(QMessageBox)
        assert box is not None
        told.append(box.text())
        box.accept()

    QTimer.singleShot(0, answer)
    dialog.write(tmp_path)
    assert "Could not write" in told[0]


@pytest.mark.proves("X2", "DT3", "DT4")
def test_the_buffer_says_how_fast_it_empties_and_when(qtbot: QtBot, stats: Stats) -> None:
    panel = BufferPanel()
    qtbot.addWidget(panel)
    panel.show_stats(
        stats(queued=1240, drain_per_s=103.4, time_left_s=12.4, last_record_seq=48_211, acknowledged_to=46_971), NOW_US
    )
    names = ("bufferRecorded", "bufferAcknowledged", "bufferDrain", "bufferTimeLeft")
    texts = [label.text() for name in names if (label := panel.findChild(QLabel, name)) is not None]
    assert texts == ["48,211", "46,971", "103/s", "~12 s"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "—"), (0.2, "~1 s"), (12.4, "~12 s"), (240, "~4 min"), (9000, "~2.5 h")]
)
def test_a_time_left_is_said_in_one_unit(seconds: float | None, text: str) -> None:
    assert left_text(seconds) == text
