"""What waits in the buffer, and how much room is left."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from precisionpulse_desktop.models.wording import NOTHING, age_text, left_text, size_text
from precisionpulse_desktop.views.theme import GRID, scaled, set_role
from precisionpulse_sdk.client import ClientStats

AMBER_PERCENT = 70
RED_PERCENT = 90


class BufferPanel(QFrame):
    """Shows the statistics of the local buffer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bufferPanel")
        self.setAccessibleName("Local buffer")
        set_role(self, "card")
        title = QLabel("Local buffer")
        scaled(title, 1.05, strong=True)
        self._depth = _named("bufferDepth")
        scaled(self._depth, 1.9, strong=True)
        self._verdict = _named("bufferVerdict")
        self._bar = QProgressBar()
        self._bar.setObjectName("bufferCapacity")
        self._bar.setAccessibleName("Buffer capacity used")
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setFixedHeight(GRID)
        facts = QGridLayout()
        facts.setHorizontalSpacing(2 * GRID)
        facts.setVerticalSpacing(GRID // 2)
        self._oldest = _fact(facts, 0, 0, "Oldest", "bufferOldest")
        self._bytes = _fact(facts, 0, 1, "Size", "bufferBytes")
        self._dropped = _fact(facts, 0, 2, "Dropped", "bufferDropped")
        self._rejected = _fact(facts, 0, 3, "Rejected", "bufferRejected")
        self._recorded = _fact(facts, 1, 0, "Recorded to", "bufferRecorded")
        self._acknowledged = _fact(facts, 1, 1, "Acknowledged to", "bufferAcknowledged")
        self._drain = _fact(facts, 1, 2, "Leaving", "bufferDrain")
        self._left = _fact(facts, 1, 3, "Empty in", "bufferTimeLeft")
        self.losses_button = QPushButton("&Losses…")
        self.losses_button.setObjectName("bufferLosses")
        self.losses_button.setToolTip("What was dropped or rejected, and why (Ctrl+G)")
        top = QHBoxLayout()
        top.addWidget(title)
        top.addStretch()
        top.addWidget(self.losses_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self._depth)
        layout.addWidget(self._bar)
        layout.addWidget(self._verdict)
        layout.addLayout(facts)

    def show_stats(self, stats: ClientStats, now_us: int) -> None:
        """Show `stats` as of `now_us` (µs since 1970)."""
        percent = 100 * stats.queued / stats.capacity_records if stats.capacity_records else 0.0
        self._depth.setText(f"{stats.queued:,} waiting")
        self._bar.setValue(min(1000, round(10 * percent)))
        role, verdict = _verdict(percent)
        if self._verdict.property("role") != role:
            set_role(self._verdict, role)
            set_role(self._bar, role)
        self._verdict.setText(f"{verdict} · room for {max(0, stats.capacity_records - stats.queued):,} more")
        oldest_us = stats.oldest_captured_us
        self._oldest.setText(NOTHING if oldest_us is None else age_text(now_us - oldest_us))
        self._bytes.setText(size_text(stats.queued_bytes))
        self._dropped.setText(f"{stats.dropped:,}")
        self._rejected.setText(f"{stats.dead_letters:,}")
        self._recorded.setText(f"{stats.last_record_seq:,}")
        self._acknowledged.setText(f"{stats.acknowledged_to:,}")
        self._drain.setText(NOTHING if stats.drain_per_s is None else f"{stats.drain_per_s:,.0f}/s")
        self._left.setText(left_text(stats.time_left_s) if stats.queued else NOTHING)


def _verdict(percent: float) -> tuple[str, str]:
    if percent >= RED_PERCENT:
        return "error", f"Almost full: {percent:.0f} %"
    if percent >= AMBER_PERCENT:
        return "waiting", f"Filling up: {percent:.0f} %"
    return "muted", f"{percent:.1f} % used" if 0 < percent < 10 else f"{percent:.0f} % used"


def _named(name: str) -> QLabel:
    label = QLabel(NOTHING)
    label.setObjectName(name)
    return label


def _fact(grid: QGridLayout, row: int, column: int, caption: str, name: str) -> QLabel:
    heading, value = QLabel(caption), _named(name)
    set_role(heading, "muted")
    value.setAccessibleName(caption)
    grid.addWidget(heading, 2 * row, column)
    grid.addWidget(value, 2 * row + 1, column)
    return value
