"""A site for the backend's tests: a database with its first administrator, and the programs as people run them."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from precisionpulse_backend import database, first_start
from precisionpulse_backend.certificates import SiteAuthority
from precisionpulse_backend.client_sessions import ClientSessions
from precisionpulse_backend.connections import ThreadConnections
from precisionpulse_backend.enrolment import BrokerAddress, Enrolments
from precisionpulse_backend.keyring import Keyring
from precisionpulse_backend.readings import PostgresHubStore
from precisionpulse_backend.web import Web, WebParts
from precisionpulse_backend.web_sessions import WebSessions
from precisionpulse_sdk.replica import Edit, Kind, Replica
from precisionpulse_sdk.replica.passwords import hash_password
from precisionpulse_sdk.sync.edit import give_role
from precisionpulse_sdk.sync.kinds import built_in_role_id
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport
from precisionpulse_stack import pki, ports, waiting
from precisionpulse_stack.credentials import ensure_credentials
from precisionpulse_stack.testing import BrokerSite

_PASSWORD_HASH = hash_password("correct horse battery staple")
ADMIN, PASSWORD = "admin", "correct horse battery staple"
_WAIT_S = 180.0


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Returns when `condition` is true: other programs and threads work, and no one of them tells of everything."""
    waiting.wait_until(what, lambda: bool(condition()), _WAIT_S)


@dataclass
class Store:
    """A store on an empty, migrated database, with the means to look behind it."""

    url: str
    keyring: Keyring = field(default_factory=lambda: Keyring(bytes(range(32))))

    def __post_init__(self) -> None:
        database.migrate(self.url)
        self.conninfo = database.conninfo(self.url)
        self.connections = ThreadConnections(self.conninfo)
        self.hub = self.another()

    def another(self) -> PostgresHubStore:
        """A second worker's store on the same database."""
        connections = ThreadConnections(self.conninfo)
        return PostgresHubStore(connections, ClientSessions(connections, self.keyring))

    def enrol(self, client: str, *keys: bytes) -> str:
        with psycopg.connect(self.conninfo) as connection:
            connection.execute("INSERT INTO clients (client) VALUES (%s)", (client,))
            for key_id, key in enumerate(keys or (b"k" * 32,), 1):
                wrapped = self.keyring.wrap_master_key(client, key_id, key)
                connection.execute(
                    "INSERT INTO client_keys (client, key_id, wrapped) VALUES (%s, %s, %s)", (client, key_id, wrapped)
                )
        return client

    def query(self, statement: str, *arguments: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.conninfo) as connection:
            return connection.execute(statement, arguments, binary=True).fetchall()

    def cut_off(self, lock: str, work: Callable[[], object]) -> BaseException | None:
        """Have `work` wait for what the statement `lock` locks, and end its connection at the server while it waits;
        what `work` raises then."""
        waiting = "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        with ThreadPoolExecutor(1) as pool, psycopg.connect(self.conninfo) as blocker:
            blocker.execute(lock)
            future = pool.submit(work)
            while not (found := self.query(waiting)):
                assert not future.done(), "it did not wait"
            self.query("SELECT pg_terminate_backend(%s)", found[0][0])
            return future.exception(30)


@dataclass
class Browser:
    """A person at a browser: keeps the cookie, sends the CSRF token."""

    client: FlaskClient
    csrf_token: str = ""

    def call(self, method: str, path: str, *, csrf: bool = True, **content: Any) -> TestResponse:
        headers = {"X-CSRF-Token": self.csrf_token} if csrf and self.csrf_token else {}
        headers.update(content.pop("headers", {}))
        return self.client.open(path, method=method, base_url="https://localhost", headers=headers, **content)

    def log_in(self, username: str, password: str = PASSWORD) -> TestResponse:
        answer = self.call("POST", "/api/v1/session", json={"username": username, "password": password})
        if answer.status_code == 200:
            self.csrf_token = answer.json["csrf_token"]
        return answer

    @property
    def token(self) -> str | None:
        cookie = self.client.get_cookie("pp_session", domain="localhost")
        return cookie.value if cookie else None


@dataclass
class Api:
    """The web program's app on a real database, with an in-process broker."""

    web: Web
    engine: Engine
    replica: Replica
    store: Store
    authority: SiteAuthority

    @staticmethod
    def wait_until(condition: Callable[[], object], what: str) -> None:
        wait_until(condition, what)

    def browser(self) -> Browser:
        return Browser(self.web.app.test_client())

    def administrator(self) -> Browser:
        browser = self.browser()
        assert browser.log_in(ADMIN).status_code == 200
        return browser

    def person(self, role: str, *, client: str = "", **columns: object) -> Browser:
        """Somebody with a role, who has logged in."""
        name = f"{role}-{uuid.uuid4().hex[:6]}"
        self.make_user(name, role, client=client, **columns)
        browser = self.browser()
        assert browser.log_in(name).status_code == 200
        return browser

    def make_user(self, name: str, role: str, *, client: str = "", **columns: object) -> uuid.UUID:
        id_ = uuid.uuid4()
        fields = {"username": name, "password_hash": _PASSWORD_HASH, "enabled": True, **columns}
        self.replica.provide([Edit(Kind.USER, id_, fields), give_role(id_, built_in_role_id(role), client)])
        return id_

    def execute(self, statement: str, **values: object) -> list[Any]:
        with self.engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []


