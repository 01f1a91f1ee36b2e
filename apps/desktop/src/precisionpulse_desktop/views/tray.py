"""The icon in the system's tray, where there is one."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from precisionpulse_desktop.models.link_status import LinkStatus
from precisionpulse_desktop.views.main_window import MainWindow
from precisionpulse_desktop.views.shapes import status_icon
from precisionpulse_desktop.views.theme import theme


class Tray(QObject):
    """Shows the link's status in colour, shape and words; opens the window, and quits."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._menu = QMenu(window)
        self._menu.addAction("&Open").triggered.connect(lambda _=False: window.bring_to_front())
        self._menu.addAction("&Quit").triggered.connect(lambda _=False: window.quit())
        self._icon = QSystemTrayIcon(self)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(
            lambda reason: window.bring_to_front() if reason is QSystemTrayIcon.ActivationReason.Trigger else None
        )
        window.status_changed.connect(self.show_status)

    @Slot(object)
    def show_status(self, status: LinkStatus) -> None:
        """Show the status."""
        self._icon.setIcon(status_icon(status, theme().colours.tone(status.tone)))
        self._icon.setToolTip(" · ".join(filter(None, ("PrecisionPulse", status.text, status.detail))))
        self._icon.show()


def tray_for(window: MainWindow) -> Tray | None:
    """A tray icon, if the system has a tray: closing the window then only hides it."""
    window.hides_on_close = QSystemTrayIcon.isSystemTrayAvailable()
    return Tray(window) if window.hides_on_close else None
