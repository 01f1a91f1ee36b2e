"""A site in memory for the desktop's tests: broker, hub and streaming, with Qt drawing to nowhere."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_desktop.settings import Settings
from precisionpulse_sdk import Hub, HubConfig, Identity
from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport

HERE = Path(__file__).parent
CLIENT = "bench-7"
KEY = bytes(range(32))
IDENTITY = Identity(
    site="main",
    client=CLIENT,
    broker_host="localhost",
    broker_port=8883,
    ca_pem=b"-",
    certificate_pem=b"-",
    private_key_pem=b"-",
    keys={1: KEY},
    hub_public_key=bytes(32),
    hpke_private_key=bytes(32),
)
STATS = ClientStats(
    link=LinkState.ONLINE,
    link_since_us=0,
    link_detail="",
    queued=0,
    queued_bytes=0,
    oldest_captured_us=None,
    capacity_records=1000,
    in_flight=0,
    last_record_seq=0,
    acknowledged_to=0,
    recorded=0,
    dropped=0,
    dead_letters=0,
    round_trip_us=None,
    clock_offset_us=None,
    drain_per_s=None,
    epoch=1,
)


def pytest_itemcollected(item: pytest.Item) -> None:
    """What the offscreen platform says about itself is no fault of the desktop's."""
    if HERE in item.path.parents:
        item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints"))


@pytest.fixture
def identity() -> Identity:
    return IDENTITY


@pytest.fixture
def stats() -> Callable[..., ClientStats]:
    """Makes statistics of an idle, online client, with some of them changed."""
    return lambda **changes: replace(STATS, **changes)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, source="generator", interval_ms=50, animate=False)


@pytest.fixture
def broker() -> Iterator[MemoryBroker]:
    broker = MemoryBroker(auto=True)
    yield broker
    broker.close()


@pytest.fixture
def store() -> MemoryHubStore:
    store = MemoryHubStore()
    store.add_client(CLIENT, {1: KEY})
    return store


@pytest.fixture
def hub(broker: MemoryBroker, store: MemoryHubStore) -> Iterator[Hub]:
    """A hub that answers."""
    hub = Hub(
        "main",
        store,
        MemoryTransport(broker, "hub-1"),
        hub_key=bytes(32),
        config=HubConfig(heartbeat_interval_s=0.1),
    )
    hub.start()
    yield hub
    hub.close()


@pytest.fixture
def streaming(settings: Settings, broker: MemoryBroker) -> Iterator[Streaming]:
    """A streaming desktop that was not started yet."""
    streaming = Streaming(settings, IDENTITY, transport=MemoryTransport(broker, CLIENT))
    yield streaming
    streaming.close()