@dataclass
class Site:
    """Programs of the backend as subprocesses, with a broker and a database, and an administrator who may log in."""

    broker: BrokerSite
    database_url: str
    environment: dict[str, str]
    api_port: int
    stack: ExitStack
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def api_url(self) -> str:
        return f"https://127.0.0.1:{self.api_port}"

    @property
    def ca_file(self) -> str:
        return str(self.broker.ca_file)

    def start(self, *names: str) -> None:
        for name in names:
            command = [sys.executable, "-m", "precisionpulse_backend", name]
            self.programs[name] = subprocess.Popen(command, env=self.environment)
        for name in names:
            port = self.environment["PP_INGEST_HTTP_PORT"]
            url = f"http://127.0.0.1:{port}" if name == "ingest" else self.api_url
            wait_until(lambda url=url: self._ready(url), f"{name} is ready")  # type: ignore[misc]

    def kill(self, name: str) -> None:
        self.programs[name].kill()
        self.programs.pop(name).wait()

    def stop(self, name: str) -> None:
        program = self.programs.pop(name)
        program.terminate()
        assert program.wait(20) == 0, f"{name} did not stop cleanly"

    def close(self) -> None:
        for program in self.programs.values():
            program.terminate()
        for name, program in self.programs.items():
            assert program.wait(20) == 0, f"{name} did not stop cleanly"

    @staticmethod
    def wait_until(condition: Callable[[], object], what: str) -> None:
        wait_until(condition, what)

    def run(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "precisionpulse_backend", *arguments]
        return subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True).stdout.strip()

    def browser(self) -> requests.Session:
        """A browser that is not logged in."""
        session = self.stack.enter_context(requests.Session())
        session.verify, session.trust_env = self.ca_file, False
        return session

    def administrator(self) -> requests.Session:
        """A browser in which the administrator is logged in."""
        session = self.browser()
        answer = session.post(f"{self.api_url}/api/v1/session", json={"username": ADMIN, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        session.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        return session

    def _ready(self, url: str) -> bool:
        for name, program in self.programs.items():
            assert program.poll() is None, f"{name} has ended"
        try:
            return requests.get(f"{url}/readyz", verify=self.ca_file, timeout=5).status_code == 200
        except requests.RequestException:
            return False


@pytest.fixture
def store(database_url: str) -> Store:
    """The hub's store on an empty database."""
    return Store(database_url)


@pytest.fixture
def api(store: Store, tmp_path: Path) -> Iterator[Api]:
    """The app with its first administrator."""
    engine = database.engine(store.url, pool_size=3)
    replica = database.replica(engine)
    first_start.prepare(replica, admin=ADMIN, password=PASSWORD)
    site_ca = pki.ensure_pki(tmp_path / "pki").site_ca
    authority = SiteAuthority.load(site_ca.certificate, site_ca.key, broker_ca=site_ca.certificate)
    broker = MemoryBroker(auto=True)
    web = Web(
        WebParts(
            site="main",
            engine=engine,
            replica=replica,
            sessions=WebSessions(b"s" * 32, idle=dt.timedelta(minutes=30), lifetime=dt.timedelta(hours=12)),
            enrolments=Enrolments(engine, store.keyring, authority, "main", BrokerAddress("127.0.0.1", 8883)),
            keys=ClientSessions(ThreadConnections(store.conninfo), store.keyring),
            hub_key=store.keyring.hub_key,
            transport=MemoryTransport(broker, "web"),
        )
    )
    web.start()
    yield Api(web, engine, replica, store, authority)
    web.close()
    broker.close()
    engine.dispose()


@pytest.fixture
def client_name() -> str:
    """A client id that no other test uses: the broker is shared."""
    return f"client-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def site(database_url: str, broker: BrokerSite, tmp_path: Path) -> Iterator[Site]:
    """A site whose programs are not started yet."""
    database.migrate(database_url)
    first_start.prepare(database.replica(database.engine(database_url, pool_size=1)), admin=ADMIN, password=PASSWORD)
    secrets = ensure_credentials(tmp_path / "secrets")
    certificates = broker.pki
    api_port, ingest_port = ports.free_port(), ports.free_port()
    environment = {
        **os.environ,
        "PP_SITE": broker.site,
        "PP_DATABASE_URL": database_url,
        "PP_BROKER_HOST": broker.host,
        "PP_BROKER_PORT": str(broker.port),
        "PP_HUB_BROKER_HOST": broker.host,
        "PP_HUB_BROKER_PORT": str(broker.hub_port),
        "PP_HUB_CA_FILE": str(broker.ca_file),
        "PP_HUB_CERT_FILE": str(certificates.hub.certificate),
        "PP_HUB_KEY_FILE": str(certificates.hub.key),
        "PP_SITE_CA_CERT_FILE": str(certificates.site_ca.certificate),
        "PP_SITE_CA_KEY_FILE": str(certificates.site_ca.key),
        "PP_KEY_ENCRYPTION_KEY_FILE": str(secrets.key_encryption_key),
        "PP_SESSION_SECRET_FILE": str(secrets.session_secret),
        "PP_API_PORT": str(api_port),
        "PP_API_CERT_FILE": str(certificates.api.certificate),
        "PP_API_KEY_FILE": str(certificates.api.key),
        "PP_INGEST_HTTP_PORT": str(ingest_port),
        "PP_LOG_FORMAT": "console",
    }
    with ExitStack() as stack:
        site = Site(broker, database_url, environment, api_port, stack)
        try:
            yield site
        finally:
            site.close()
