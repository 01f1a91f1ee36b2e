"""The servers that are measured, made from the same parts as `make run`: a durable PostgreSQL, a Mosquitto with mutual
TLS, and for each run an empty database with backend programs of its own."""

from __future__ import annotations

import base64
import secrets
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import psycopg
from psycopg import sql

from precisionpulse_backend.keyring import Keyring
from precisionpulse_sdk import Identity
from precisionpulse_stack import commands, leash, ports, programs
from precisionpulse_stack.credentials import Credentials, ensure_credentials
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.node import Dashboard, find_node
from precisionpulse_stack.pki import KeyPair
from precisionpulse_stack.processes import Program
from precisionpulse_stack.settings import RealBroker
from precisionpulse_stack.testing import BrokerSite, DatabaseServer, make_broker, make_database, temporary_layout
from precisionpulse_stack.waiting import wait_until

CHECKOUT = Path(__file__).resolve().parents[1]
ADMINISTRATOR = "admin"
_READY_WITHIN_S = 120


@dataclass(frozen=True)
class Enrolled:
    """A client that the hub knows."""

    name: str
    pair: KeyPair
    master_key: bytes


@dataclass
class Hub:
    """The backend on an empty database. `programs`: its processes by name."""

    site: Site
    database_url: str
    environment: dict[str, str]
    addresses: programs.Addresses
    programs: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    _clients: int = 0

    def enrol(self, count: int) -> list[Enrolled]:
        """New clients with certificates and master keys, known to the hub."""
        names = [f"bench-{number}" for number in range(self._clients, self._clients + count)]
        self._clients += count
        made = [Enrolled(name, self.site.certificate(name), secrets.token_bytes(32)) for name in names]
        keyring = self.site.keyring
        with psycopg.connect(self.database_url) as connection, connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO clients (client, holds_accounts) VALUES (%s, true)", [(name,) for name in names]
            )
            cursor.executemany(
                "INSERT INTO client_keys (client, key_id, wrapped) VALUES (%s, 1, %s)",
                [(one.name, keyring.wrap_master_key(one.name, 1, one.master_key)) for one in made],
            )
        return made

    def identity(self, enrolled: Enrolled) -> Identity:
        """What `pp enrol` would have given the client."""
        broker = self.site.broker
        return Identity(
            site=broker.site,
            client=enrolled.name,
            broker_host=broker.host,
            broker_port=broker.port,
            ca_pem=broker.ca_file.read_bytes(),
            certificate_pem=enrolled.pair.certificate.read_bytes(),
            private_key_pem=enrolled.pair.key.read_bytes(),
            keys={1: enrolled.master_key},
            hub_public_key=bytes(32),
            hpke_private_key=bytes(32),
        )

    def directory(self, enrolled: Enrolled) -> Path:
        """The directory of a client as `pp enrol` would have made it, empty but for its identity."""
        place = self.site.layout.root / f"clients-{self.addresses.api_port}" / enrolled.name
        self.identity(enrolled).save(place)
        return place

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """The rows of a query."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            return connection.execute(statement.encode()).fetchall()

    def stored(self, enrolled: Iterable[Enrolled]) -> int:
        """How many samples of these clients can be read in SQL."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            names = [one.name for one in enrolled]
            row = connection.execute("SELECT count(*) FROM samples WHERE client = ANY(%s)", (names,)).fetchone()
        assert row is not None
        return int(row[0])

    def size_bytes(self) -> int:
        """The database on disk, indexes included, after a checkpoint."""
        with psycopg.connect(self.database_url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        assert row is not None
        return int(row[0])


@dataclass
class Site:
    """One database server and one broker for a whole run of benchmarks."""

    layout: Layout
    database: DatabaseServer
    broker: BrokerSite
    credentials: Credentials
    keyring: Keyring
    _certificates: dict[str, KeyPair] = field(default_factory=dict)
    _template: str = ""

    def certificate(self, name: str) -> KeyPair:
        """A good certificate for the client `name`, made once."""
        if name not in self._certificates:
            self._certificates[name] = self.broker.client(name)
        return self._certificates[name]

    @contextmanager
    def hub(self, *, ingest: int = 1, web: bool = False) -> Iterator[Hub]:
        """A backend with an empty database, ready to work; its processes end with the block."""
        addresses = self._addresses(self._new_database())
        environment = self._environment(addresses)
        hub = Hub(self, addresses.database_url, environment, addresses)
        with ExitStack() as running:
            for number in range(ingest):
                own = replace(addresses, ingest_http_port=ports.free_port())
                settings = {**environment, "PP_INGEST_HTTP_PORT": str(own.ingest_http_port)}
                self._start(hub, f"ingest-{number + 1}", programs.ingest_program(settings, own), running)
            if web:
                self._start(hub, "web", programs.web_program(environment, addresses, self.broker.pki), running)
            yield hub

    @contextmanager
    def dashboard(self, hub: Hub) -> Iterator[None]:
        """The dashboard of a hub that has its web program."""
        built = Dashboard(find_node(Layout(CHECKOUT)))
        built.install_packages()
        built.build()
        with ExitStack() as running:
            program = programs.dashboard_program(built, hub.addresses, self.broker.pki)
            self._start(hub, "dashboard", program, running)
            yield

    def _new_database(self) -> str:
        """A migrated database with its administrator: a copy of one that is made once."""
        if not self._template:
            self._template = self.database.new_database()
            environment = self._environment(self._addresses(self._template))
            for command in ("migrate", "bootstrap"):
                commands.run(f"Database: {command}", programs.backend_command(command), environment=environment)
        name = f"copy_{secrets.token_hex(4)}"
        with psycopg.connect(self.database.server.url("postgres"), autocommit=True) as connection:
            template = self._template.rpartition("/")[2]
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template))))
        return self.database.server.url(name)

    def _environment(self, addresses: programs.Addresses) -> dict[str, str]:
        return programs.backend_environment(addresses, self.broker.pki, self.credentials, self.broker.site)

    def _addresses(self, database_url: str) -> programs.Addresses:
        api_port, web_port = ports.free_port(), ports.free_port()
        return programs.Addresses(
            web_url=f"http://{ports.LOOPBACK}:{web_port}",
            web_port=web_port,
            api_url=f"https://{ports.LOOPBACK}:{api_port}",
            api_port=api_port,
            ingest_http_port=0,
            broker=RealBroker(
                host=self.broker.host,
                port=self.broker.port,
                hub_host=self.broker.host,
                hub_port=self.broker.hub_port,
                ca_file=None,
                hub_cert_file=None,
                hub_key_file=None,
            ),
            database_url=database_url,
        )

    def _start(self, hub: Hub, name: str, program: Program, running: ExitStack) -> None:
        log = (self.layout.root / f"{name}.log").open("ab")
        running.callback(log.close)
        process = leash.spawn(program.command, environment=program.environment, directory=program.directory, output=log)
        running.callback(leash.stop, process)
        hub.programs[name] = process
        wait_until(
            name,
            lambda: program.is_ready(process.pid),
            _READY_WITHIN_S,
            still_alive=lambda: process.poll() is None,
        )


@contextmanager
def running_site() -> Iterator[Site]:
    """A site, gone with all its data when the block ends."""
    with ExitStack() as running:
        layout = temporary_layout()
        running.callback(shutil.rmtree, layout.root, ignore_errors=True)
        running.callback(layout.remove_outside)
        database = make_database(layout, durable=True)
        running.callback(database.stop)
        database.start()
        broker = make_broker(layout, CHECKOUT)
        running.callback(broker.broker.stop)
        broker.broker.start()
        credentials = ensure_credentials(layout.secrets)
        yield Site(layout, DatabaseServer(database), broker, credentials, _keyring(credentials))


def _keyring(credentials: Credentials) -> Keyring:
    return Keyring(base64.b64decode(credentials.key_encryption_key.read_bytes()))
