"""Recorded on one side, committed on the other: exactly, once, whatever is cut or comes late."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from precisionpulse_sdk import (
    ClientEvent,
    LinkChanged,
    LinkState,
    Metric,
    RecordsAcknowledged,
    Sample,
    Value,
    ValueType,
    aio,
)
from precisionpulse_sdk.transport.memory import MemoryTransport

from .site import CONFIG, IDENTITY, Site, online, wait_for


@pytest.mark.proves("B1", "E1", "E3", "D1")
def test_recorded_values_reach_the_store_exactly_as_they_were(site: Site) -> None:
    with site.running_hub(), site.client() as client:
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
        assert [repr(value) for value in site.values()] == [
            repr(value if value != 10**30 else Decimal(f"{10**30}.00"))
            for _, values in metrics.values()
            for value in values
        ]


@pytest.mark.proves("E2", "E3", "D3")
def test_what_is_recorded_with_no_hub_waits_and_arrives_once_when_it_comes(site: Site) -> None:
    with site.client() as client:
        client.metric("count", ValueType.INT64)
        client.record_many(Sample("count", value) for value in range(2500))
        assert client.stats().queued == 2500
        with site.running_hub():
            assert client.wait_drained(10)
            wait_for(client, online)
            assert site.values() == list(range(2500))


@pytest.mark.proves("E1", "PP-TD-2")
def test_a_second_run_goes_on_where_the_first_one_ended(site: Site) -> None:
    with site.client() as client:
        count = client.metric("count", ValueType.INT64)
        assert count.record(1) == 1
    with site.running_hub():
        with site.client() as client:
            assert client.metric("count", ValueType.INT64).record(2) == 2
            assert client.wait_drained(10)
        with site.client() as client:
            assert client.record("count", 3) == 3
            assert client.wait_drained(10)
    assert site.session().epoch == 3
    assert site.values() == [1, 2, 3]


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
        assert site.values() == list(range(200))
    assert sum(hub.counts().get("records", 0) for hub in hubs) >= 200
    for hub in hubs:
        hub.close()


@pytest.mark.proves("E1", "PP-CL-2")
def test_what_is_recorded_right_after_its_metric_was_declared_is_sent_though_the_session_has_not_heard_of_it(
    site: Site,
) -> None:
    busy, go_on = threading.Event(), threading.Event()

    def hold_up(event: ClientEvent) -> None:
        """The SDK's thread falls behind here."""
        if isinstance(event, RecordsAcknowledged):
            busy.set()
            assert go_on.wait(10)

    with site.running_hub(), site.client() as client:
        first = client.metric("first", ValueType.INT64)
        client.subscribe(hold_up)
        first.record(1)
        assert busy.wait(10)
        first.record(2)  # asks the thread to look what there is to send
        client.metric("second", ValueType.INT64).record(3)
        go_on.set()
        assert client.wait_drained(10)
        assert site.values() == [1, 2, 3]


@pytest.mark.proves("E1", "PP-CL-3")
def test_a_cut_connection_is_made_again_and_nothing_is_lost_or_doubled(site: Site) -> None:
    with site.running_hub(), site.client() as client:
        count = client.metric("count", ValueType.INT64)
        for value in range(300):
            count.record(value)
            if value % 50 == 25:
                site.broker.cut("press-7")
        assert client.wait_drained(20)
        assert site.values() == list(range(300))
        assert site.session().epoch > 1


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
            return site.values()

    # The browser tests' driver keeps a loop of its own on the main thread.
    with site.running_hub(), ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, run()).result(30) == [7, 8]
