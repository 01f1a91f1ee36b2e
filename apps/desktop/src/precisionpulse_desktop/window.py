"""The desktop with a window: everything that `bootstrap` wires, and the parts that need Qt."""

from __future__ import annotations

import logging
import signal
import threading
from collections import deque
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QMessageBox

from precisionpulse_desktop import __version__, accounts, bootstrap, diagnostics
from precisionpulse_desktop.accounts import LocalAccounts
from precisionpulse_desktop.bridge import Bridge
from precisionpulse_desktop.errors import DesktopError
from precisionpulse_desktop.instance import SingleInstance
from precisionpulse_desktop.models.link_status import LinkStatus
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.views.crash_dialog import CrashReporter
from precisionpulse_desktop.views.first_run import FirstRunDialog
from precisionpulse_desktop.views.main_window import MainWindow
from precisionpulse_desktop.views.shapes import status_icon
from precisionpulse_desktop.views.theme import theme
from precisionpulse_desktop.views.tray import tray_for
from precisionpulse_sdk.errors import PrecisionPulseError

log = logging.getLogger(__name__)

KEPT_STATES = 50
SIGNAL_EVERY_MS = 200


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
        dialog = _first_run(self._settings, self._accounts, needs_identity=False, parent=self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.operator_made.connect(self.window.sign_in)
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


def run(settings: Settings) -> int:
    """Run the desktop with its window; the result is the exit code."""
    application = _application(["precisionpulse-desktop"])
    instance = SingleInstance(settings.data_dir)
    if not instance.claim():
        log.info("the window of profile %s is open already: showing it", settings.profile)
        return 0
    _leave_on_signals(application)
    try:
        return _run_first_instance(application, settings, instance)
    except (DesktopError, PrecisionPulseError, OSError) as error:
        log.error("can't run: %s", error)
        QMessageBox.critical(None, "PrecisionPulse can't start", str(error))
        return 1
    finally:
        instance.release()


def _run_first_instance(application: QApplication, settings: Settings, instance: SingleInstance) -> int:
    reporter = CrashReporter()
    reporter.install()
    store = LocalAccounts(settings.data_dir / accounts.FILE_NAME)
    identity = bootstrap.load_identity(settings.data_dir)
    operator = None
    if identity is None:
        log.info("this profile is not enrolled yet: asking for the server's address and a code")
        first = _first_run(settings, store, needs_identity=True)
        instance.shown.connect(first.raise_)
        if settings.enrol_url and settings.enrol_code:
            QTimer.singleShot(0, first.go_on)
        accepted = first.exec() == QDialog.DialogCode.Accepted
        identity, operator = first.identity, first.operator
        if not accepted and identity is None:
            return 0
    assert identity is not None, "the first step makes the identity"
    desktop = DesktopWindow(settings, bootstrap.Streaming(settings, identity), store)
    instance.shown.connect(desktop.window.bring_to_front)
    desktop.window.quit_wanted.connect(lambda: _leave(application))
    desktop.window.show()
    QTimer.singleShot(0, desktop.start)
    if operator is not None:
        desktop.window.sign_in(operator)
    elif not store.any_exist():
        desktop.ask_for_operator()
    try:
        return int(application.exec())
    finally:
        desktop.close()


def self_test() -> None:
    """Make and drop the parts that need Qt. Raises when one can't be."""
    application = _application(["precisionpulse-desktop", "-platform", "offscreen"])
    theme()
    application.quit()


def _application(arguments: Sequence[str]) -> QApplication:
    application = QApplication(list(arguments))
    application.setApplicationName("PrecisionPulse")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("precisionpulse-desktop")
    application.setQuitOnLastWindowClosed(False)
    theme()
    return application


def _first_run(
    settings: Settings, store: LocalAccounts, *, needs_identity: bool, parent: MainWindow | None = None
) -> FirstRunDialog:
    return FirstRunDialog(
        partial(bootstrap.enrol_into, settings.data_dir),
        store,
        needs_identity=needs_identity,
        needs_operator=not store.any_exist(),
        url=settings.enrol_url or "",
        code=settings.enrol_code or "",
        parent=parent,
    )


def _leave_on_signals(application: QApplication) -> None:
    """End the event loop, a dialog's too, at SIGTERM and Ctrl-C, whenever they come."""
    wanted = threading.Event()
    # Python runs its signal handlers only when Qt lets it run at all; and a loop that has not begun can't be ended yet.
    chance = QTimer(application)
    chance.timeout.connect(lambda: _leave(application) if wanted.is_set() else None)
    chance.start(SIGNAL_EVERY_MS)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: wanted.set())


def _leave(application: QApplication) -> None:
    # `quit` would ask every window for its consent, and the main window asks the operator.
    application.exit(0)
