"""What a program that runs a client is told, and what it may change meanwhile."""

from __future__ import annotations

import queue

import pytest

from precisionpulse_sdk import (
    Client,
    LinkChanged,
    LinkState,
    OutboxBounds,
    Sample,
    ValueType,
    channels,
)
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import (
    ClosedError,
    ConfigurationError,
    MetricConflictError,
    OutboxBusyError,
    ValueRangeError,
    ValueTypeError,
)
from precisionpulse_sdk.events import ClientWarning
from precisionpulse_sdk.transport import Completion
from precisionpulse_sdk.transport.memory import MemoryTransport

from .site import CONFIG, IDENTITY, KEY, Site, online, wait_for


@pytest.mark.proves("D6", "DT3", "PP-TD-7")
def test_nobody_is_told_online_while_the_flush_is_still_in_the_outbox(site: Site) -> None:
    told = [LinkState.OFFLINE]
    seen: list[tuple[LinkState, LinkState, int]] = []
    with site.client() as client:
        metric = client.metric("count", ValueType.INT64)
        for value in range(500):
            metric.record(value)
        mark = client.stats().last_record_seq

        def look(event: object) -> None:
            told.extend([event.state] if isinstance(event, LinkChanged) else [])
            stats = client.stats()
            seen.append((told[-1], stats.link, stats.acknowledged_to))

        client.subscribe(look)
        with site.running_hub():
            wait_for(client, online)
    assert LinkState.FLUSHING in told and LinkState.ONLINE in told
    assert all(link is last_told for last_told, link, _ in seen)
    assert all(acknowledged >= mark for _, link, acknowledged in seen if link is LinkState.ONLINE)


@pytest.mark.proves("PP-FR-4", "PP-VR-1")
def test_a_refusal_is_told_and_loses_nothing(site: Site) -> None:
    site.store.add_client("press-7", {1: KEY}, revoked=True)
    with site.running_hub(), site.client() as client:
        client.metric("count", ValueType.INT64).record(1)
        wait_for(client, lambda client: client.stats().link is LinkState.REFUSED)
        assert client.stats().link_detail.startswith("REVOKED: ")
        assert client.stats().queued == 1


def test_misuse_is_said_and_stores_nothing(site: Site) -> None:
    client = site.client()
    count = client.metric("count", ValueType.INT64)
    with pytest.raises(MetricConflictError, match="not declared"):
        client.record("other", 1)
    with pytest.raises(ValueTypeError):
        client.record_many([Sample("count", 1), Sample("count", 1.5)])
    with pytest.raises(MetricConflictError, match="only for DECIMAL"):
        client.metric("scaled", ValueType.INT64, scale=2)
    for at_us in (2**63 - 1, -(2**62), 253_402_300_800_000_000):
        with pytest.raises(ValueRangeError, match="years 1 to 9999"):
            count.record(1, at_us=at_us)
    with pytest.raises(OutboxBusyError):
        site.client()
    assert client.stats().queued == 0
    client.close()
    with pytest.raises(ClosedError):
        count.record(1)


def test_a_failing_listener_does_not_disturb_the_client(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    def fail(event: object) -> None:
        raise RuntimeError("listener")

    states: queue.Queue[LinkState] = queue.Queue()
    client = site.client()
    client.subscribe(fail)
    client.subscribe(lambda event: states.put(event.state) if isinstance(event, LinkChanged) else None)
    with client:
        assert states.get(timeout=10) is LinkState.CONNECTING
    assert "a listener of LinkChanged failed" in caplog.text


@pytest.mark.proves("E2", "E3")
def test_a_paused_client_records_on_and_sends_it_when_it_resumes(site: Site) -> None:
    with site.running_hub(), site.client() as client:
        count = client.metric("count", ValueType.INT64)
        wait_for(client, online)
        for _ in range(3):
            client.pause()
            client.resume()
        client.pause()
        wait_for(client, lambda client: client.stats().link is LinkState.OFFLINE)
        assert client.stats().link_detail == "paused"
        for value in range(5):
            count.record(value)
        assert client.stats().queued == 5
        client.resume()
        assert client.wait_drained(10)
        assert site.values() == [0, 1, 2, 3, 4]


@pytest.mark.proves("D5", "E4", "PP-CL-3")
def test_bounds_and_the_heartbeat_are_changed_while_the_client_runs(site: Site) -> None:
    with site.viewer(channels.HEARTBEAT) as seen, site.running_hub(), site.client() as client:
        client.set_bounds(OutboxBounds(max_records=5000))
        assert client.stats().capacity_records == 5000
        with pytest.raises(ConfigurationError, match="above 0 s"):
            client.set_heartbeat_interval(0)
        wait_for(client, online)
        client.report_configuration(7)
        client.set_heartbeat_interval(0.02)
        assert client.catch_up(10)
        while True:
            heartbeat = seen.get(timeout=10).message
            assert isinstance(heartbeat, pb.Heartbeat)
            if heartbeat.config_revision == 7:
                break


class FaultyTransport(MemoryTransport):
    """Breaks down once, as no transport may."""

    broke = False

    def publish(
        self, topic: str, payload: bytes, *, qos: int, retain: bool = False, on_complete: Completion | None = None
    ) -> None:
        if topic.endswith("/live") and not self.broke:
            self.broke = True
            raise AssertionError("a fault of ours")
        super().publish(topic, payload, qos=qos, retain=retain, on_complete=on_complete)


@pytest.mark.proves("E1", "E3", "PP-TD-4")
def test_after_a_fault_of_the_sdks_own_the_client_begins_anew_from_what_is_stored(site: Site) -> None:
    transport = FaultyTransport(site.broker, "press-7")
    said: list[object] = []
    with (
        site.running_hub(),
        Client(IDENTITY, site.directory / "outbox.sqlite3", config=CONFIG, transport=transport) as client,
    ):
        client.subscribe(said.append)
        count = client.metric("count", ValueType.INT64)
        wait_for(client, online)
        for number in range(10):
            client.record(count, number)
        assert client.wait_drained(30)
    assert transport.broke
    assert any(isinstance(event, ClientWarning) and "a fault of ours" in event.text for event in said), said
