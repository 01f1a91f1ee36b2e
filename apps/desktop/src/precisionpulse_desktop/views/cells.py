"""How table cells look: a word with a meaning gets a glyph and a colour of its own."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from precisionpulse_desktop.models.link_status import Tone
from precisionpulse_desktop.models.table import TONE_ROLE
from precisionpulse_desktop.views.theme import GRID, theme

GLYPHS: dict[str, tuple[str, Tone]] = {
    "live": ("●", Tone.GOOD),
    "stale": ("◌", Tone.WAITING),
    "bad": ("✕", Tone.BAD),
    "queued": ("▲", Tone.WAITING),
    "in flight": ("→", Tone.NEUTRAL),
    "acknowledged": ("✓", Tone.GOOD),
    "rejected": ("✕", Tone.BAD),
    "received": ("▲", Tone.WAITING),
    "running": ("→", Tone.NEUTRAL),
    "done": ("✓", Tone.GOOD),
    "applied": ("✓", Tone.GOOD),
    "failed": ("✕", Tone.BAD),
    "refused": ("✕", Tone.BAD),
    "expired": ("◌", Tone.WAITING),
    "waiting to sync": ("↻", Tone.WAITING),
    "enabled": ("●", Tone.GOOD),
    "disabled": ("✕", Tone.BAD),
    "renamed, disabled": ("✕", Tone.BAD),
    "no password": ("◌", Tone.WAITING),
    "first password": ("◌", Tone.WAITING),
    "cancelled": ("◌", Tone.NEUTRAL),
}


class ToneDelegate(QStyledItemDelegate):
    """Puts a glyph and a colour to the words that have one; other cells are left alone."""

    def initStyleOption(  # noqa: N802 - Qt's name
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().initStyleOption(option, index)
        word = index.data(TONE_ROLE)
        if word not in GLYPHS:
            return
        glyph, tone = GLYPHS[word]
        colour = QColor(theme().colours.tone(tone))
        option.text = f"{glyph} {word}"
        for role in (QPalette.ColorRole.Text, QPalette.ColorRole.HighlightedText):
            option.palette.setColor(role, colour)


def plain_table(name: str, accessible_name: str, parent: QWidget | None = None) -> QTableView:
    """A read-only table in the house's style: whole rows, no grid, one comfortable height."""
    table = QTableView(parent)
    table.setObjectName(name)
    table.setAccessibleName(accessible_name)
    table.setItemDelegate(ToneDelegate(table))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(4 * GRID)
    table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    table.horizontalHeader().setHighlightSections(False)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setMinimumSectionSize(6 * GRID)
    return table
