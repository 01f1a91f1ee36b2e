"""A site in memory for the desktop's tests: broker, hub, its users, and streaming, with Qt drawing to nowhere."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from google.protobuf.message import Message
from sqlalchemy import select

from precisionpulse_backend import first_start
from precisionpulse_desktop.accounts import Session
from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_desktop.settings import Settings
from precisionpulse_sdk import Coordinator, Hub, HubConfig, Identity
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.client import ClientStats
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.replica import Edit, Kind, Replica
from precisionpulse_sdk.replica.access import find_user, load_person
from precisionpulse_sdk.replica.database import reading, sqlite_engine
from precisionpulse_sdk.replica.passwords import hash_password
from precisionpulse_sdk.replica.tables import users
from precisionpulse_sdk.sync.edit import give_role
from precisionpulse_sdk.sync.kinds import built_in_role_id
from precisionpulse_sdk.testing import MemoryCommandStore, MemoryHubStore
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport
from precisionpulse_stack.waiting import wait_until
from tests.unit.identities import identity_of

HERE = Path(__file__).parent
ADMIN, PASSWORD = "admin", "correct horse battery staple"
Ask = Callable[[Message], pb.CommandStatus]
"""Sends a command to the streaming desktop; its last status."""

PASSWORD_HASH = hash_password(PASSWORD)
CLIENT = "bench-7"
KEY = bytes(range(32))
IDENTITY = identity_of(CLIENT, KEY)
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
    store.add_client(CLIENT, {1: KEY}, holds_accounts=True)
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


@dataclass
class Site:
    """The hub's users, roles, permissions and configuration. `admin` may do everything; everybody's password is
    `PASSWORD`."""

    replica: Replica
    admin: UUID

    def add_user(self, name: str, *roles: str, client: str = "", **fields: object) -> UUID:
        """A user with built-in roles, as an administrator makes it on the web."""
        user_id = uuid.uuid4()
        account = {"username": name, "password_hash": PASSWORD_HASH, "enabled": True, **fields}
        grants = [give_role(user_id, built_in_role_id(role), client) for role in roles]
        self.replica.edit([Edit(Kind.USER, user_id, account), *grants], actor=self.admin)
        return user_id

    def change_user(self, user_id: UUID, **fields: object) -> None:
        """An administrator changes a user on the web."""
        self.replica.edit([Edit(Kind.USER, user_id, fields)], actor=self.admin)

    def bring_to(self, replica: Replica) -> None:
        """Let a desktop's replica have everything, without any network."""
        snapshot = self.replica.feed(0)
        assert isinstance(snapshot, list)
        for chunk in snapshot:
            replica.apply_snapshot(chunk)

    def settle(self, replica: Replica) -> None:
        """Let the hub judge what waits at a desktop, and the desktop hear of everything, without any network."""
        verdicts = self.replica.judge(replica.node, replica.pending())
        replica.apply_verdicts(pb.ChangeVerdicts(verdicts=verdicts))
        feed = self.replica.feed(replica.cursor())
        assert isinstance(feed, pb.ChangeFeed)
        assert replica.apply_feed(feed)

    def session(self, replica: Replica, user_id: UUID) -> Session:
        """Somebody who has just signed in at a desktop with `replica`."""
        with reading(replica.engine) as connection:
            person = load_person(connection, user_id)
            generation = connection.scalar(select(users.c.session_generation).where(users.c.id == user_id))
        assert person is not None and generation is not None
        return Session(person, generation)


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    engine = sqlite_engine(tmp_path_factory.mktemp("site") / "hub.sqlite3")
    replica = Replica(engine, node="hub", is_hub=True)
    replica.prepare()
    first_start.prepare(replica, admin=ADMIN, password=PASSWORD)
    with reading(engine) as connection:
        admin = find_user(connection, ADMIN)
    assert admin is not None
    yield Site(replica, admin)
    engine.dispose()


@pytest.fixture
def commands() -> MemoryCommandStore:
    """What is asked of desktops."""
    return MemoryCommandStore()


@pytest.fixture
def coordinator(
    site: Site, broker: MemoryBroker, store: MemoryHubStore, commands: MemoryCommandStore
) -> Iterator[Coordinator]:
    """What keeps desktops in step with the site, and brings them commands."""
    coordinator = Coordinator(
        "main",
        store,
        MemoryTransport(broker, "coordinator"),
        hub_key=bytes(32),
        replica=site.replica,
        commands=commands,
        config=HubConfig(heartbeat_interval_s=0.1),
    )
    coordinator.start()
    yield coordinator
    coordinator.close()


@pytest.fixture
def admin(site: Site, streaming: Streaming) -> Session:
    """The site's administrator, signed in at a desktop that was synchronised once."""
    site.bring_to(streaming.replica)
    return site.session(streaming.replica, site.admin)


@pytest.fixture
def ask(streaming: Streaming, hub: Hub, coordinator: Coordinator, commands: MemoryCommandStore) -> Ask:
    """Sends a command to the streaming desktop, and waits for its last status."""
    streaming.start()

    def send(body: Message) -> pb.CommandStatus:
        now_us = time.time_ns() // 1000
        command = pb.Command(id=os.urandom(16), issued_us=now_us, expires_us=now_us + 10**9, actor="alice")
        command.body.Pack(body)
        commands.issue(streaming.identity.client, command)
        stored = commands.commands[command.id]
        ended = range(pb.COMMAND_PHASE_SUCCEEDED, pb.COMMAND_PHASE_CANCELLED + 1)
        wait_until("the command's end", lambda: stored.phase in ended or stored.phase == pb.COMMAND_PHASE_REJECTED, 60)
        return stored.statuses[-1]

    return send
