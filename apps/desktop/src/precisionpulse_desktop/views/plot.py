"""The drawing area of the live plot. Imports pyqtgraph, which takes 40 MB and a second to load, and NumPy, which takes
20 MB: whoever imports this module does so when somebody looks at a plot."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyqtgraph as pg  # type: ignore[import-untyped]
from PySide6.QtCore import Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from precisionpulse_desktop.views.theme import Colours

if TYPE_CHECKING:
    from precisionpulse_desktop.models.series import Floats

FALSE_AND_TRUE = [[(0, "false"), (1, "true")]]


class Plot(pg.PlotWidget):  # type: ignore[misc]
    """One line over time."""

    moved = Signal()
    """Somebody has moved or zoomed it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, axisItems={"bottom": pg.DateAxisItem()})
        self.setObjectName("plot")
        self.setAccessibleName("Live plot")
        self.setMenuEnabled(False)
        self.hideButtons()
        self.curve = self.plot(connect="finite", antialias=True)
        self.getViewBox().sigRangeChangedManually.connect(lambda _: self.moved.emit())

    def draw(self, seconds: Floats, values: Floats, *, stairs: bool) -> None:
        """Draw `values` over `seconds` since 1970, not joined at NaN. `stairs`: each holds until the next one, for a
        boolean has nothing between."""
        if stairs:
            seconds, values = np.repeat(seconds, 2)[1:], np.repeat(values, 2)[:-1]
        self.curve.setData(seconds, values)

    def show_span(self, left_s: float, right_s: float) -> None:
        """Show the time from `left_s` to `right_s`, since 1970."""
        self.setXRange(left_s, right_s, padding=0)

    def fit_values(self) -> None:
        """Let the vertical axis follow the values again."""
        self.enableAutoRange(axis="y")

    def set_boolean(self, boolean: bool) -> None:
        """Whether the vertical axis is of false and true, or of numbers."""
        self.getAxis("left").setTicks(FALSE_AND_TRUE if boolean else None)
        if boolean:
            self.setYRange(-0.1, 1.1, padding=0)

    def recolour(self, colours: Colours) -> None:
        """Take the theme's colours."""
        self.setBackground(QColor(colours.surface))
        self.curve.setPen(pg.mkPen(colours.accent, width=1.6))
        for side in ("left", "bottom"):
            axis = self.getAxis(side)
            axis.setPen(pg.mkPen(colours.border))
            axis.setTextPen(pg.mkPen(colours.muted))
            axis.setStyle(tickLength=-4)
        self.showGrid(x=False, y=True, alpha=0.25)
