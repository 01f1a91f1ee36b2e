"""What is asked of the desktop from afar takes effect, and bad wishes are refused with a reason."""

from __future__ import annotations

import pytest
from google.protobuf.message import Message
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_desktop.bridge import Bridge
from precisionpulse_sdk import CommandFinished, CommandReceived
from precisionpulse_sdk import messages as pb
from precisionpulse_stack.waiting import wait_until

from .conftest import Ask


@pytest.mark.proves("D4", "PP-CM-3")
def test_an_interval_is_changed_for_one_metric_or_all(streaming: Streaming, ask: Ask) -> None:
    name = streaming.acquisition.specs[0].name
    assert ask(pb.SetInterval(metric=name, interval_ms=250)).phase == pb.COMMAND_PHASE_SUCCEEDED
    assert streaming.acquisition.intervals_ms[name] == 250
    assert ask(pb.SetInterval(interval_ms=400)).phase == pb.COMMAND_PHASE_SUCCEEDED
    assert set(streaming.acquisition.intervals_ms.values()) == {400}


@pytest.mark.proves("D4", "PP-CM-3")
@pytest.mark.parametrize(
    ("body", "word"),
    [
        (pb.SetInterval(metric="no such", interval_ms=250), "no such"),
        (pb.SetInterval(interval_ms=9), "at least 10"),
        (pb.StopStream(metric="no such"), "no such"),
    ],
)
def test_what_can_t_be_is_refused_with_the_reason(ask: Ask, body: Message, word: str) -> None:
    status = ask(body)
    assert (status.phase, status.code) == (pb.COMMAND_PHASE_REJECTED, pb.COMMAND_CODE_INVALID)
    assert word in status.text


@pytest.mark.proves("D4", "PP-CM-3")
def test_streaming_is_stopped_and_started(streaming: Streaming, ask: Ask) -> None:
    assert ask(pb.StopStream()).phase == pb.COMMAND_PHASE_SUCCEEDED
    assert ask(pb.ForceSync()).phase == pb.COMMAND_PHASE_SUCCEEDED
    stopped_at = streaming.client.stats().last_record_seq
    assert ask(pb.Ping()).phase == pb.COMMAND_PHASE_SUCCEEDED
    assert streaming.client.stats().last_record_seq == stopped_at
    assert ask(pb.StartStream()).phase == pb.COMMAND_PHASE_SUCCEEDED
    wait_until("a new record", lambda: streaming.client.stats().last_record_seq > stopped_at, 60)


@pytest.mark.proves("D4", "PP-CM-3")
def test_diagnostics_say_versions_settings_and_events_and_no_secret(ask: Ask) -> None:
    status = ask(pb.CollectDiagnostics())
    answer = pb.Diagnostics()
    assert status.result.Unpack(answer)
    assert answer.versions["precisionpulse-sdk"] and answer.settings["source"] == "generator"
    assert "enrol_code" not in answer.settings
    assert any("LinkChanged" in event for event in answer.events)


@pytest.mark.proves("DT16")
def test_the_window_hears_who_asked_for_what_and_how_it_ended(streaming: Streaming, ask: Ask, qtbot: QtBot) -> None:
    bridge = Bridge(streaming.client.subscribe, streaming.client.stats, streaming.acquisition)
    heard: list[object] = []
    notices: list[str] = []
    bridge.commanded.connect(heard.append)
    bridge.notice.connect(notices.append)
    ask(pb.Ping())
    qtbot.waitUntil(lambda: any(isinstance(event, CommandFinished) for event in heard), timeout=30_000)
    received = next(event for event in heard if isinstance(event, CommandReceived))
    assert (received.kind, received.actor, received.repeated) == ("precisionpulse.v1.Ping", "alice", False)
    assert "Ping, asked by alice: succeeded" in notices
    bridge.close()
