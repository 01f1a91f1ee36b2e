from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.accounts import ACCESS_CHANGED, Session
from precisionpulse_desktop.acquisition import Recorded
from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_desktop.models import streams
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.views.main_window import PAINT_EVERY_MS
from precisionpulse_desktop.window import FORMER_ACCOUNTS, DesktopWindow
from precisionpulse_sdk import Coordinator, Hub, Identity, Sample
from precisionpulse_sdk.sync.edit import take_role
from precisionpulse_sdk.sync.kinds import built_in_role_id
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport

from .conftest import PASSWORD, Site

WAIT_MS = 20_000


@pytest.fixture
def desktop(qtbot: QtBot, settings: Settings, streaming: Streaming) -> Iterator[DesktopWindow]:
    desktop = DesktopWindow(settings, streaming)
    qtbot.addWidget(desktop.window, before_close_func=lambda window: setattr(window, "hides_on_close", True))
    desktop.window.show()
    yield desktop
    desktop.close()


def _badge(desktop: DesktopWindow) -> str:
    return desktop.window.header.badge.text()


def _label(desktop: DesktopWindow, name: str) -> str:
    label = desktop.window.findChild(QLabel, name)
    assert label is not None
    return label.text()


@pytest.mark.proves("D1", "D6", "DT1")
def test_streaming_needs_nobody_signed_in_and_shows_nothing_to_nobody(
    qtbot: QtBot, desktop: DesktopWindow, hub: Hub, store: MemoryHubStore, streaming: Streaming
) -> None:
    desktop.start()
    qtbot.waitUntil(lambda: _label(desktop, "connectionDetail") == "Sending: Online", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: streaming.client.stats().acknowledged_to > 0, timeout=WAIT_MS)
    assert _badge(desktop) == "Signed out"
    assert not desktop.window.data.isVisible()
    assert desktop.window.login.isVisible()


@pytest.mark.proves("DT12")
def test_signing_in_shows_the_data_and_signing_out_hides_it(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, hub: Hub, coordinator: Coordinator
) -> None:
    site.add_user("alice", "viewer", client="bench-7")
    assert not desktop.window.login.is_open
    desktop.start()
    qtbot.waitUntil(lambda: desktop.window.login.is_open, timeout=WAIT_MS)
    qtbot.keyClicks(desktop.window.login.name, "alice")
    qtbot.keyClicks(desktop.window.login.password, PASSWORD)
    desktop.window.login.submit.click()
    qtbot.waitUntil(desktop.window.data.isVisible, timeout=WAIT_MS)
    assert desktop.window.operator.session is not None
    assert _label(desktop, "operatorName") == "alice"
    qtbot.waitUntil(lambda: _badge(desktop) == "Online", timeout=WAIT_MS)
    desktop.window.header.sign_out.click()
    assert not desktop.window.data.isVisible()
    assert _badge(desktop) == "Signed out"


@pytest.mark.proves("DT9", "DT10", "E3")
def test_the_table_shows_every_type_up_to_its_acknowledgement(
    qtbot: QtBot, desktop: DesktopWindow, hub: Hub, admin: Session
) -> None:
    desktop.window.operator.begin(admin)
    desktop.start()
    model = desktop.window.data.streams

    def states() -> set[object]:
        return {model.index(row, streams.Column.STATE).data() for row in range(model.rowCount())}

    qtbot.waitUntil(lambda: states() == {"acknowledged"}, timeout=WAIT_MS)
    assert {model.spec(row).type.name for row in range(model.rowCount())} == {"INT64", "DOUBLE", "DECIMAL", "BOOL"}
    assert desktop.window.data.records.rowCount() >= model.rowCount()


