from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_desktop.bridge import Bridge
from precisionpulse_sdk import ClientEvent, ClientWarning, Hub, LinkChanged, LinkState, Range, RecordsRejected


@pytest.fixture
def bridge(streaming: Streaming, qtbot: QtBot) -> Bridge:
    return Bridge(streaming.client.subscribe, streaming.client.stats, streaming.acquisition)


@pytest.mark.proves("DT8")
def test_everything_arrives_on_the_gui_thread(bridge: Bridge, streaming: Streaming, hub: Hub, qtbot: QtBot) -> None:
    heard: dict[str, set[bool]] = {}

    def note(name: str) -> Callable[..., None]:
        return lambda *_: heard.setdefault(name, set()).add(QThread.currentThread() is bridge.thread())

    for name in ("recorded", "acknowledged", "link_changed", "stats_polled"):
        getattr(bridge, name).connect(note(name))
    streaming.start()
    qtbot.waitUntil(lambda: len(heard) == 4, timeout=10_000)
    bridge.close()
    assert set().union(*heard.values()) == {True}


@pytest.mark.proves("DT8")
def test_an_event_of_another_thread_waits_for_the_event_loop(streaming: Streaming, qtbot: QtBot) -> None:
    tell: list[Callable[[ClientEvent], None]] = []
    bridge = Bridge(lambda listener: tell.append(listener) or tell.clear, streaming.client.stats, streaming.acquisition)
    said: list[str] = []
    bridge.notice.connect(said.append)
    thread = threading.Thread(target=lambda: tell[0](ClientWarning("the disk is slow")))
    thread.start()
    thread.join()
    assert said == []
    qtbot.waitUntil(lambda: said == ["the disk is slow"], timeout=10_000)
    bridge.close()


def test_rejections_carry_their_reason_and_link_changes_ask_for_statistics(streaming: Streaming, qtbot: QtBot) -> None:
    tell: list[Callable[[ClientEvent], None]] = []
    bridge = Bridge(
        lambda listener: tell.append(listener) or (lambda: None), streaming.client.stats, streaming.acquisition
    )
    with qtbot.waitSignal(bridge.rejected, timeout=10_000) as rejected:
        tell[0](RecordsRejected((Range(1, 2),), "MALFORMED", "no such metric"))
    assert rejected.args == [(Range(1, 2),), "MALFORMED: no such metric"]
    with qtbot.waitSignals([bridge.link_changed, bridge.stats_polled], timeout=10_000):
        tell[0](LinkChanged(LinkState.OFFLINE, ""))
    bridge.close()


def test_a_closed_bridge_is_silent(streaming: Streaming, qtbot: QtBot) -> None:
    tell: list[Callable[[ClientEvent], None]] = []
    bridge = Bridge(
        lambda listener: tell.append(listener) or (lambda: None), streaming.client.stats, streaming.acquisition
    )
    said: list[str] = []
    bridge.notice.connect(said.append)
    tell[0](ClientWarning("too late"))
    bridge.close()
    bridge.close()
    with qtbot.waitSignal(bridge._heard, timeout=10_000):
        tell[0](ClientWarning("much too late"))
    qtbot.wait(0)  # lets Qt's loop do what is queued
    assert said == []
