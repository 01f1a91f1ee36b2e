"""The desktop with a window, as a process: one instance, the first start, signals, and what is shown when it can't
run."""

from __future__ import annotations

import logging
import signal
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication, QMessageBox

from precisionpulse_desktop import __version__, bootstrap
from precisionpulse_desktop.errors import DesktopError
from precisionpulse_desktop.instance import SingleInstance
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.views.crash_dialog import CrashReporter
from precisionpulse_desktop.views.first_run import FirstRunDialog
from precisionpulse_desktop.views.theme import theme
from precisionpulse_desktop.window import DesktopWindow
from precisionpulse_sdk.errors import PrecisionPulseError
from precisionpulse_sdk.identity import Identity

log = logging.getLogger(__name__)

SIGNAL_EVERY_MS = 200


class Program(QObject):
    """Streams and shows its window as soon as there is an identity; asks for one when there is none.

    Raises what `bootstrap.Streaming` raises."""

    def __init__(self, application: QApplication, settings: Settings, instance: SingleInstance) -> None:
        super().__init__()
        self._application = application
        self._settings = settings
        self._instance = instance
        self._desktop: DesktopWindow | None = None
        identity = bootstrap.load_identity(settings.data_dir)
        if identity is None:
            self._ask_for_identity()
        else:
            self._begin(identity)

    def close(self) -> None:
        """Stop everything."""
        if self._desktop is not None:
            self._desktop.close()

    def _begin(self, identity: Identity) -> None:
        desktop = DesktopWindow(self._settings, bootstrap.Streaming(self._settings, identity))
        self._desktop = desktop
        self._instance.shown.connect(desktop.window.bring_to_front)
        desktop.window.quit_wanted.connect(lambda: _leave(self._application))
        desktop.window.show()
        QTimer.singleShot(0, desktop.start)

    def _ask_for_identity(self) -> None:
        log.info("this profile is not enrolled yet: asking for the server's address and a code")
        dialog = self._first_run = FirstRunDialog(
            partial(bootstrap.enrol_into, self._settings.data_dir),
            url=self._settings.enrol_url or "",
            code=self._settings.enrol_code or "",
        )
        self._instance.shown.connect(dialog.raise_)
        dialog.enrolled.connect(self._begin_enrolled)
        dialog.rejected.connect(lambda: _leave(self._application) if self._desktop is None else None)
        dialog.show()
        if self._settings.enrol_url and self._settings.enrol_code:
            QTimer.singleShot(0, dialog.go_on)

    @Slot(object)
    def _begin_enrolled(self, identity: Identity) -> None:
        try:
            self._begin(identity)
        except (DesktopError, PrecisionPulseError, OSError) as error:
            _say_why(error)
            self._application.exit(1)


def run(settings: Settings) -> int:
    """Run the desktop with its window; the result is the exit code."""
    application = make_application(["precisionpulse-desktop"])
    instance = SingleInstance(settings.data_dir)
    if not instance.claim():
        log.info("the window of profile %s is open already: showing it", settings.profile)
        return 0
    CrashReporter().install()
    _leave_on_signals(application)
    program = None
    try:
        program = Program(application, settings, instance)
        return int(application.exec())
    except (DesktopError, PrecisionPulseError, OSError) as error:
        _say_why(error)
        return 1
    finally:
        if program is not None:
            program.close()
        instance.release()


def self_test() -> None:
    """Make and drop the parts that need Qt. Raises when one can't be."""
    make_application(["precisionpulse-desktop", "-platform", "offscreen"])
    from precisionpulse_desktop.views.plot import Plot  # which a window that nobody looks at goes without

    Plot()


def make_application(arguments: Sequence[str]) -> QApplication:
    """The application object with its names and its theme. Once a process."""
    application = QApplication(list(arguments))
    application.setApplicationName("PrecisionPulse")
    application.setApplicationVersion(__version__)
    application.setDesktopFileName("precisionpulse-desktop")
    application.setQuitOnLastWindowClosed(False)
    theme()
    return application


def _say_why(error: Exception) -> None:
    log.error("can't run: %s", error)
    QMessageBox.critical(None, "PrecisionPulse can't start", str(error))


def _leave_on_signals(application: QApplication) -> None:
    """End the event loop, a dialog's too, at SIGTERM and Ctrl-C, whenever they come."""
    wanted: list[int] = []
    # Python runs its signal handlers only when Qt lets it run at all; and a loop that has not begun can't be ended yet.
    chance = QTimer(application)
    chance.timeout.connect(lambda: _leave(application) if wanted else None)
    chance.start(SIGNAL_EVERY_MS)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: wanted.append(number))


def _leave(application: QApplication) -> None:
    # `quit` would ask every window for its consent, and the main window asks the operator.
    application.exit(0)