@pytest.mark.proves("DT2", "DT3", "D6", "E2", "E3")
def test_a_killed_broker_shows_and_the_buffer_drains_when_it_is_back(
    qtbot: QtBot, desktop: DesktopWindow, hub: Hub, broker: MemoryBroker, streaming: Streaming, admin: Session
) -> None:
    desktop.window.operator.begin(admin)
    desktop.start()
    qtbot.waitUntil(lambda: _badge(desktop) == "Online", timeout=WAIT_MS)
    broker.stop()
    qtbot.waitUntil(lambda: _badge(desktop) == "Offline - Syncing", timeout=WAIT_MS)
    before = streaming.client.stats().last_record_seq
    qtbot.waitUntil(lambda: streaming.client.stats().queued >= 50, timeout=WAIT_MS)
    assert streaming.client.stats().last_record_seq > before
    qtbot.waitUntil(lambda: "queued" in _label(desktop, "connectionDetail"), timeout=WAIT_MS)
    assert QApplication.activeModalWidget() is None
    broker.start()
    qtbot.waitUntil(lambda: _badge(desktop) == "Online", timeout=WAIT_MS)
    assert streaming.client.stats().acknowledged_to > before


@pytest.mark.proves("DT5", "E1")
def test_what_an_earlier_run_left_is_shown_before_anything_is_sent(
    qtbot: QtBot, settings: Settings, identity: Identity, broker: MemoryBroker
) -> None:
    earlier = Streaming(settings, identity, transport=MemoryTransport(broker, identity.client))
    earlier.client.record_many(Sample("demo.count", number) for number in range(500))
    earlier.close()
    later = Streaming(settings, identity, transport=MemoryTransport(broker, identity.client))
    desktop = DesktopWindow(settings, later)
    assert _label(desktop, "bufferDepth") == "500 waiting"
    desktop.close()
    desktop.window.deleteLater()


@pytest.mark.proves("DT7")
def test_the_window_answers_while_a_thousand_readings_a_second_flow(
    qtbot: QtBot, settings: Settings, identity: Identity, broker: MemoryBroker, hub: Hub, site: Site
) -> None:
    fast = replace(settings, interval_ms=10)
    streaming = Streaming(fast, identity, transport=MemoryTransport(broker, identity.client))
    site.bring_to(streaming.replica)
    desktop = DesktopWindow(fast, streaming)
    desktop.window.operator.begin(site.session(streaming.replica, site.admin))
    desktop.window.show()
    scans = Scans()
    streaming.acquisition.listen(scans)
    own = desktop.window.findChildren(QTimer, options=Qt.FindChildOption.FindDirectChildrenOnly)
    (timer,) = [each for each in own if each.interval() == PAINT_EVERY_MS]
    ticks, paints = [0], [0]
    timer.timeout.connect(lambda: ticks.__setitem__(0, ticks[0] + 1))
    desktop.window.data.streams.dataChanged.connect(lambda *_: paints.__setitem__(0, paints[0] + 1))
    desktop.start()
    # Measuring does not wait for the window: here its event loop stands still.
    assert scans.many.wait(WAIT_MS / 1000)
    assert (ticks, paints) == ([0], [0])
    # What came meanwhile is painted with the timer's next ticks, and not reading by reading.
    qtbot.waitUntil(lambda: paints[0] > 0, timeout=WAIT_MS)
    assert paints[0] <= ticks[0]
    # The window does not wait for measuring: here that stands still in the middle of a scan.
    scans.go_on.clear()
    assert scans.standing.wait(WAIT_MS / 1000)
    desktop.window.sign_out()
    qtbot.waitUntil(lambda: _badge(desktop) == "Signed out", timeout=WAIT_MS)
    at, painted = ticks[0], paints[0]
    qtbot.waitUntil(lambda: ticks[0] >= at + 3, timeout=WAIT_MS)
    assert paints[0] - painted <= ticks[0] - at
    assert scans.threads.isdisjoint({threading.get_ident()})
    scans.go_on.set()
    desktop.close()
    desktop.window.deleteLater()


