"""A whole site of real programs: PostgreSQL, a TLS broker, two ingest workers and two recorders, with a breakable link
wherever two of them talk."""

from __future__ import annotations

import base64
import os
import secrets
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from precisionpulse_backend.keyring import Keyring
from precisionpulse_sdk.identity import Identity
from precisionpulse_stack import commands, ports, programs
from precisionpulse_stack.credentials import ensure_credentials
from precisionpulse_stack.database import Database, database_url
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.processes import Program
from precisionpulse_stack.programs import Addresses
from precisionpulse_stack.settings import RealBroker
from precisionpulse_stack.testing import BrokerSite, make_broker, make_database

from .journal import Journal
from .link import Link
from .part import Part

CHECKOUT = Path(__file__).resolve().parents[2]
INGEST_WORKERS = 2
RECORDERS = ("hasty", "steady")
_KEY_BYTES = 32


class Recorder:
    """A client of the site: its program, its link to the broker, its journal and its outbox."""

    def __init__(self, site: Site, name: str, *, patient: bool) -> None:
        self.name = name
        self.directory = site.layout.run / name
        self.link = Link(f"{name} to broker", "client to broker", site.broker.port)
        self.keys = {1: secrets.token_bytes(_KEY_BYTES)}
        pair = site.broker.client(name)
        Identity(
            site=site.broker.site,
            client=name,
            broker_host=ports.LOOPBACK,
            broker_port=self.link.port,
            ca_pem=site.broker.ca_file.read_bytes(),
            certificate_pem=pair.certificate.read_bytes(),
            private_key_pem=pair.key.read_bytes(),
            keys=self.keys,
            hub_public_key=bytes(_KEY_BYTES),
            hpke_private_key=bytes(_KEY_BYTES),
        ).save(self.directory)
        journal = self.directory / "journal"
        self.journal = Journal(journal)
        command = [sys.executable, "-m", "tests.chaos.recorder", str(self.directory), str(journal)]
        self.part = Part(
            Program(
                f"recorder {name}",
                [*command, "--patient"] if patient else command,
                os.environ,
                directory=CHECKOUT,
                stop_signal=signal.SIGKILL,
                is_ready=lambda pid: self.outbox.exists(),
            ),
            "client",
            site.layout.logs,
        )

    @property
    def outbox(self) -> Path:
        return self.directory / "outbox.sqlite3"

    def oldest_queued(self) -> int | None:
        """The lowest record_seq that the hub has not acknowledged, or None when nothing waits."""
        database = sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True, timeout=10)
        try:
            (lowest,) = database.execute("SELECT min(record_seq) FROM local_buffer").fetchone()
        finally:
            database.close()
        return None if lowest is None else int(lowest)


class Site:
    """Use it as a context manager. `layout` is where everything of it is kept; whoever made that removes it.

    `patient`: the recorder "steady" waits as long between its tries as the SDK does by itself."""

    def __init__(self, layout: Layout, *, patient: bool) -> None:
        self.layout = layout
        self.broker: BrokerSite = make_broker(layout, CHECKOUT)
        self._server: Database = make_database(layout)
        self._credentials = ensure_credentials(layout.secrets)
        self.links: list[Link] = []
        """Every network connection that can be broken."""
        self.database = Part(programs.database_program(self._server), "database", layout.logs)
        self.mosquitto = Part(programs.broker_program(self.broker.broker), "broker", layout.logs)
        self.ingest = [self._ingest(f"ingest-{number + 1}") for number in range(INGEST_WORKERS)]
        self.recorders = [Recorder(self, name, patient=patient and name == "steady") for name in RECORDERS]
        self.links += [recorder.link for recorder in self.recorders]

    @property
    def parts(self) -> list[Part]:
        """Every program, in the order in which they need each other."""
        return [self.database, self.mosquitto, *self.ingest, *(recorder.part for recorder in self.recorders)]

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def query(self) -> Iterator[psycopg.Connection]:
        """A connection to the database past the links."""
        with psycopg.connect(self._server.url(), connect_timeout=20) as connection:
            yield connection

    def heal(self) -> None:
        """Ends every fault, starts what does not run, and returns when all of it works again."""
        for link in self.links:
            link.heal()
        for part in self.parts:
            part.thaw()
        for part in self.parts:
            part.start()
        for part in self.parts:
            part.wait_ready()

    def close(self) -> None:
        """Ends everything, however it is."""
        for part in reversed(self.parts):
            part.thaw()
            part.kill()
        for link in self.links:
            link.close()

    def _start(self) -> None:
        for part in (self.database, self.mosquitto):
            part.start()
        for part in (self.database, self.mosquitto):
            part.wait_ready()
        self._server.ensure_exists()
        environment = self._environment(self._addresses(self.broker.hub_port, self._server.port))
        commands.run("Preparing the database's schema", programs.backend_command("migrate"), environment=environment)
        keyring = Keyring(base64.b64decode(self._credentials.key_encryption_key.read_text()))
        with self.query() as connection:
            for recorder in self.recorders:
                wrapped = keyring.wrap_master_key(recorder.name, 1, recorder.keys[1])
                connection.execute("INSERT INTO clients (client) VALUES (%s)", (recorder.name,))
                connection.execute(
                    "INSERT INTO client_keys (client, key_id, wrapped) VALUES (%s, 1, %s)", (recorder.name, wrapped)
                )
        self.heal()

    def _ingest(self, name: str) -> Part:
        to_broker = Link(f"{name} to broker", "ingest to broker", self.broker.hub_port)
        to_database = Link(f"{name} to database", "ingest to database", self._server.port)
        self.links += [to_broker, to_database]
        addresses = self._addresses(to_broker.port, to_database.port)
        program = programs.ingest_program(self._environment(addresses), addresses)
        return Part(replace(program, name=name), "ingest", self.layout.logs)

    def _addresses(self, hub_port: int, database_port: int) -> Addresses:
        return Addresses(
            web_url="",
            web_port=0,
            api_url="",
            api_port=0,
            ingest_http_port=ports.free_port(),
            broker=RealBroker(ports.LOOPBACK, self.broker.port, ports.LOOPBACK, hub_port, None, None, None),
            database_url=database_url(database_port, self._server.password),
        )

    def _environment(self, addresses: Addresses) -> dict[str, str]:
        return programs.backend_environment(addresses, self.broker.pki, self._credentials, self.broker.site)
