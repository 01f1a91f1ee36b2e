from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.models.link_status import LinkStatus, Shape, Tone
from precisionpulse_desktop.views.badge import ConnectionBadge
from precisionpulse_desktop.views.shapes import draw_shape
from precisionpulse_desktop.views.theme import DARK, LIGHT, Colours, high_contrast, theme

ONLINE = LinkStatus("Online", "", Shape.DISC, Tone.GOOD, pulses=True)
SYNCING = LinkStatus("Offline - Syncing", "12 queued", Shape.TRIANGLE, Tone.WAITING)


@pytest.fixture
def badge(qtbot: QtBot) -> ConnectionBadge:
    badge = ConnectionBadge()
    qtbot.addWidget(badge)
    return badge


@pytest.mark.proves("DT1")
def test_it_is_found_by_name_and_reads_as_it_looks(badge: ConnectionBadge) -> None:
    for status in (ONLINE, SYNCING):
        badge.show_status(status)
        assert badge.objectName() == "connectionBadge"
        assert badge.text() == badge.accessibleName() == status.text
        assert badge.accessibleDescription() == status.detail


@pytest.mark.proves("DT6")
def test_it_pulses_only_while_visible_and_online(badge: ConnectionBadge) -> None:
    badge.show_status(ONLINE)
    assert not badge.pulsing
    badge.show()
    assert badge.pulsing
    badge.show_status(SYNCING)
    assert not badge.pulsing
    badge.show_status(ONLINE)
    badge.hide()
    assert not badge.pulsing


@pytest.mark.proves("DT6")
def test_it_stands_still_when_told_to(qtbot: QtBot) -> None:
    still = ConnectionBadge(animate=False)
    qtbot.addWidget(still)
    still.show_status(ONLINE)
    still.show()
    assert not still.pulsing


@pytest.mark.proves("DT19")
def test_its_text_is_never_cut_off(badge: ConnectionBadge) -> None:
    for status in (ONLINE, SYNCING):
        badge.show_status(status)
        badge.adjustSize()
        assert badge.fontMetrics().horizontalAdvance(status.text) <= badge.contentsRect().width()


@pytest.mark.proves("DT1")
def test_each_shape_is_drawn_differently(qtbot: QtBot) -> None:
    def drawn(shape: Shape) -> bytes:
        image = QImage(32, 32, QImage.Format.Format_ARGB32)
        image.fill(0)
        painter = QPainter(image)
        draw_shape(painter, shape, QRectF(0, 0, 32, 32), QColor("#000000"))
        painter.end()
        return bytes(image.constBits())

    assert len({drawn(shape) for shape in Shape}) == len(Shape)


def _luminance(colour: str) -> float:
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in QColor(colour).getRgbF()[:3]
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.proves("DT19")
@pytest.mark.parametrize("colours", [LIGHT, DARK, high_contrast(LIGHT), high_contrast(DARK)])
def test_every_text_stands_out_from_its_ground(colours: Colours) -> None:
    inks = [colours.text, colours.muted, colours.accent, *(colours.tone(tone) for tone in Tone)]
    for ground in (colours.surface, colours.window, colours.raised):
        for ink in inks:
            assert _contrast(ink, ground) >= 4.5, (ink, ground)
    assert _contrast(colours.on_accent, colours.accent) >= 4.5


@pytest.mark.proves("DT19")
def test_a_change_of_palette_reaches_every_window(qtbot: QtBot, badge: ConnectionBadge) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    try:
        for colours in (DARK, LIGHT):
            theme().use(colours)
            qtbot.waitUntil(lambda wanted=colours.window: window.palette().window().color().name() == wanted)
            assert badge.palette().windowText().color().name() == colours.tone(badge.status.tone)
    finally:
        theme().follow_system()
