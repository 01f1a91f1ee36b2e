"""The badge's shapes, drawn: no two states share one, so that nobody has to tell them apart by colour."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF

from precisionpulse_desktop.models.link_status import LinkStatus, Shape


def draw_shape(painter: QPainter, shape: Shape, box: QRectF, colour: QColor) -> None:
    """Draw `shape` into the square `box`."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(colour)
    painter.setPen(Qt.PenStyle.NoPen)
    unit = box.width() / 16
    pen = QPen(colour, 2 * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    match shape:
        case Shape.DISC:
            painter.drawEllipse(box.adjusted(2 * unit, 2 * unit, -2 * unit, -2 * unit))
        case Shape.TRIANGLE:
            painter.setPen(pen)
            painter.drawPolygon(_polygon(box, (8, 3), (14, 13), (2, 13)))
        case Shape.RING:
            painter.setPen(QPen(colour, 2.4 * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawArc(box.adjusted(2.5 * unit, 2.5 * unit, -2.5 * unit, -2.5 * unit), 90 * 16, 270 * 16)
        case Shape.LOCK:
            painter.drawRoundedRect(
                QRectF(box.x() + 3 * unit, box.y() + 7 * unit, 10 * unit, 7 * unit), 1.5 * unit, 1.5 * unit
            )
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawArc(QRectF(box.x() + 5 * unit, box.y() + 2.5 * unit, 6 * unit, 8 * unit), 0, 180 * 16)
        case Shape.DIAMOND:
            painter.drawPolygon(_polygon(box, (8, 1), (15, 8), (8, 15), (1, 8)))
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
            painter.drawRect(QRectF(box.x() + 7.1 * unit, box.y() + 4.5 * unit, 1.8 * unit, 4.5 * unit))
            painter.drawRect(QRectF(box.x() + 7.1 * unit, box.y() + 10 * unit, 1.8 * unit, 1.8 * unit))
    painter.restore()


def shape_pixmap(shape: Shape, colour: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """`shape` on a transparent ground, `size` px wide at a device pixel ratio of `ratio`."""
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    draw_shape(painter, shape, QRectF(0, 0, size, size), colour)
    painter.end()
    return pixmap


def status_icon(status: LinkStatus, colour: str) -> QIcon:
    """The icon of tray and window for a status."""
    return QIcon(shape_pixmap(status.shape, QColor(colour), 64))


def _polygon(box: QRectF, *points: tuple[float, float]) -> QPolygonF:
    unit = box.width() / 16
    return QPolygonF([QPointF(box.x() + x * unit, box.y() + y * unit) for x, y in points])
