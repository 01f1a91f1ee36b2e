"""The main window of a running desktop, with what surrounds it: bridge, tray, diagnostics."""

from __future__ import annotations

import logging
from collections import deque
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from precisionpulse_desktop import bootstrap, diagnostics
from precisionpulse_desktop.accounts import Accounts
from precisionpulse_desktop.bridge import Bridge
from precisionpulse_desktop.models.link_status import LinkStatus
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.views.losses_dialog import LossesDialog
from precisionpulse_desktop.views.main_window import MainWindow
from precisionpulse_desktop.views.shapes import status_icon
from precisionpulse_desktop.views.theme import theme
from precisionpulse_desktop.views.tray import tray_for

log = logging.getLogger(__name__)

KEPT_STATES = 50
FORMER_ACCOUNTS = "operator.sqlite3"
"""Earlier versions kept an operator of the desktop's own in this file."""


class DesktopWindow(QObject):
    """The main window of a running `Streaming`, with what surrounds it."""

    def __init__(self, settings: Settings, streaming: bootstrap.Streaming) -> None:
        super().__init__()
        self._settings = settings
        self._streaming = streaming
        self.accounts = Accounts(streaming.replica, streaming.identity.site)
        self._states: deque[str] = deque(maxlen=KEPT_STATES)
        self.bridge = Bridge(
            streaming.client.subscribe,
            streaming.client.stats,
            streaming.acquisition,
            self,
            others=(streaming.replica.subscribe, streaming.configuration.listen),
        )
        self.window = MainWindow(
            streaming.identity,
            streaming.acquisition,
            self.bridge,
            self.accounts,
            streaming.replica,
            animate=settings.animate,
        )
        self.window.status_changed.connect(self._remember)
        self.window.diagnostics_wanted.connect(self.ask_for_diagnostics)
        self.window.losses_wanted.connect(self.show_losses)
        self.tray = tray_for(self.window)
        self._say_goodbye_to_former_accounts()

    @Slot()
    def start(self) -> None:
        """Begin to measure and to send."""
        self._streaming.start()

    def close(self) -> None:
        """Stop everything; joins every thread in well under 3 s."""
        self.bridge.close()
        self.window.login.stop()
        self.window.hide()
        self._streaming.close()

    @Slot()
    def show_losses(self) -> None:
        """List what was dropped or rejected, to whoever is signed in."""
        if self.window.operator.session is None:
            return
        dialog = LossesDialog(self._streaming.client.lost, self._streaming.client.stats, self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.exported.connect(lambda path: self.window.statusBar().showMessage(f"Written to {path}", 10_000))
        dialog.open()

    @Slot()
    def ask_for_diagnostics(self) -> None:
        """Write the diagnostics where the operator says."""
        chosen, _ = QFileDialog.getSaveFileName(
            self.window, "Write diagnostics", str(Path.home() / diagnostics.suggested_name()), "Zip files (*.zip)"
        )
        if chosen:
            self.write_diagnostics(Path(chosen))

    def write_diagnostics(self, target: Path) -> None:
        """Write the diagnostics to `target`, and say how it went."""
        try:
            diagnostics.write(target, self._settings, self._streaming.client.stats(), self._states)
        except OSError as error:
            log.warning("diagnostics could not be written: %s", error)
            QMessageBox.warning(self.window, "Diagnostics", f"Could not write {target}: {error.strerror or error}.")
        else:
            self.window.statusBar().showMessage(f"Diagnostics written to {target}", 10_000)

    def _say_goodbye_to_former_accounts(self) -> None:
        former = self._settings.data_dir / FORMER_ACCOUNTS
        if former.exists():
            log.info("%s is not used any more: the site's users sign in", former)
            self.window.login.reason.say(
                "The account that was made on this desktop is not used any more: sign in with your account of the "
                f"site. The old file can be deleted: {former}"
            )

    @Slot(object)
    def _remember(self, status: LinkStatus) -> None:
        self._states.append(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {status.text} {status.detail}".rstrip())
        self.window.setWindowIcon(status_icon(status, theme().colours.tone(status.tone)))
