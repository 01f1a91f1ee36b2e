"""The state of the link in a few words, with a shape and a colour, and a calm pulse while all is well."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QWidget

from precisionpulse_desktop.models.link_status import CONNECTING, LinkStatus
from precisionpulse_desktop.views.shapes import shape_pixmap
from precisionpulse_desktop.views.theme import GRID, motion_is_welcome, scaled, theme

FRAME_MS = 66
PULSE_FRAMES = 30
_ICON = 16


class ConnectionBadge(QLabel):
    """Shows a `LinkStatus`. Its text and accessible name are the status's words, nothing else.

    It pulses only while the status asks for it, it is visible, `animate` is set and the system does not ask for less
    motion."""

    def __init__(self, parent: QWidget | None = None, *, animate: bool = True) -> None:
        super().__init__(parent)
        self.setObjectName("connectionBadge")
        scaled(self, 1.0, strong=True)
        self.setAlignment(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        self._animate = animate
        self._frame = 0
        self._timer = QTimer(self)
        self._timer.setInterval(FRAME_MS)
        self._timer.timeout.connect(self._advance)
        self.status = CONNECTING
        self.show_status(CONNECTING)
        theme().changed.connect(self._recolour)

    @property
    def pulsing(self) -> bool:
        """Whether it moves now."""
        return self._timer.isActive()

    def show_status(self, status: LinkStatus) -> None:
        """Show `status`."""
        self.status = status
        self.setText(status.text)
        self.setAccessibleName(status.text)
        self.setAccessibleDescription(status.detail)
        self.setToolTip(status.detail)
        self._recolour()
        self._start_or_stop()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        text = self.fontMetrics().size(Qt.TextFlag.TextSingleLine, self.text())
        return QSize(text.width() + _ICON + 5 * GRID, max(text.height() + GRID, 4 * GRID))

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        return self.sizeHint()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        super().showEvent(event)
        self._start_or_stop()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        super().hideEvent(event)
        self._timer.stop()

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        super().changeEvent(event)
        self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(theme().colours.tone(self.status.tone))
        ground, line = QColor(colour), QColor(colour)
        ground.setAlphaF(0.12)
        line.setAlphaF(0.35)
        painter.setBrush(ground)
        painter.setPen(line)
        pill = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        icon = QRectF(1.5 * GRID, (self.height() - _ICON) / 2, _ICON, _ICON)
        if self.pulsing:
            self._paint_pulse(painter, icon, colour)
        size, ratio = round(icon.width()), self.devicePixelRatioF()
        painter.drawPixmap(icon.topLeft(), shape_pixmap(self.status.shape, colour, size, ratio))
        painter.end()
        super().paintEvent(event)

    def _paint_pulse(self, painter: QPainter, icon: QRectF, colour: QColor) -> None:
        phase = self._frame / PULSE_FRAMES
        halo = QColor(colour)
        halo.setAlphaF(0.4 * (1 - phase))
        grown = 5 * phase
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(halo)
        painter.drawEllipse(icon.adjusted(2 - grown, 2 - grown, grown - 2, grown - 2))

    def _start_or_stop(self) -> None:
        if self.status.pulses and self._animate and self.isVisible() and motion_is_welcome():
            self._timer.start()
        else:
            self._timer.stop()

    @Slot()
    def _advance(self) -> None:
        self._frame = (self._frame + 1) % PULSE_FRAMES
        self.update(0, 0, _ICON + 3 * GRID, self.height())

    @Slot()
    def _recolour(self) -> None:
        palette = self.palette()
        palette.setColor(self.foregroundRole(), QColor(theme().colours.tone(self.status.tone)))
        self.setPalette(palette)
        self.setContentsMargins(round(2.25 * GRID) + _ICON, 0, 0, 0)
        self.updateGeometry()
        self.update()
