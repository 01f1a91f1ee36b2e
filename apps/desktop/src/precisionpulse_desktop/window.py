"""The main window of a running desktop, with what surrounds it: bridge, tray, diagnostics, the first operator."""

from __future__ import annotations

import logging
from collections import deque
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QFileDialog, QMessageBox

from precisionpulse_desktop import bootstrap, diagnostics
from precisionpulse_desktop.accounts import LocalAccounts
from precisionpulse_desktop.bridge import Bridge
from precisionpulse_desktop.models.link_status import LinkStatus
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.views.first_run import FirstRunDialog
from precisionpulse_desktop.views.losses_dialog import LossesDialog
from precisionpulse_desktop.views.main_window import MainWindow
from precisionpulse_desktop.views.shapes import status_icon
from precisionpulse_desktop.views.theme import theme
from precisionpulse_desktop.views.tray import tray_for

log = logging.getLogger(__name__)

KEPT_STATES = 50


class DesktopWindow(QObject):
    """The main window of a running `Streaming`, with what surrounds it."""

    def __init__(self, settings: Settings, streaming: bootstrap.Streaming, accounts: LocalAccounts) -> None:
        super().__init__()
        self._settings = settings
        self._streaming = streaming
        self._accounts = accounts
        self._states: deque[str] = deque(maxlen=KEPT_STATES)
        self.bridge = Bridge(streaming.client.subscribe, streaming.client.stats, streaming.acquisition, self)
        self.window = MainWindow(
            streaming.identity, streaming.acquisition, self.bridge, accounts, animate=settings.animate
        )
        self.window.status_changed.connect(self._remember)
        self.window.diagnostics_wanted.connect(self.ask_for_diagnostics)
        self.window.losses_wanted.connect(self.show_losses)
        self.window.first_operator_wanted.connect(self.ask_for_operator)
        self.tray = tray_for(self.window)

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
    def ask_for_operator(self) -> None:
        """Create the first operator, in a dialog that does not stop anything else."""
        dialog = first_run(self._settings, self._accounts, needs_identity=False, parent=self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.operator_made.connect(self.window.sign_in)
        dialog.open()

    @Slot()
    def show_losses(self) -> None:
        """List what was dropped or rejected, to whoever is signed in."""
        if self.window.operator is None:
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

    @Slot(object)
    def _remember(self, status: LinkStatus) -> None:
        self._states.append(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {status.text} {status.detail}".rstrip())
        self.window.setWindowIcon(status_icon(status, theme().colours.tone(status.tone)))


def first_run(
    settings: Settings, store: LocalAccounts, *, needs_identity: bool, parent: MainWindow | None = None
) -> FirstRunDialog:
    """The dialog for the steps that this profile still needs."""
    return FirstRunDialog(
        partial(bootstrap.enrol_into, settings.data_dir),
        store,
        needs_identity=needs_identity,
        needs_operator=not store.any_exist(),
        url=settings.enrol_url or "",
        code=settings.enrol_code or "",
        parent=parent,
    )
