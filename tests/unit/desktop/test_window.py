from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from PySide6.QtCore import QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QMessageBox
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.accounts import LocalAccounts, Operator
from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_desktop.models import streams
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.views.first_run import FirstRunDialog
from precisionpulse_desktop.window import DesktopWindow
from precisionpulse_sdk import Hub, Identity, Sample
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport

ALICE = Operator("alice")
PASSWORD = "correct horse battery staple"
WAIT_MS = 20_000


@pytest.fixture
def accounts(tmp_path: Path) -> LocalAccounts:
    return LocalAccounts(tmp_path / "operator.sqlite3", hasher=PasswordHasher(1, 8, 1))


@pytest.fixture
def desktop(qtbot: QtBot, settings: Settings, streaming: Streaming, accounts: LocalAccounts) -> Iterator[DesktopWindow]:
    desktop = DesktopWindow(settings, streaming, accounts)
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
    qtbot: QtBot, desktop: DesktopWindow, accounts: LocalAccounts, hub: Hub
) -> None:
    accounts.create_first("alice", PASSWORD)
    desktop.start()
    qtbot.keyClicks(desktop.window.login.name, "alice")
    qtbot.keyClicks(desktop.window.login.password, PASSWORD)
    desktop.window.login.submit.click()
    qtbot.waitUntil(desktop.window.data.isVisible, timeout=WAIT_MS)
    assert desktop.window.operator == ALICE
    assert _label(desktop, "operatorName") == "alice"
    qtbot.waitUntil(lambda: _badge(desktop) == "Online", timeout=WAIT_MS)
    desktop.window.header.sign_out.click()
    assert not desktop.window.data.isVisible()
    assert _badge(desktop) == "Signed out"


@pytest.mark.proves("DT9", "DT10", "E3")
def test_the_table_shows_every_type_up_to_its_acknowledgement(qtbot: QtBot, desktop: DesktopWindow, hub: Hub) -> None:
    desktop.window.sign_in(ALICE)
    desktop.start()
    model = desktop.window.data.streams

    def states() -> set[object]:
        return {model.index(row, streams.Column.STATE).data() for row in range(model.rowCount())}

    qtbot.waitUntil(lambda: states() == {"acknowledged"}, timeout=WAIT_MS)
    assert {model.spec(row).type.name for row in range(model.rowCount())} == {"INT64", "DOUBLE", "DECIMAL", "BOOL"}
    assert desktop.window.data.records.rowCount() >= model.rowCount()


@pytest.mark.proves("DT2", "DT3", "D6", "E2", "E3")
def test_a_killed_broker_shows_and_the_buffer_drains_when_it_is_back(
    qtbot: QtBot, desktop: DesktopWindow, hub: Hub, broker: MemoryBroker, streaming: Streaming
) -> None:
    desktop.window.sign_in(ALICE)
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
    qtbot: QtBot, settings: Settings, identity: Identity, accounts: LocalAccounts, broker: MemoryBroker
) -> None:
    earlier = Streaming(settings, identity, transport=MemoryTransport(broker, identity.client))
    earlier.client.record_many(Sample("demo.count", number) for number in range(500))
    earlier.close()
    later = Streaming(settings, identity, transport=MemoryTransport(broker, identity.client))
    desktop = DesktopWindow(settings, later, accounts)
    assert _label(desktop, "bufferDepth") == "500 waiting"
    desktop.close()
    desktop.window.deleteLater()


@pytest.mark.proves("DT7")
def test_the_window_answers_while_a_thousand_readings_a_second_flow(
    qtbot: QtBot, settings: Settings, identity: Identity, accounts: LocalAccounts, broker: MemoryBroker, hub: Hub
) -> None:
    fast = replace(settings, interval_ms=10)
    streaming = Streaming(fast, identity, transport=MemoryTransport(broker, identity.client))
    desktop = DesktopWindow(fast, streaming, accounts)
    desktop.window.sign_in(ALICE)
    desktop.window.show()
    turns, scans, paints = [0], [0], [0]
    watchdog = QTimer()
    watchdog.timeout.connect(lambda: turns.__setitem__(0, turns[0] + 1))
    desktop.bridge.recorded.connect(lambda _: scans.__setitem__(0, scans[0] + 1))
    desktop.window.data.streams.dataChanged.connect(lambda *_: paints.__setitem__(0, paints[0] + 1))
    watchdog.start(0)
    desktop.start()
    qtbot.waitUntil(lambda: scans[0] >= 200, timeout=WAIT_MS)
    watchdog.stop()
    desktop.close()
    desktop.window.deleteLater()
    # The event loop came round at least once for each scan, and painted far fewer times than there were readings.
    assert turns[0] >= scans[0]
    assert 0 < paints[0] <= scans[0] / 2


@pytest.mark.proves("DT7", "DT2")
def test_the_window_answers_while_the_broker_hangs(
    qtbot: QtBot, desktop: DesktopWindow, broker: MemoryBroker, streaming: Streaming
) -> None:
    broker.block(streaming.identity.client)
    desktop.window.sign_in(ALICE)
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
def test_no_text_is_cut_off(qtbot: QtBot, desktop: DesktopWindow) -> None:
    desktop.window.sign_in(ALICE)
    elastic = {"connectionDetail", "plotValue"}
    labels = [label for label in desktop.window.findChildren(QLabel) if label.objectName() not in elastic]

    def cut_off() -> list[str]:
        shown = [label for label in labels if label.isVisible() and not label.wordWrap()]
        return [label.text() for label in shown if label.sizeHint().width() > label.width()]

    qtbot.waitUntil(lambda: cut_off() == [], timeout=WAIT_MS)


def test_the_first_operator_is_made_without_stopping_anything(
    qtbot: QtBot, desktop: DesktopWindow, accounts: LocalAccounts
) -> None:
    desktop.start()
    desktop.window.login.create_first.click()
    dialog = desktop.window.findChild(FirstRunDialog)
    assert dialog is not None
    dialog.name.setText("alice")
    dialog.password.setText(PASSWORD)
    dialog.repeated.setText(PASSWORD)
    dialog.next.click()
    qtbot.waitUntil(desktop.window.data.isVisible, timeout=WAIT_MS)
    assert accounts.sign_in("alice", PASSWORD) == ALICE


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
def test_closing_joins_every_thread(qtbot: QtBot, desktop: DesktopWindow, hub: Hub) -> None:
    desktop.start()
    desktop.window.sign_in(ALICE)
    qtbot.waitUntil(lambda: _badge(desktop) == "Online", timeout=WAIT_MS)
    desktop.close()
    left = {thread.name for thread in threading.enumerate()}
    assert left.isdisjoint({"acquisition", "precisionpulse-client", "background task"})
