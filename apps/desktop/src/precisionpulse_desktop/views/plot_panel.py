"""The live plot of one metric: breaks where there is nothing to join, and it follows the clock until somebody moves
it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from precisionpulse_desktop.acquisition import Recorded
from precisionpulse_desktop.background import Task
from precisionpulse_desktop.models.series import Series
from precisionpulse_desktop.models.wording import NOTHING, unit_text, value_text
from precisionpulse_desktop.sources import MetricSpec
from precisionpulse_desktop.views.theme import GRID, scaled, set_role, theme
from precisionpulse_sdk.values import ValueType

if TYPE_CHECKING:
    from precisionpulse_desktop.views.plot import Plot

SPANS_S = {"1 min": 60, "5 min": 300, "15 min": 900, "1 h": 3600}
BREAK_AFTER_INTERVALS = 3
BREAK_AT_LEAST_S = 0.5
SCROLL_STEP_PX = 2


class PlotPanel(QFrame):
    """Plots the metric that was chosen with `show_metric`. Points are collected by `take` and drawn by `paint_now`; the
    drawing area is made once the panel is shown, for most of the time nobody looks.

    `intervals_ms` is read at each painting: it may change."""

    def __init__(
        self, specs: Sequence[MetricSpec], intervals_ms: Mapping[str, int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("plotPanel")
        set_role(self, "card")
        self._intervals_ms = intervals_ms
        self._series = {spec.name: Series() for spec in specs}
        self._newest: dict[str, Recorded] = {}
        self._spec: MetricSpec | None = None
        self._span_s = SPANS_S["1 min"]
        self._fresh = False
        self._scrolled_to: tuple[float, int] | None = None
        self._title = QLabel(NOTHING)
        scaled(self._title, 1.05, strong=True)
        self._caption = QLabel()
        self._caption.setWordWrap(True)
        set_role(self._caption, "muted")
        self._value = QLabel(NOTHING)
        self._value.setObjectName("plotValue")
        scaled(self._value, 1.9, strong=True)
        # A long value must not push the window wider than the screen.
        self._value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._plot: Plot | None = None
        self._plot_class: type[Plot] | None = None
        self._prepared = False
        self._area = QWidget()
        self._area.setMinimumHeight(20 * GRID)
        self.pause_button = _toggle("&Pause", "plotPause", "Stop drawing; measuring and sending go on")
        self.live_button = _toggle("&Live", "plotLive", "Follow the newest reading")
        self.live_button.setChecked(True)
        self.pause_button.toggled.connect(self._redraw)
        self.live_button.toggled.connect(self._redraw)
        self._arrange()
        theme().changed.connect(self._recolour)

    @property
    def following(self) -> bool:
        """Whether the right edge is the present."""
        return self.live_button.isChecked()

    def take(self, readings: Sequence[Recorded]) -> None:
        """Remember readings; nothing is drawn before `paint_now`."""
        for reading in readings:
            self._series[reading.name].append(reading.at_us, reading.value, reading.quality)
            self._newest[reading.name] = reading
            self._fresh = self._fresh or (self._spec is not None and reading.name == self._spec.name)

    def show_metric(self, spec: MetricSpec) -> None:
        """Plot another metric."""
        self._spec = spec
        self._title.setText(spec.name)
        self._caption.setText(spec.description)
        self._redraw()

    def paint_now(self, now_us: int) -> None:
        """Draw what is new. `now_us`: µs since 1970."""
        if self._spec is None or self.pause_button.isChecked() or not self.isVisible():
            return
        if self._plot is None:
            self._show_newest(self._spec)
            return
        now_s = now_us / 1_000_000
        if self.following:
            self._scroll(self._plot, now_s)
        if not self._fresh:
            return
        self._fresh = False
        interval_s = self._intervals_ms[self._spec.name] / 1000
        break_after_s = max(BREAK_AFTER_INTERVALS * interval_s, BREAK_AT_LEAST_S)
        since_s = now_s - max(SPANS_S.values()) if not self.following else now_s - self._span_s - break_after_s
        seconds, values = self._series[self._spec.name].window(since_s, break_after_s)
        self._plot.draw(seconds, values, stairs=self._spec.type is ValueType.BOOL)
        self._show_newest(self._spec)

    def prepare(self) -> None:
        """Load what drawing needs, once, off the GUI thread, for it takes about a second: somebody is about to look."""
        if not self._prepared:
            self._prepared = True
            task = Task(_load_plot, self, awaited=True)
            task.done.connect(self._take_plot)
            task.failed.connect(_raise)
            task.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self.prepare()
        self._make_plot()

    @Slot(object)
    def _take_plot(self, kind: type[Plot]) -> None:
        self._plot_class = kind
        if self.isVisible():
            self._make_plot()

    def _make_plot(self) -> None:
        if self._plot is None and self._plot_class is not None:
            self._plot = self._plot_class()
            self._plot.moved.connect(self._stop_following)
            layout = QVBoxLayout(self._area)
            layout.setContentsMargins(0, 0, 0, 0)
            layout.addWidget(self._plot)
            self._recolour()
            self._redraw()

    def _scroll(self, plot: Plot, now_s: float) -> None:
        """Move the right edge to the present, in steps that an eye can see."""
        step_s = SCROLL_STEP_PX * self._span_s / max(1, plot.width())
        right_s = math.ceil(now_s / step_s) * step_s
        if (right_s, self._span_s) != self._scrolled_to:
            self._scrolled_to = (right_s, self._span_s)
            plot.show_span(right_s - self._span_s, right_s)

    def _show_newest(self, spec: MetricSpec) -> None:
        newest = self._newest.get(spec.name)
        text = NOTHING if newest is None else " ".join(filter(None, (value_text(newest.value), unit_text(spec.unit))))
        self._value.setText(text)
        self._value.setToolTip(text)
        if self._plot is not None:
            self._plot.setAccessibleDescription(f"{spec.name}: {text}")

    @Slot()
    def _redraw(self) -> None:
        self._fresh = True
        self._scrolled_to = None
        if self._plot is not None and self.following:
            self._plot.fit_values()
        if self._spec is not None:
            if self._plot is not None:
                self._plot.set_boolean(self._spec.type is ValueType.BOOL)
            self._show_newest(self._spec)

    @Slot()
    def _stop_following(self) -> None:
        self.live_button.setChecked(False)

    def _set_span(self, span_s: int) -> None:
        self._span_s = span_s
        self.live_button.setChecked(True)
        self._redraw()

    @Slot()
    def _recolour(self) -> None:
        if self._plot is not None:
            self._plot.recolour(theme().colours)

    def _arrange(self) -> None:
        controls = QHBoxLayout()
        controls.setSpacing(GRID // 2)
        spans = QButtonGroup(self)
        for number, (text, span_s) in enumerate(SPANS_S.items(), 1):
            button = _toggle(text, f"plotSpan{span_s}", f"Show the last {text} (Ctrl+{number})")
            button.setShortcut(f"Ctrl+{number}")
            button.setChecked(span_s == self._span_s)
            button.clicked.connect(lambda _=False, span_s=span_s: self._set_span(span_s))
            spans.addButton(button)
            controls.addWidget(button)
        controls.addStretch()
        controls.addWidget(self.pause_button)
        controls.addWidget(self.live_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self._title)
        layout.addWidget(self._caption)
        layout.addWidget(self._value)
        layout.addWidget(self._area, 1)
        layout.addLayout(controls)


def _load_plot() -> type[Plot]:
    from precisionpulse_desktop.views.plot import Plot  # it says there why not at the top

    return Plot


def _raise(error: Exception) -> None:
    raise error


def _toggle(text: str, name: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setCheckable(True)
    button.setToolTip(tip)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    set_role(button, "segment")
    return button
