"""The shells that people use, over the in-process broker: record on one side, committed on the other."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from precisionpulse_sdk import (
    Client,
    ClientConfig,
    ClientEvent,
    Hub,
    HubConfig,
    Identity,
    LinkChanged,
    LinkState,
    LiveMessage,
    LiveReader,
    Metric,
    OutboxBounds,
    RecordsAcknowledged,
    Sample,
    Value,
    ValueType,
    aio,
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
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport

KEY, HUB_KEY = bytes(range(32)), bytes(32)
IDENTITY = Identity(
    site="main",
    client="press-7",
    broker_host="localhost",
    broker_port=8883,
    ca_pem=b"-",
    certificate_pem=b"-",
    private_key_pem=b"-",
    keys={1: KEY},
    hub_public_key=bytes(32),
    hpke_private_key=bytes(32),
)
CONFIG = ClientConfig(hello_retry_s=0.05, reconnect_min_s=0.02, reconnect_max_s=0.1, ack_timeout_s=0.5)


@dataclass
class Site:
    broker: MemoryBroker
    store: MemoryHubStore
    directory: Path

    def client(self) -> Client:
        return Client(
            IDENTITY,
            self.directory / "outbox.sqlite3",
            config=CONFIG,
            transport=MemoryTransport(self.broker, "press-7"),
        )

    def hub(self, name: str = "hub-1") -> Hub:
        return Hub(
            "main",
            self.store,
            MemoryTransport(self.broker, name),
            hub_key=HUB_KEY,
            config=HubConfig(heartbeat_interval_s=0.05),
        )

    def values(self, install_id: bytes) -> list[object]:
        readings = self.store.readings("press-7", install_id)
        return [readings[seq].value for seq in sorted(readings)]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    broker = MemoryBroker(auto=True)
    store = MemoryHubStore()
    store.add_client("press-7", {1: KEY})
    yield Site(broker, store, tmp_path)
    broker.close()


def _wait_for(client: Client, wanted: Callable[[Client], bool]) -> None:
    """Wait until an event of the client makes `wanted` true."""
    changed = threading.Event()
    stop = client.subscribe(lambda event: changed.set())
    try:
        while not wanted(client):
            assert changed.wait(10), client.stats()
            changed.clear()
    finally:
        stop()


def _online(client: Client) -> bool:
    return client.stats().link is LinkState.ONLINE


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
        hub = site.hub()
        hub.start()
        _wait_for(client, _online)
        hub.close()
    assert LinkState.FLUSHING in told and LinkState.ONLINE in told
    assert all(link is last_told for last_told, link, _ in seen)
    assert all(acknowledged >= mark for _, link, acknowledged in seen if link is LinkState.ONLINE)


@pytest.mark.proves("B1", "E1", "E3", "D1")
def test_recorded_values_reach_the_store_exactly_as_they_were(site: Site) -> None:
    hub = site.hub()
    hub.start()
    with site.client() as client:
        metrics: dict[str, tuple[Metric, list[Value]]] = {
            "int": (client.metric("int", ValueType.INT64), [2**63 - 1, -(2**63), 0, None]),
            "double": (client.metric("double", ValueType.DOUBLE), [1.5, float("inf"), -0.0, None]),
            "decimal": (client.metric("decimal", ValueType.DECIMAL, scale=2), [Decimal("0.10"), Decimal(10**30), None]),
            "bool": (client.metric("bool", ValueType.BOOL), [True, False, None]),
        }
        for metric, values in metrics.values():
            for value in values:
                metric.record(value)
        assert client.wait_drained(10)
        install = site.store.session("press-7")
        assert install is not None
        stored = site.values(install.install_id)
        assert [repr(value) for value in stored] == [
            repr(value if value != 10**30 else Decimal(f"{10**30}.00"))
            for _, values in metrics.values()
            for value in values
        ]
    hub.close()


@pytest.mark.proves("E2", "E3", "D3")
def test_what_is_recorded_with_no_hub_waits_and_arrives_once_when_it_comes(site: Site) -> None:
    with site.client() as client:
        client.metric("count", ValueType.INT64)
        client.record_many(Sample("count", value) for value in range(2500))
        assert client.stats().queued == 2500
        hub = site.hub()
        hub.start()
        assert client.wait_drained(10)
        _wait_for(client, _online)
        session = site.store.session("press-7")
        assert session is not None
        assert site.values(session.install_id) == list(range(2500))
        hub.close()


@pytest.mark.proves("E1", "PP-TD-2")
def test_a_second_run_goes_on_where_the_first_one_ended(site: Site) -> None:
    with site.client() as client:
        count = client.metric("count", ValueType.INT64)
        assert count.record(1) == 1
    hub = site.hub()
    hub.start()
    with site.client() as client:
        assert client.metric("count", ValueType.INT64).record(2) == 2
        assert client.wait_drained(10)
    with site.client() as client:
        assert client.record("count", 3) == 3
        assert client.wait_drained(10)
    session = site.store.session("press-7")
    assert session is not None
    assert session.epoch == 3
    assert site.values(session.install_id) == [1, 2, 3]
    hub.close()


@pytest.mark.proves("F4", "PP-TD-6")
def test_two_workers_share_the_load_and_store_everything_once(site: Site) -> None:
    hubs = [site.hub(f"hub-{number}") for number in range(2)]
    for hub in hubs:
        hub.start()
    with site.client() as client:
        count = client.metric("count", ValueType.INT64)
        for value in range(200):
            count.record(value)
        assert client.wait_drained(10)
        session = site.store.session("press-7")
        assert session is not None
        assert site.values(session.install_id) == list(range(200))
    assert sum(hub.counts().get("records", 0) for hub in hubs) >= 200
    for hub in hubs:
        hub.close()


@pytest.mark.proves("E1", "PP-CL-2")
def test_what_is_recorded_right_after_its_metric_was_declared_is_sent_though_the_session_has_not_heard_of_it(
    site: Site,
) -> None:
    hub = site.hub()
    hub.start()
    busy, go_on = threading.Event(), threading.Event()

    def hold_up(event: ClientEvent) -> None:
        """The SDK's thread falls behind here."""
        if isinstance(event, RecordsAcknowledged):
            busy.set()
            assert go_on.wait(10)

    with site.client() as client:
        first = client.metric("first", ValueType.INT64)
        client.subscribe(hold_up)
        first.record(1)
        assert busy.wait(10)
        first.record(2)  # asks the thread to look what there is to send
        client.metric("second", ValueType.INT64).record(3)
        go_on.set()
        assert client.wait_drained(10)
        session = site.store.session("press-7")
        assert session is not None
        assert site.values(session.install_id) == [1, 2, 3]
    hub.close()


