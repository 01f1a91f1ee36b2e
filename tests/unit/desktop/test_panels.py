from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QLabel, QProgressBar, QWidget
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.acquisition import Recorded
from precisionpulse_desktop.sources import MetricSpec
from precisionpulse_desktop.views.buffer_panel import BufferPanel
from precisionpulse_desktop.views.plot_panel import PlotPanel
from precisionpulse_sdk import Quality, ValueType
from precisionpulse_sdk.client import ClientStats

NOW_US = 1_790_000_000_000_000
LEVEL = MetricSpec("level", ValueType.DOUBLE, "m", description="Depth of the tank")
DOOR = MetricSpec("door", ValueType.BOOL)


def _text(panel: QWidget, name: str) -> str:
    label = panel.findChild(QLabel, name)
    assert label is not None
    return label.text()


@pytest.fixture
def plot(qtbot: QtBot) -> PlotPanel:
    panel = PlotPanel([LEVEL, DOOR], {"level": 1000, "door": 1000})
    qtbot.addWidget(panel)
    panel.show_metric(LEVEL)
    panel.show()
    qtbot.waitUntil(lambda: panel._plot is not None, timeout=60_000)
    return panel


def _feed(plot: PlotPanel, *seconds: float, name: str = "level") -> None:
    plot.take(
        [Recorded(1, name, float(each) if name == "level" else True, Quality.LIVE, _us(each)) for each in seconds]
    )


def _us(seconds: float) -> int:
    return NOW_US + round(seconds * 1_000_000)


def _drawn(plot: PlotPanel) -> list[float]:
    assert plot._plot is not None
    values = plot._plot.curve.getData()[1]
    return [] if values is None else [each for each in values.tolist() if each == each]


@pytest.mark.proves("DT4")
@pytest.mark.parametrize(
    ("queued", "verdict", "role"),
    [
        (0, "0 % used", "muted"),
        (699, "70 % used", "muted"),
        (700, "Filling up: 70 %", "waiting"),
        (900, "Almost full: 90 %", "error"),
    ],
)
def test_the_buffer_warns_in_words_and_colour(
    qtbot: QtBot, stats: Callable[..., ClientStats], queued: int, verdict: str, role: str
) -> None:
    panel = BufferPanel()
    qtbot.addWidget(panel)
    panel.show_stats(stats(queued=queued), NOW_US)
    bar = panel.findChild(QProgressBar, "bufferCapacity")
    assert bar is not None
    assert _text(panel, "bufferVerdict").startswith(verdict)
    assert bar.property("role") == role
    assert bar.value() == queued


@pytest.mark.proves("DT4")
def test_the_buffer_shows_depth_age_bytes_and_losses(qtbot: QtBot, stats: Callable[..., ClientStats]) -> None:
    panel = BufferPanel()
    qtbot.addWidget(panel)
    panel.show_stats(
        stats(queued=500, queued_bytes=20_480, oldest_captured_us=NOW_US - 90_000_000, dropped=3, dead_letters=1),
        NOW_US,
    )
    names = ("bufferDepth", "bufferOldest", "bufferBytes", "bufferDropped", "bufferRejected")
    assert [_text(panel, name) for name in names] == ["500 waiting", "90 s", "20.5 kB", "3", "1"]


@pytest.mark.proves("DT8", "DT11")
def test_nothing_is_drawn_before_the_timer_says_so(plot: PlotPanel) -> None:
    _feed(plot, 0, 1, 2)
    assert _drawn(plot) == []
    plot.paint_now(_us(3))
    assert _drawn(plot) == [0, 1, 2]
    assert _text(plot, "plotValue") == "2 m"


@pytest.mark.proves("DT11")
def test_it_follows_until_somebody_moves_it_and_live_returns(plot: PlotPanel) -> None:
    _feed(plot, 0, 1)
    plot.paint_now(_us(2))
    assert plot.following
    plot._plot.getViewBox().sigRangeChangedManually.emit([True, True])
    assert not plot.following
    before = plot._plot.viewRange()[0]
    _feed(plot, 30)
    plot.paint_now(_us(31))
    assert plot._plot.viewRange()[0] == before
    plot.live_button.click()
    plot.paint_now(_us(32))
    assert plot._plot.viewRange()[0][1] == pytest.approx(_us(32) / 1_000_000, abs=1)


@pytest.mark.proves("DT11")
def test_pause_holds_the_picture_and_loses_nothing(plot: PlotPanel) -> None:
    _feed(plot, 0)
    plot.paint_now(_us(1))
    plot.pause_button.click()
    _feed(plot, 1, 2)
    plot.paint_now(_us(3))
    assert _drawn(plot) == [0]
    plot.pause_button.click()
    plot.paint_now(_us(3))
    assert _drawn(plot) == [0, 1, 2]


@pytest.mark.proves("DT11")
def test_another_span_shows_more(plot: PlotPanel) -> None:
    _feed(plot, 0, 200)
    plot.paint_now(_us(200))
    assert _drawn(plot) == [200]
    plot._set_span(300)
    plot.paint_now(_us(200))
    assert _drawn(plot) == [0, 200]


def test_a_boolean_is_drawn_in_steps(plot: PlotPanel) -> None:
    plot.show_metric(DOOR)
    _feed(plot, 0, 1, name="door")
    plot.paint_now(_us(2))
    assert _drawn(plot) == [1, 1, 1]
    assert _text(plot, "plotValue") == "true"
    assert plot._plot.plotItem.vb.mapViewToScene(QPointF(0, 1)).y() > 0


def test_a_hidden_plot_draws_nothing(plot: PlotPanel) -> None:
    plot.hide()
    _feed(plot, 0)
    plot.paint_now(_us(1))
    assert _drawn(plot) == []
