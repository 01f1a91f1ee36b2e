"""The main window: header, then sign-in or data, then the status line. Owns the timers that paint."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from precisionpulse_desktop.accounts import Accounts, Operator
from precisionpulse_desktop.acquisition import Acquisition
from precisionpulse_desktop.bridge import Bridge
from precisionpulse_desktop.models.link_status import LinkPresenter, LinkStatus
from precisionpulse_desktop.models.wording import NOTHING
from precisionpulse_desktop.views.data_page import DataPage
from precisionpulse_desktop.views.header import Header
from precisionpulse_desktop.views.login_page import LoginPage
from precisionpulse_desktop.views.theme import GRID, set_role
from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.identity import Identity

PAINT_EVERY_MS = 100
NOTICE_MS = 10_000
SHORTCUTS = (
    ("Ctrl+1 … Ctrl+4", "span of the plot"),
    ("Ctrl+P", "pause the plot"),
    ("Ctrl+L", "follow the newest reading"),
    ("Alt+S, Alt+R", "streams, records"),
    ("Ctrl+G", "losses and rejected records"),
    ("Ctrl+D", "write diagnostics"),
    ("Ctrl+Shift+O", "sign out"),
    ("Ctrl+Q", "quit"),
    ("F1", "this list"),
)


class MainWindow(QMainWindow):
    """Shows what `bridge` tells. Measuring and sending do not depend on it."""

    status_changed = Signal(object)
    """`LinkStatus`, whenever it is another one."""
    diagnostics_wanted = Signal()
    losses_wanted = Signal()
    first_operator_wanted = Signal()
    quit_wanted = Signal()

    def __init__(
        self,
        identity: Identity,
        acquisition: Acquisition,
        bridge: Bridge,
        accounts: Accounts,
        *,
        animate: bool = True,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(f"PrecisionPulse – {identity.client}")
        self.hides_on_close = False
        self._now_us = now_us
        self._presenter = LinkPresenter()
        self._status: LinkStatus | None = None
        self._operator: Operator | None = None
        self._stats: ClientStats | None = None
        self.header = Header(identity.client, identity.site, animate=animate)
        self.login = LoginPage(accounts)
        self.data = DataPage(acquisition.specs, acquisition.intervals_ms)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.login)
        self.pages.addWidget(self.data)
        self._facts = QLabel(NOTHING)
        self._facts.setObjectName("statusFacts")
        set_role(self._facts, "muted")
        self._arrange()
        self._make_menus()
        self.header.sign_out_wanted.connect(self.sign_out)
        self.data.buffer.losses_button.clicked.connect(self.losses_wanted)
        self.login.signed_in.connect(self.sign_in)
        self.login.first_wanted.connect(self.first_operator_wanted)
        bridge.recorded.connect(self.data.take)
        bridge.acknowledged.connect(lambda ranges: self.data.acknowledge(ranges, self._now_us()))
        bridge.rejected.connect(lambda ranges, reason: self.data.reject(ranges, reason, self._now_us()))
        bridge.notice.connect(lambda text: self.statusBar().showMessage(text, NOTICE_MS))
        bridge.stats_polled.connect(self.show_stats)
        self._paint_timer = QTimer(self)
        self._paint_timer.setInterval(PAINT_EVERY_MS)
        self._paint_timer.timeout.connect(self._paint_now)
        self._paint_timer.start()
        bridge.poll()

    @property
    def operator(self) -> Operator | None:
        """Who is signed in."""
        return self._operator

    @property
    def queued(self) -> int:
        """Records that wait, as far as is known."""
        return self._stats.queued if self._stats else 0

    @Slot(object)
    def sign_in(self, operator: Operator) -> None:
        """Show the data to `operator`."""
        self._set_operator(operator)
        self.pages.setCurrentWidget(self.data)
        self.data.streams_table.setFocus()

    @Slot()
    def sign_out(self) -> None:
        """Hide the data. Measuring and sending go on."""
        self._set_operator(None)
        self.pages.setCurrentWidget(self.login)
        self.login.reset()

    @Slot(object)
    def show_stats(self, stats: ClientStats) -> None:
        """Show new statistics everywhere."""
        now_us = self._now_us()
        self._stats = stats
        self.data.show_stats(stats, now_us)
        status = self._presenter.status(stats, signed_in=self._operator is not None, now_us=now_us)
        if status != self._status:
            self._status = status
            self.header.show_status(status)
            self.status_changed.emit(status)
        round_trip = NOTHING if stats.round_trip_us is None else f"{stats.round_trip_us / 1000:.1f} ms"
        facts = (
            f"epoch {stats.epoch:,}",
            f"acknowledged to record {stats.acknowledged_to:,} of {stats.last_record_seq:,}",
            f"round trip {round_trip}",
        )
        self._facts.setText("   ·   ".join(facts))

    @Slot()
    def bring_to_front(self) -> None:
        """Show the window, wherever it was."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    @Slot()
    def quit(self) -> None:
        """Leave the program; ask first when something waits."""
        if self.queued and not self._confirmed_quit():
            return
        self.quit_wanted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        event.ignore()
        if self.hides_on_close:
            self.hide()
        else:
            self.quit()

    def _confirmed_quit(self) -> bool:
        answer = QMessageBox.question(
            self,
            "Quit PrecisionPulse?",
            f"{self.queued:,} messages will be sent next time. Until then nothing is measured.",
            QMessageBox.StandardButton.Close | QMessageBox.StandardButton.Cancel,
            QMessageBox.StandardButton.Cancel,
        )
        return bool(answer == QMessageBox.StandardButton.Close)

    def _set_operator(self, operator: Operator | None) -> None:
        self._operator = operator
        self.header.show_operator(operator.name if operator else None)
        self._sign_out_action.setEnabled(operator is not None)
        if self._stats is not None:
            self.show_stats(self._stats)

    @Slot()
    def _paint_now(self) -> None:
        if self.data.isVisible():
            self.data.paint_now(self._now_us())

    def _arrange(self) -> None:
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        self.statusBar().addPermanentWidget(self._facts)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().setContentsMargins(GRID, 0, GRID, 0)
        self.resize(160 * GRID, 96 * GRID)

    def _make_menus(self) -> None:
        desktop = self.menuBar().addMenu("&Desktop")
        self._sign_out_action = self._action("Sign &out", "Ctrl+Shift+O", self.sign_out)
        self._sign_out_action.setEnabled(False)
        desktop.addAction(self._sign_out_action)
        desktop.addAction(self._action("&Losses and rejected records…", "Ctrl+G", self.losses_wanted.emit))
        desktop.addAction(self._action("Write &diagnostics…", "Ctrl+D", self.diagnostics_wanted.emit))
        desktop.addSeparator()
        desktop.addAction(self._action("&Quit", "Ctrl+Q", self.quit))
        plot = self.menuBar().addMenu("P&lot")
        plot.addAction(self._action("&Pause or resume", "Ctrl+P", self.data.plot.pause_button.toggle))
        plot.addAction(
            self._action("&Follow the newest reading", "Ctrl+L", lambda: self.data.plot.live_button.setChecked(True))
        )
        help_menu = self.menuBar().addMenu("&Help")
        help_menu.addAction(self._action("&Keyboard shortcuts", "F1", self._show_shortcuts))

    def _action(self, text: str, shortcut: str, what: Callable[[], object]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(shortcut)
        action.triggered.connect(lambda _=False: what())
        return action

    @Slot()
    def _show_shortcuts(self) -> None:
        QMessageBox.information(self, "Keyboard shortcuts", _lines(SHORTCUTS))


def _lines(pairs: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{keys}: {meaning}" for keys, meaning in pairs)