class Scans:
    """Listens on the acquisition thread. `many`: two hundred scans were stored; `standing`: the thread waits for
    `go_on`."""

    def __init__(self) -> None:
        self.threads: set[int] = set()
        self.many, self.standing, self.go_on = threading.Event(), threading.Event(), threading.Event()
        self.go_on.set()
        self._stored = 0

    def on_recorded(self, readings: Sequence[Recorded]) -> None:
        self.threads.add(threading.get_ident())
        self._stored += 1
        if self._stored >= 200:
            self.many.set()
        if not self.go_on.is_set():
            self.standing.set()
            self.go_on.wait()

    def on_trouble(self, text: str) -> None:
        raise AssertionError(text)


@pytest.mark.proves("DT7", "DT2")
def test_the_window_answers_while_the_broker_hangs(
    qtbot: QtBot, desktop: DesktopWindow, broker: MemoryBroker, streaming: Streaming, admin: Session
) -> None:
    broker.block(streaming.identity.client)
    desktop.window.operator.begin(admin)
    desktop.start()
    model = desktop.window.data.streams
    qtbot.waitUntil(lambda: model.index(0, streams.Column.RECORD).data() not in ("—", None), timeout=WAIT_MS)
    assert _badge(desktop) == "Connecting…"
    assert model.index(0, streams.Column.STATE).data() == "queued"


@pytest.mark.proves("DT18")
def test_quitting_with_something_queued_says_so_and_can_be_taken_back(
    qtbot: QtBot, desktop: DesktopWindow, streaming: Streaming
) -> None:
    streaming.acquisition.scan()
    desktop.bridge.poll()
    asked: list[str] = []

    def answer() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        asked.append(box.text())
        box.button(QMessageBox.StandardButton.Cancel).click()

    QTimer.singleShot(0, answer)
    with qtbot.assertNotEmitted(desktop.window.quit_wanted):
        desktop.window.closeEvent(QCloseEvent())
    assert asked == [
        f"{streaming.client.stats().queued} messages will be sent next time. Until then nothing is measured."
    ]


@pytest.mark.proves("DT18")
def test_closing_without_a_tray_and_without_a_queue_quits(qtbot: QtBot, desktop: DesktopWindow) -> None:
    assert desktop.tray is None
    with qtbot.waitSignal(desktop.window.quit_wanted, timeout=WAIT_MS):
        desktop.window.close()


@pytest.mark.proves("DT19")
def test_every_action_has_a_shortcut_of_its_own_and_a_mnemonic(desktop: DesktopWindow) -> None:
    menus = [menu for menu in desktop.window.menuBar().findChildren(QMenu) if menu.title()]
    actions = [action for menu in menus for action in menu.actions() if not action.isSeparator()]
    keys = [action.shortcut().toString() for action in actions]
    assert len(keys) >= 6
    assert "" not in keys
    assert len(set(keys)) == len(keys)
    assert all("&" in text for text in (*(action.text() for action in actions), *(menu.title() for menu in menus)))


@pytest.mark.proves("DT19")
def test_no_text_is_cut_off(qtbot: QtBot, desktop: DesktopWindow, admin: Session) -> None:
    desktop.window.operator.begin(admin)
    elastic = {"connectionDetail", "plotValue"}
    labels = [label for label in desktop.window.findChildren(QLabel) if label.objectName() not in elastic]

    def cut_off() -> list[str]:
        shown = [label for label in labels if label.isVisible() and not label.wordWrap()]
        return [label.text() for label in shown if label.sizeHint().width() > label.width()]

    qtbot.waitUntil(lambda: cut_off() == [], timeout=WAIT_MS)


@pytest.mark.proves("DT20")
def test_diagnostics_that_can_not_be_written_are_said(qtbot: QtBot, desktop: DesktopWindow, tmp_path: Path) -> None:
    said: list[str] = []

    def read() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        said.append(box.text())
        box.accept()

    QTimer.singleShot(0, read)
    desktop.write_diagnostics(tmp_path / "no such folder" / "support.zip")
    assert "No such file or directory" in said[0]
    desktop.write_diagnostics(tmp_path / "support.zip")
    assert (tmp_path / "support.zip").stat().st_size > 0