@pytest.mark.proves("E1", "PP-CL-3")
def test_a_cut_connection_is_made_again_and_nothing_is_lost_or_doubled(site: Site) -> None:
    hub = site.hub()
    hub.start()
    with site.client() as client:
        count = client.metric("count", ValueType.INT64)
        for value in range(300):
            count.record(value)
            if value % 50 == 25:
                site.broker.cut("press-7")
        assert client.wait_drained(20)
        session = site.store.session("press-7")
        assert session is not None
        assert site.values(session.install_id) == list(range(300))
        assert session.epoch > 1
    hub.close()


@pytest.mark.proves("D2", "PP-FR-5", "PP-CL-3")
def test_a_viewer_gets_the_bytes_that_the_client_packed(site: Site) -> None:
    seen: queue.Queue[LiveMessage] = queue.Queue()
    reader = LiveReader(
        "main",
        site.store,
        MemoryTransport(site.broker, "web-1"),
        hub_key=HUB_KEY,
        on_message=seen.put,
        watch=[channels.LIVE, channels.PRESENCE, channels.COMMITTED],
    )
    reader.start()
    hub = site.hub()
    hub.start()
    with site.client() as client:
        count = client.metric("count", ValueType.INT64)
        _wait_for(client, _online)
        count.record(42)
        messages: dict[str, LiveMessage] = {}
        while not {"live", "presence", "committed"} <= messages.keys():
            message = seen.get(timeout=10)
            messages[message.channel] = message
    live = messages["live"].message
    assert isinstance(live, pb.Batch)
    assert pb.Batch.FromString(messages["live"].body) == live
    assert list(live.columns[0].int64_values.values) == [42]
    presence = messages["presence"].message
    assert isinstance(presence, pb.Presence)
    hub.close()
    reader.close()


