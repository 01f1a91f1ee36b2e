"""What is asked from afar is shown with who asked, how far it is and what came of it."""

from __future__ import annotations

import pytest
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_desktop.configuration import SettingChanged
from precisionpulse_desktop.models.events import MAX_EVENTS, Column, EventsModel
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.window import DesktopWindow
from precisionpulse_sdk import CommandFinished, CommandProgressed, CommandReceived
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.sync.edit import set_config

from .conftest import Ask, Site

WAIT_MS = 30_000
KIND = pb.ForceSync.DESCRIPTOR.full_name


def _row(model: EventsModel, row: int = 0) -> list[object]:
    return [model.index(row, column).data() for column in Column if column is not Column.AT]


@pytest.mark.proves("DT16", "D4")
def test_one_row_follows_a_command_through_its_life_and_counts_what_came_again(qtmodeltester: ModelTester) -> None:
    model = EventsModel(now_us=lambda: 0)
    model.take(CommandReceived(b"1", KIND, "alice"))
    assert _row(model) == ["Synchronise everything now", "alice", "received", ""]
    model.take(CommandProgressed(b"1", KIND, "alice", 0.4, "600 readings wait"))
    assert _row(model)[2:] == ["running", "40 %, 600 readings wait"]
    model.take(CommandReceived(b"1", KIND, "alice", repeated=True))
    assert _row(model)[3] == "40 %, 600 readings wait · came again, ignored (1)"
    model.take(CommandFinished(b"1", KIND, "alice", "FAILED", "HANDLER_ERROR", "the disk is full"))
    assert _row(model)[2:] == ["failed", "the disk is full · came again, ignored (1)"]
    model.take(CommandFinished(b"2", "third.party.Message", "bob", "SUCCEEDED", "", ""))
    assert _row(model) == ["third.party.Message", "bob", "done", ""]
    for number in range(MAX_EVENTS):
        model.note_setting(SettingChanged("interval_ms", "carol", f"Changed by carol: interval {number} s"))
    assert model.rowCount() == MAX_EVENTS
    assert _row(model)[:3] == [f"Configuration: interval {MAX_EVENTS - 1} s", "carol", "applied"]
    qtmodeltester.check(model)


@pytest.mark.proves("DT15", "DT16", "D5")
def test_the_window_shows_a_forced_synchronisation_and_what_was_configured(
    qtbot: QtBot, settings: Settings, streaming: Streaming, site: Site, ask: Ask
) -> None:
    desktop = DesktopWindow(settings, streaming)
    model = desktop.window.events
    assert ask(pb.ForceSync()).phase == pb.COMMAND_PHASE_SUCCEEDED
    qtbot.waitUntil(
        lambda: model.rowCount() and _row(model)[:3] == ["Synchronise everything now", "alice", "done"], timeout=WAIT_MS
    )
    site.replica.edit([set_config("interval_ms", 5000)], actor=site.admin)
    said = "Changed by admin: interval 50 ms → 5 s"
    qtbot.waitUntil(lambda: desktop.window.statusBar().currentMessage() == said, timeout=WAIT_MS)
    assert _row(model)[:3] == ["Configuration: interval 50 ms → 5 s", "admin", "applied"]
    desktop.close()
    desktop.window.deleteLater()
