"""The main window: header, then sign-in or data, then the status line. Owns the timers that paint."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent
from PySide6.QtWidgets import QLabel, QMainWindow, QMessageBox, QStackedWidget, QVBoxLayout, QWidget

from precisionpulse_desktop.accounts import ACCESS_CHANGED, Accounts, Session
from precisionpulse_desktop.acquisition import Acquisition
from precisionpulse_desktop.bridge import Bridge
from precisionpulse_desktop.logbook import kind_text, read_log
from precisionpulse_desktop.models.events import EventsModel
from precisionpulse_desktop.models.link_status import LinkPresenter, LinkStatus
from precisionpulse_desktop.models.wording import NOTHING
from precisionpulse_desktop.operator import Operator
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.admin.places import CONFLICTS, administration
from precisionpulse_desktop.views.banner import Banner
from precisionpulse_desktop.views.data_page import DataPage
from precisionpulse_desktop.views.events_page import EventsPage
from precisionpulse_desktop.views.header import Header
from precisionpulse_desktop.views.login_page import CARD_WIDTH, LoginPage
from precisionpulse_desktop.views.password_form import PasswordDialog, PasswordForm, PasswordPage
from precisionpulse_desktop.views.theme import GRID, set_role
from precisionpulse_desktop.views.workspace import Place, Workspace
from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.replica import Replica, ReplicaChanged
from precisionpulse_sdk.replica.tables import refusals

PAINT_EVERY_MS = 100
NOTICE_MS = 10_000
READINGS = "Readings"
SHORTCUTS = (
    ("Alt+1 … Alt+9", "pages"),
    ("Ctrl+1 … Ctrl+4", "span of the plot"),
    ("Ctrl+P", "pause the plot"),
    ("Ctrl+L", "follow the newest reading"),
    ("Alt+S, Alt+R", "streams, records"),
    ("Ctrl+F, Enter", "search a list, open what is selected"),
    ("Ctrl+G", "losses and rejected records"),
    ("Ctrl+D", "write diagnostics"),
    ("Ctrl+Shift+P", "change your password"),
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
    quit_wanted = Signal()

    def __init__(
        self,
        identity: Identity,
        acquisition: Acquisition,
        bridge: Bridge,
        accounts: Accounts,
        replica: Replica,
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
        self._stats: ClientStats | None = None
        self._client = identity.client
        self.operator = Operator(accounts, self)
        self.header = Header(identity.client, identity.site, animate=animate)
        self.login = LoginPage(accounts)
        self.password = PasswordPage(
            PasswordForm(
                self.operator.change_password,
                why="An administrator set the present one: choose one that only you know, then go on.",
                leave="Sign &out",
            ),
            CARD_WIDTH,
        )
        self.data = DataPage(acquisition.specs, acquisition.intervals_ms)
        self.events = EventsModel(self)
        self.desk = Desk(replica, identity.site, self.operator, self)
        self.places = (
            Place("R&eadings", "client:read", lambda: self.data, here=True),
            Place("Asked from &afar", "client:read", lambda: EventsPage(self.events), here=True),
            *administration(self.desk),
        )
        self.banner = Banner()
        self.work = Workspace(self.places, identity.client)
        self.work.page(READINGS)  # it takes every reading from the start
        self.nothing = _nothing_to_see()
        self.pages = QStackedWidget()
        for page in (self.login, self.password, self.nothing, self.work):
            self.pages.addWidget(page)
        self._edits = QLabel()
        self._edits.setObjectName("editsWaiting")
        self._edits.setContentsMargins(0, 0, 2 * GRID, 0)
        set_role(self._edits, "waiting")
        self._waiting = len(replica.waiting())
        self._say_waiting()
        self._facts = QLabel(NOTHING)
        self._facts.setObjectName("statusFacts")
        set_role(self._facts, "muted")
        self._arrange()
        self._make_menus()
        self._show_session(None)
        self.header.sign_out_wanted.connect(self.sign_out)
        self.data.buffer.losses_button.clicked.connect(self.losses_wanted)
        self.login.begun.connect(self.data.plot.prepare)
        self.login.signed_in.connect(self.operator.begin)
        self.password.form.changed.connect(self.operator.begin)
        self.password.form.given_up.connect(self.sign_out)
        self.operator.changed.connect(self._show_session)
        self.operator.ended.connect(self._say_why_ended)
        self.operator.rights_changed.connect(lambda: self.statusBar().showMessage(ACCESS_CHANGED, NOTICE_MS))
        bridge.replica_changed.connect(self._look_at)
        bridge.replica_changed.connect(self.desk.replica_changed)
        self.banner.show_wanted.connect(lambda: self.work.go_to(CONFLICTS))
        bridge.commanded.connect(self.events.take)
        bridge.configured.connect(self.events.note_setting)
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
    def queued(self) -> int:
        """Records that wait, as far as is known."""
        return self._stats.queued if self._stats else 0

    @Slot()
    def sign_out(self) -> None:
        """Hide the data. Measuring and sending go on."""
        self.operator.end()

    @Slot()
    def change_password(self) -> None:
        """Ask whoever is signed in for another password."""
        dialog = PasswordDialog(self.operator.change_password, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.changed.connect(self.operator.begin)
        dialog.changed.connect(lambda: self.statusBar().showMessage("Your password is changed", NOTICE_MS))
        self.operator.changed.connect(dialog.leave_without)
        dialog.open()

    @Slot(object)
    def show_stats(self, stats: ClientStats) -> None:
        """Show new statistics everywhere."""
        now_us = self._now_us()
        self._stats = stats
        if self.login.isVisible() and not self.login.is_ready:
            self.login.look()
        self.data.show_stats(stats, now_us)
        status = self._presenter.status(stats, signed_in=self.operator.session is not None, now_us=now_us)
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

    @Slot(object)
    def _show_session(self, session: Session | None) -> None:
        """Show what `session` may see; without one, the sign-in."""
        if session is None:
            self.banner.hide()
        self.header.show_operator(session.person.display_name if session else None)
        settled = session if session and not session.person.must_change_password else None
        self._password_action.setEnabled(settled is not None)
        self._sign_out_action.setEnabled(session is not None)
        self.work.show_session(settled)
        for place, action in zip(self.places, self._place_actions, strict=True):
            action.setVisible(self.work.allows(settled, place))
        self._view_menu.menuAction().setVisible(self.work.count() > 0)
        for action in self._reading_actions:
            action.setVisible(settled is not None and settled.may("client:read", self._client))
        self._diagnostics_action.setVisible(settled is not None and settled.may("client:diagnose", self._client))
        if session is None:
            self.login.reset()
            self.pages.setCurrentWidget(self.login)
        elif settled is None:
            self.pages.setCurrentWidget(self.password)
            self.password.form.current.setFocus()
        else:
            self.pages.setCurrentWidget(self.work if self.work.count() else self.nothing)
        if session is None or settled is not None:
            self.password.form.stop()
        if self._stats is not None:
            self.show_stats(self._stats)
        if settled is not None and self.data.isVisible() and not self.data.isAncestorOf(self.focusWidget() or self):
            self.data.streams_table.setFocus()

    @Slot(str)
    def _say_why_ended(self, reason: str) -> None:
        self.login.reason.say(f"{reason} {self._unsent()}")

    def _say_waiting(self) -> None:
        self._edits.setVisible(self._waiting > 0)
        self._edits.setText(f"{self._waiting:,} edits wait to sync" if self._waiting != 1 else "1 edit waits to sync")

    def _say_refused(self, count: int) -> None:
        """Tell whoever sits here what the hub refused just now."""
        newest = read_log(self.desk.replica, refusals, 1)
        if not newest:
            return
        first, more = newest[0], f" (and {count - 1:,} more)" if count > 1 else ""
        self.banner.say(
            f"The hub refused a change by {first.actor}, and it is rolled back here: {kind_text(first.kind)} "
            f"{first.subject}. {first.text}{more}",
            has_more=self.desk.may("conflict:read"),
        )

    def _unsent(self) -> str:
        """What happens to what has not been sent."""
        readings = f"{self.queued:,} readings that wait here are" if self.queued else "What is measured here is"
        edits = (
            f" {self._waiting:,} edits that wait here go to the hub as they are: it refuses and rolls back what their "
            "author may not do any more."
            if self._waiting
            else ""
        )
        return f"{readings} sent as before.{edits}"

    @Slot(object)
    def _look_at(self, change: ReplicaChanged) -> None:
        self._waiting = change.waiting
        self._say_waiting()
        self.operator.look_at(change)
        if change.refused:
            self._say_refused(change.refused)
        if self.operator.session is None:
            self.login.look()

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
        layout.addWidget(self.banner)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(centre)
        self.statusBar().addPermanentWidget(self._edits)
        self.statusBar().addPermanentWidget(self._facts)
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().setContentsMargins(GRID, 0, GRID, 0)
        self.resize(160 * GRID, 96 * GRID)

    def _make_menus(self) -> None:
        desktop = self.menuBar().addMenu("&Desktop")
        self._password_action = self._action("Change your &password…", "Ctrl+Shift+P", self.change_password)
        self._sign_out_action = self._action("Sign &out", "Ctrl+Shift+O", self.sign_out)
        losses = self._action("&Losses and rejected records…", "Ctrl+G", self.losses_wanted.emit)
        self._diagnostics_action = self._action("Write &diagnostics…", "Ctrl+D", self.diagnostics_wanted.emit)
        for action in (self._password_action, self._sign_out_action, losses, self._diagnostics_action):
            desktop.addAction(action)
        desktop.addSeparator()
        desktop.addAction(self._action("&Quit", "Ctrl+Q", self.quit))
        self._view_menu = self.menuBar().addMenu("&View")
        self._place_actions = [
            self._action(place.action, f"Alt+{number}", partial(self.work.go_to, place.title))
            for number, place in enumerate(self.places, 1)
        ]
        self._view_menu.addActions(self._place_actions)
        plot = self.menuBar().addMenu("P&lot")
        plot.addAction(self._action("&Pause or resume", "Ctrl+P", self.data.plot.pause_button.toggle))
        plot.addAction(
            self._action("&Follow the newest reading", "Ctrl+L", lambda: self.data.plot.live_button.setChecked(True))
        )
        self._reading_actions = (losses, plot.menuAction())
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


def _nothing_to_see() -> QLabel:
    label = QLabel("Your roles do not let you see what this desktop measures. Ask an administrator.")
    label.setObjectName("nothingToSee")
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    set_role(label, "muted")
    return label


def _lines(pairs: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{keys}: {meaning}" for keys, meaning in pairs)