@pytest.mark.proves("PP-CL-1", "D2")
def test_a_viewer_goes_on_hearing_a_client_that_is_enrolled_anew_in_another_place(site: Site) -> None:
    seen: queue.Queue[LiveMessage] = queue.Queue()
    reader = LiveReader(
        "main",
        site.store,
        MemoryTransport(site.broker, "web-1"),
        hub_key=HUB_KEY,
        on_message=seen.put,
        watch=[channels.LIVE],
    )
    reader.start()
    hub = site.hub()
    hub.start()
    for _ in range(3):
        with site.client() as client:
            _wait_for(client, _online)
            client.metric("count", ValueType.INT64).record(1)
            assert seen.get(timeout=10).header.key_id == 1
    site.store.enrol_again("press-7", {2: bytes(32)})
    with Client(
        replace(IDENTITY, keys={2: bytes(32)}),
        site.directory / "another.sqlite3",
        config=CONFIG,
        transport=MemoryTransport(site.broker, "press-7"),
    ) as client:
        _wait_for(client, _online)
        client.metric("count", ValueType.INT64).record(2)
        header = seen.get(timeout=10).header
        assert (header.key_id, header.epoch) == (2, 1)
    hub.close()
    reader.close()


@pytest.mark.proves("PP-FR-4", "PP-VR-1")
def test_a_refusal_is_told_and_loses_nothing(site: Site) -> None:
    site.store.add_client("press-7", {1: KEY}, revoked=True)
    hub = site.hub()
    hub.start()
    with site.client() as client:
        client.metric("count", ValueType.INT64).record(1)
        _wait_for(client, lambda client: client.stats().link is LinkState.REFUSED)
        assert client.stats().link_detail.startswith("REVOKED: ")
        assert client.stats().queued == 1
    hub.close()


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
    hub = site.hub()
    hub.start()
    with site.client() as client:
        count = client.metric("count", ValueType.INT64)
        _wait_for(client, _online)
        for _ in range(3):
            client.pause()
            client.resume()
        client.pause()
        _wait_for(client, lambda client: client.stats().link is LinkState.OFFLINE)
        assert client.stats().link_detail == "paused"
        for value in range(5):
            count.record(value)
        assert client.stats().queued == 5
        client.resume()
        assert client.wait_drained(10)
        session = site.store.session("press-7")
        assert session is not None
        assert site.values(session.install_id) == [0, 1, 2, 3, 4]
    hub.close()


@pytest.mark.proves("D5", "E4", "PP-CL-3")
def test_bounds_and_the_heartbeat_are_changed_while_the_client_runs(site: Site) -> None:
    seen: queue.Queue[LiveMessage] = queue.Queue()
    reader = LiveReader(
        "main",
        site.store,
        MemoryTransport(site.broker, "web-1"),
        hub_key=HUB_KEY,
        on_message=seen.put,
        watch=[channels.HEARTBEAT],
    )
    reader.start()
    hub = site.hub()
    hub.start()
    with site.client() as client:
        client.set_bounds(OutboxBounds(max_records=5000))
        assert client.stats().capacity_records == 5000
        with pytest.raises(ConfigurationError, match="above 0 s"):
            client.set_heartbeat_interval(0)
        _wait_for(client, _online)
        client.report_configuration(7)
        client.set_heartbeat_interval(0.02)
        assert client.catch_up(10)
        while True:
            heartbeat = seen.get(timeout=10).message
            assert isinstance(heartbeat, pb.Heartbeat)
            if heartbeat.config_revision == 7:
                break
    hub.close()
    reader.close()


@pytest.mark.proves("B1")
def test_the_asyncio_form_does_the_same(site: Site) -> None:
    async def run() -> list[object]:
        async with aio.Client(
            IDENTITY,
            site.directory / "outbox.sqlite3",
            config=CONFIG,
            transport=MemoryTransport(site.broker, "press-7"),
        ) as client:
            async with client.events() as events:
                count = await client.metric("count", ValueType.INT64)
                assert await client.record(count, 7) == 1
                assert await client.record_many([Sample("count", 8)]) == range(2, 3)
                assert await client.wait_drained(10)
                async for event in events:
                    if isinstance(event, LinkChanged) and event.state is LinkState.ONLINE:
                        break
            session = site.store.session("press-7")
            assert session is not None
            return site.values(session.install_id)

    hub = site.hub()
    hub.start()
    with ThreadPoolExecutor(1) as pool:  # the browser tests' driver keeps a loop of its own on the main thread
        assert pool.submit(asyncio.run, run()).result(30) == [7, 8]
    hub.close()