@pytest.mark.proves("DT20")
def test_closing_joins_every_thread(qtbot: QtBot, desktop: DesktopWindow, hub: Hub, admin: Session) -> None:
    desktop.start()
    desktop.window.operator.begin(admin)
    qtbot.waitUntil(lambda: _badge(desktop) == "Online", timeout=WAIT_MS)
    desktop.close()
    left = {thread.name for thread in threading.enumerate()}
    assert left.isdisjoint({"acquisition", "precisionpulse-client", "background task"})


def _signed_in(qtbot: QtBot, desktop: DesktopWindow, name: str) -> None:
    qtbot.waitUntil(lambda: desktop.window.login.is_open, timeout=WAIT_MS)
    desktop.window.login.name.setText(name)
    desktop.window.login.password.setText(PASSWORD)
    desktop.window.login.submit.click()
    qtbot.waitUntil(lambda: desktop.window.operator.session is not None, timeout=WAIT_MS)


@pytest.mark.proves("C6", "DT13")
def test_who_is_disabled_on_the_web_is_signed_out_with_the_reason_and_what_becomes_of_unsent_data(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, hub: Hub, coordinator: Coordinator
) -> None:
    alice = site.add_user("alice", "operator")
    desktop.start()
    _signed_in(qtbot, desktop, "alice")
    site.change_user(alice, enabled=False)
    qtbot.waitUntil(desktop.window.login.isVisible, timeout=WAIT_MS)
    assert desktop.window.operator.session is None
    assert not desktop.window.data.isVisible()
    qtbot.waitUntil(lambda: ACCESS_CHANGED in desktop.window.login.reason.text(), timeout=WAIT_MS)
    assert "sent as before" in desktop.window.login.reason.text()


@pytest.mark.proves("C6", "DT14", "X4")
def test_a_right_that_is_taken_away_on_the_web_takes_what_it_showed(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, hub: Hub, coordinator: Coordinator
) -> None:
    alice = site.add_user("alice", "viewer")
    desktop.start()
    _signed_in(qtbot, desktop, "alice")
    assert desktop.window.data.isVisible()
    menus = {action.text() for action in desktop.window.menuBar().actions() if action.isVisible()}
    assert "P&lot" in menus
    site.replica.edit([take_role(alice, built_in_role_id("viewer"))], actor=site.admin)
    qtbot.waitUntil(desktop.window.nothing.isVisible, timeout=WAIT_MS)
    assert desktop.window.operator.session is not None
    menus = {action.text() for action in desktop.window.menuBar().actions() if action.isVisible()}
    assert "P&lot" not in menus
    qtbot.waitUntil(lambda: desktop.window.statusBar().currentMessage() == ACCESS_CHANGED, timeout=WAIT_MS)


@pytest.mark.proves("C1", "C2", "DT13")
def test_the_first_password_must_be_changed_before_anything_is_shown(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming
) -> None:
    site.add_user("alice", "viewer", must_change_password=True)
    site.bring_to(streaming.replica)
    desktop.window.login.look()
    _signed_in(qtbot, desktop, "alice")
    assert desktop.window.password.isVisible()
    form = desktop.window.password.form
    form.current.setText(PASSWORD)
    form.new.setText("short")
    form.repeated.setText("short")
    form.submit.click()
    qtbot.waitUntil(lambda: "at least 15 characters" in form.error.text(), timeout=WAIT_MS)
    form.new.setText("seven quiet otters juggle")
    form.submit.click()
    assert form.error.text() == "The two new passwords are not the same."
    form.repeated.setText("seven quiet otters juggle")
    form.submit.click()
    qtbot.waitUntil(desktop.window.data.isVisible, timeout=WAIT_MS)
    assert len(streaming.replica.pending()) == 1


def test_a_profile_with_an_account_of_its_own_says_that_it_is_not_used_any_more(
    qtbot: QtBot, settings: Settings, streaming: Streaming
) -> None:
    (settings.data_dir / FORMER_ACCOUNTS).touch()
    desktop = DesktopWindow(settings, streaming)
    assert "not used any more" in desktop.window.login.reason.text()
    desktop.close()
    desktop.window.deleteLater()
