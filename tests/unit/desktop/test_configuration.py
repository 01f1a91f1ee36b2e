"""Configuration that reaches the replica takes effect without a restart, and is told."""

from __future__ import annotations

import queue
from dataclasses import replace
from pathlib import Path

import pytest

from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_desktop.configuration import SettingChanged
from precisionpulse_desktop.settings import Settings
from precisionpulse_sdk import Coordinator, Hub, Identity, channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.hub import LiveMessage, LiveReader
from precisionpulse_sdk.sync.edit import set_config, unset_config
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport
from precisionpulse_stack.waiting import wait_until

from .conftest import CLIENT, Ask, Site

_WAIT_S = 60


def _intervals(streaming: Streaming) -> set[int]:
    return set(streaming.acquisition.intervals_ms.values())


@pytest.mark.proves("D5", "DT15", "PP-SY-8")
def test_a_change_on_the_web_takes_effect_is_told_and_reported_in_the_heartbeat(
    streaming: Streaming, site: Site, hub: Hub, coordinator: Coordinator, store: MemoryHubStore, broker: MemoryBroker
) -> None:
    told: list[SettingChanged] = []
    streaming.configuration.listen(told.append)
    heard: queue.Queue[LiveMessage] = queue.Queue()
    reader = LiveReader(
        "main",
        store,
        MemoryTransport(broker, "web-1"),
        hub_key=bytes(32),
        on_message=heard.put,
        watch=[channels.HEARTBEAT],
    )
    reader.start()
    site.replica.edit([set_config("interval_ms", 1000)], actor=site.admin)
    streaming.start()
    wait_until("the first interval", lambda: _intervals(streaming) == {1000}, _WAIT_S)
    site.replica.edit([set_config("interval_ms", 5000, CLIENT)], actor=site.admin)
    wait_until("the new interval", lambda: _intervals(streaming) == {5000}, _WAIT_S)
    wait_until("both tidings", lambda: len(told) == 2, _WAIT_S)
    assert told[1].text == "Changed by admin: interval 1 s → 5 s"
    assert told[1].actor == "admin"
    revision = streaming.configuration.revision
    assert revision == 2

    while True:
        heartbeat = heard.get(timeout=60).message
        assert isinstance(heartbeat, pb.Heartbeat)
        if heartbeat.config_revision == revision:
            break
    reader.close()


@pytest.mark.proves("D5", "DT15", "DT13")
def test_what_was_configured_is_in_force_at_the_next_start_with_no_network(
    settings: Settings, identity: Identity, site: Site, broker: MemoryBroker
) -> None:
    first = Streaming(settings, identity, transport=MemoryTransport(broker, CLIENT))
    names = [spec.name for spec in first.acquisition.specs]
    site.replica.edit(
        [
            set_config("interval_ms", 60_000),
            set_config("enabled_metrics", names[:1], CLIENT),
            set_config("buffer_max_records", 1000),
            set_config("buffer_policy", "BUFFER_POLICY_STOP_RECORDING"),
        ],
        actor=site.admin,
    )
    site.bring_to(first.replica)
    assert _intervals(first) == {60_000}
    assert first.client.stats().capacity_records == 1000
    first.close()
    later = Streaming(settings, identity, transport=MemoryTransport(broker, CLIENT))
    assert _intervals(later) == {60_000}
    assert later.client.stats().capacity_records == 1000
    assert later.acquisition.scan() == 1
    later.close()


@pytest.mark.proves("D5")
def test_metrics_are_enabled_and_disabled_and_what_the_source_does_not_have_is_said(
    streaming: Streaming, site: Site
) -> None:
    told: list[SettingChanged] = []
    streaming.configuration.listen(told.append)
    names = [spec.name for spec in streaming.acquisition.specs]
    site.replica.edit([set_config("enabled_metrics", [names[1], "no.such"])], actor=site.admin)
    site.bring_to(streaming.replica)
    assert streaming.acquisition.scan() == 1
    assert told[-1].fault == "not offered by this desktop's source: no.such"
    streaming.replica.apply_snapshot(pb.SnapshotChunk(snapshot_id=bytes(16), index=0, count=1, cursor=10_000))
    assert told[-1].text.endswith("→ all")


@pytest.mark.proves("D5")
def test_a_value_that_is_unset_gives_way_to_the_one_behind_it(
    settings: Settings, identity: Identity, site: Site, broker: MemoryBroker, tmp_path: Path
) -> None:
    own = replace(settings, interval_ms=70, data_dir=tmp_path / "own")
    streaming = Streaming(own, identity, transport=MemoryTransport(broker, CLIENT))
    assert _intervals(streaming) == {70}
    site.replica.edit([set_config("interval_ms", 200), set_config("interval_ms", 300, CLIENT)], actor=site.admin)
    site.bring_to(streaming.replica)
    assert _intervals(streaming) == {300}
    for place, expected in ((CLIENT, 200), ("", 70)):
        site.replica.edit([unset_config("interval_ms", place)], actor=site.admin)
        feed = site.replica.feed(streaming.replica.cursor())
        assert isinstance(feed, pb.ChangeFeed)
        streaming.replica.apply_feed(feed)
        assert _intervals(streaming) == {expected}
    streaming.close()


@pytest.mark.proves("D4", "D5", "PP-CM-3")
def test_update_config_reaches_the_revision_that_is_asked_for_or_says_which_is_the_newest(
    streaming: Streaming, site: Site, ask: Ask
) -> None:
    site.replica.edit([set_config("interval_ms", 250)], actor=site.admin)
    assert ask(pb.UpdateConfig()).phase == pb.COMMAND_PHASE_SUCCEEDED
    assert _intervals(streaming) == {250}
    assert ask(pb.UpdateConfig(revision=1)).phase == pb.COMMAND_PHASE_SUCCEEDED
    status = ask(pb.UpdateConfig(revision=9))
    assert status.phase == pb.COMMAND_PHASE_FAILED
    assert status.text == "the newest revision is 1; there is no 9 yet"
    answer = pb.Diagnostics()
    assert ask(pb.CollectDiagnostics()).result.Unpack(answer)
    assert answer.settings["configuration.interval_ms"] == "250 ms"
