"""Real servers for whoever needs them: nothing starts until a test asks, and each pytest worker has its own.

Shared for the session: `database` (hands out empty databases), `broker`, and `stack`, the whole system with a desktop.
One's own, to kill: `own_database`, `own_broker`.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import settings

from precisionpulse_stack import ports
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.running import RunningStack, start_whole_stack
from precisionpulse_stack.testing import BrokerSite, DatabaseServer, make_broker, make_database, temporary_layout

CHECKOUT = Path(__file__).resolve().parents[1]

# How long an example takes says how busy the machine is; speed is measured in benchmarks/.
settings.register_profile("suite", deadline=None)
settings.load_profile("suite")


@contextmanager
def _place() -> Iterator[Layout]:
    layout = temporary_layout()
    try:
        yield layout
    finally:
        layout.remove_outside()
        shutil.rmtree(layout.root, ignore_errors=True)


@contextmanager
def _running_database(*, durable: bool) -> Iterator[DatabaseServer]:
    with _place() as layout:
        server = make_database(layout, durable=durable)
        server.start()
        try:
            yield DatabaseServer(server)
        finally:
            server.stop()


@contextmanager
def _running_broker() -> Iterator[BrokerSite]:
    with _place() as layout:
        site = make_broker(layout, CHECKOUT)
        site.broker.start()
        try:
            yield site
        finally:
            site.broker.stop()


@pytest.fixture(scope="session")
def database() -> Iterator[DatabaseServer]:
    """One PostgreSQL for the session; `database.new_database()` is the URL of a new, empty database."""
    with _running_database(durable=False) as server:
        yield server


@pytest.fixture
def database_url(database: DatabaseServer) -> str:
    """The URL (postgresql://…) of an empty database that no other test sees."""
    return database.new_database()


@pytest.fixture
def own_database() -> Iterator[DatabaseServer]:
    """A durable PostgreSQL that the test may kill and restart."""
    with _running_database(durable=True) as server:
        yield server


@pytest.fixture(scope="session")
def broker() -> Iterator[BrokerSite]:
    """One TLS broker with the schema's access list for the session: tests keep apart by using client names of their
    own.
    """
    with _running_broker() as site:
        yield site


@pytest.fixture
def own_broker() -> Iterator[BrokerSite]:
    """A broker that the test may kill and restart."""
    with _running_broker() as site:
        yield site


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    """Everything that `make run` starts, with a headless desktop `desktop-1` that measures this machine."""
    with _place() as layout:
        running = start_whole_stack(CHECKOUT, layout, {"DESKTOP": "headless"})
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture
def free_port() -> int:
    """A loopback port that nobody listens on."""
    return ports.free_port()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keeps the tests of the whole system on one worker, so that it starts once."""
    for item in items:
        if "stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("stack"))
            item.add_marker(pytest.mark.timeout(900, func_only=True))
