"""The programs together, as people run them: from a code to a reading on a page, and what survives a kill."""

from __future__ import annotations

import math
import queue
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import requests
import socketio
from psycopg import sql
from socketio.exceptions import ConnectionError as RefusedByServer
from sqlalchemy.engine import make_url

from precisionpulse_backend import audit, database
from precisionpulse_backend.notifications import Notifications
from precisionpulse_backend.tls_socket import SharedTlsSocket
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.client import Client
from precisionpulse_sdk.enrolment import enrol
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.access import find_user
from precisionpulse_sdk.replica.passwords import hash_password
from precisionpulse_sdk.sync.edit import give_role, take_role
from precisionpulse_sdk.sync.kinds import built_in_role_id
from precisionpulse_sdk.values import Sample, ValueType
from precisionpulse_stack.testing import DatabaseServer

from .conftest import Site

_WAIT_S = 30
_PASSWORD = "correct horse battery staple"
_SOON_S = 15  # a worker looks by itself every 30 s


class Page:
    """A page that watches over Socket.IO."""

    def __init__(self, site: Site, browser: requests.Session) -> None:
        self.events: queue.Queue[tuple[str, tuple[Any, ...]]] = queue.Queue()
        self.ended = queue.Queue[str]()
        http = site.browser()
        # The client reads and writes on two threads, too.
        secure = ssl.create_default_context(cafile=str(http.verify))
        address = urlsplit(site.api_url)
        plain = socket.create_connection((address.hostname, address.port), timeout=_WAIT_S)
        connection = SharedTlsSocket(secure.wrap_socket(plain, server_hostname=address.hostname))
        self.socket = socketio.Client(
            http_session=http,
            reconnection=False,
            serializer="msgpack",
            websocket_extra_options={"socket": connection},
        )
        for name in ("frame", "connected", "session", "ended", "replica", "audit"):
            self.socket.on(name, lambda *content, name=name: self.events.put((name, content)))
        self.socket.on("disconnect", lambda reason: self.ended.put(reason))
        cookie = "; ".join(f"{item.name}={item.value}" for item in browser.cookies)
        self.socket.connect(site.api_url, headers={"Cookie": cookie}, transports=["websocket"])

    def watch(self, clients: Any = "*", since: dict[str, int] | None = None) -> pb.LiveSnapshot:
        answer = self.socket.call("watch", {"clients": clients, "since": since or {}}, timeout=_WAIT_S)
        return pb.LiveSnapshot.FromString(answer["snapshot"])

    def wait_for(self, channel: str) -> tuple[Any, ...]:
        """The next frame of that channel."""
        while True:
            name, content = self.events.get(timeout=_WAIT_S)
            if name == "frame" and content[1] == channel:
                return content

    def wait_for_event(self, wanted: str) -> tuple[Any, ...]:
        """The next event of that name, which comes by itself and not by the worker's own rounds."""
        while True:
            name, content = self.events.get(timeout=_SOON_S)
            if name == wanted:
                return content

    def wait_for_connected(self) -> tuple[Any, ...]:
        while True:
            name, content = self.events.get(timeout=_WAIT_S)
            if name == "connected":
                return content


@contextmanager
def _page(site: Site, browser: requests.Session) -> Iterator[Page]:
    page = Page(site, browser)
    try:
        yield page
    finally:
        page.socket.disconnect()


def _enrol(site: Site, name: str, directory: Path) -> None:
    enrol(site.api_url, site.run("issue-code", "--client", name), directory)


def _rows(site: Site, name: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(site.database_url) as connection:
        return connection.execute(
            "SELECT record_seq, metric, value_int, value_double, value_decimal, value_bool FROM samples"
            " WHERE client = %s ORDER BY record_seq",
            (name,),
            binary=True,
        ).fetchall()


@pytest.mark.proves("D1", "D2", "E1", "PP-TD-1")
def test_what_a_client_records_is_in_the_database_and_on_the_page(site: Site, client_name: str, tmp_path: Path) -> None:
    site.start("ingest", "web")
    _enrol(site, client_name, tmp_path)
    with _page(site, site.administrator()) as page, Client.open(tmp_path) as client:
        first = page.watch()
        assert not first.missed
        metrics = [
            client.metric("count", ValueType.INT64),
            client.metric("level", ValueType.DOUBLE),
            client.metric("price", ValueType.DECIMAL, scale=3),
            client.metric("open", ValueType.BOOL),
        ]
        values: list[Any] = [-(2**63), -0.0, Decimal("-123456789012345678901234567890.125"), False]
        site.wait_until(lambda: client.stats().link.value == "online", "the client is online")
        for metric, value in zip(metrics, values, strict=True):
            metric.record(value)
        assert client.wait_drained(_WAIT_S)
        client_id, channel, seq, body, received_us = page.wait_for("live")
        assert (client_id, channel) == (client_name, "live")
        assert pb.Batch.FromString(body).columns
        assert seq < 2**53 and received_us > 0
        page.wait_for("committed")
        rows = _rows(site, client_name)
        assert [[value for value in row[2:] if value is not None] for row in rows] == [[value] for value in values]
        assert math.copysign(1, rows[1][3]) == -1
        snapshot = page.watch()
        (mine,) = [entry for entry in snapshot.clients if entry.client == client_name]
        assert mine.connected and len(mine.latest.columns) == 4
        assert mine.completeness.complete_to == 4 and mine.completeness.missing == 0


@pytest.mark.proves("W11")
def test_a_page_sees_a_client_come_and_go_with_the_reason(site: Site, client_name: str, tmp_path: Path) -> None:
    site.start("ingest", "web")
    _enrol(site, client_name, tmp_path)
    with _page(site, site.administrator()) as page:
        page.watch([client_name])
        with Client.open(tmp_path):
            assert page.wait_for_connected()[:2] == (client_name, True)
        name, connected, since_us, reason = page.wait_for_connected()
        assert (name, connected, reason) == (client_name, False, "clean")
        assert abs(since_us - time.time_ns() // 1000) < 60_000_000


@pytest.mark.proves("W14")
def test_a_page_that_comes_back_gets_what_it_missed_or_a_new_picture(
    site: Site, client_name: str, tmp_path: Path
) -> None:
    site.start("ingest", "web")
    _enrol(site, client_name, tmp_path)
    browser = site.administrator()
    with Client.open(tmp_path) as client:
        metric = client.metric("count", ValueType.INT64)
        with _page(site, browser) as page:
            page.watch()
            metric.record(1)
            last = page.wait_for("committed")[2]
        metric.record(2)
        assert client.wait_drained(_WAIT_S)

        def missed() -> list[Any]:
            with _page(site, browser) as page:
                answer = page.watch(since={client_name: last})
                assert client_name not in {entry.client for entry in answer.clients}
                return [frame for frame in answer.missed if frame.channel == "committed"]

        site.wait_until(missed, "the frames that were missed are replayed")
        with _page(site, browser) as page:
            answer = page.watch(since={client_name: 5})
            assert client_name in {entry.client for entry in answer.clients}
            assert client_name not in {frame.client for frame in answer.missed}


@pytest.mark.proves("W14", "D2")
def test_answers_and_frames_to_one_page_never_mix(site: Site, client_name: str, tmp_path: Path) -> None:
    site.start("ingest", "web")
    _enrol(site, client_name, tmp_path)
    with Client.open(tmp_path) as client, _page(site, site.administrator()) as page:
        metric = client.metric("count", ValueType.INT64)
        done = threading.Event()

        def record() -> None:
            while not done.is_set():
                metric.record(1)

        page.watch()
        recording = threading.Thread(target=record)
        recording.start()
        try:
            for _ in range(100):
                assert page.watch(since={client_name: 5}).hub_time_us
        finally:
            done.set()
            recording.join()
        assert page.socket.connected


@pytest.mark.proves("W14")
def test_a_fresh_web_worker_knows_the_last_values(site: Site, client_name: str, tmp_path: Path) -> None:
    site.start("ingest", "web")
    _enrol(site, client_name, tmp_path)
    with Client.open(tmp_path) as client:
        client.record_many(
            [
                Sample(client.metric("count", ValueType.INT64).id, 2**63 - 1),
                Sample(client.metric("price", ValueType.DECIMAL, scale=2).id, Decimal("12.50")),
            ]
        )
        assert client.wait_drained(_WAIT_S)
    site.stop("web")
    site.start("web")
    with _page(site, site.administrator()) as page:
        snapshot = page.watch()
    (mine,) = [entry for entry in snapshot.clients if entry.client == client_name]
    found = {column.metric_id: column for column in mine.latest.columns}
    assert list(found[1].int64_values.values) == [2**63 - 1]
    assert list(found[2].decimal_values.unscaled) == [1250]
    assert not mine.connected
    assert pb.CatalogueContent.FromString(mine.catalogue.content).metrics


@pytest.mark.proves("F2", "X4")
def test_without_a_session_no_socket_is_let_in_and_its_end_ends_the_socket(site: Site) -> None:
    site.start("ingest", "web")
    with pytest.raises(RefusedByServer), _page(site, site.browser()):
        pass
    browser = site.administrator()
    with _page(site, browser) as page:
        page.watch()
        assert page.socket.call("ping-app", {"t": 1.5}, timeout=_WAIT_S)["t"] == 1.5
        assert browser.delete(f"{site.api_url}/api/v1/session").status_code == 204
        page.ended.get(timeout=_WAIT_S)


@pytest.mark.proves("C6", "C7", "X4", "W23")
def test_what_another_program_changes_reaches_an_open_page_at_once(
    site: Site, client_name: str, tmp_path: Path
) -> None:
    """The edits are made here, as ingest makes those that come from a desktop: web hears of them from PostgreSQL."""
    site.start("ingest", "web")
    _enrol(site, client_name, tmp_path)
    replica = database.replica(database.engine(site.database_url, pool_size=1))
    with replica.engine.connect() as connection:
        admin = find_user(connection, "admin")
    assert admin is not None
    bob, viewer = uuid.uuid4(), built_in_role_id("viewer")
    account = {"username": "bob", "password_hash": hash_password(_PASSWORD), "enabled": True}
    replica.edit([Edit(Kind.USER, bob, account), give_role(bob, viewer)], actor=admin)
    browser = site.browser()
    credentials = {"username": "bob", "password": _PASSWORD}
    assert browser.post(f"{site.api_url}/api/v1/session", json=credentials).status_code == 200
    with Client.open(tmp_path) as client, _page(site, browser) as page:
        assert [entry.client for entry in page.watch().clients] == [client_name]
        with replica.engine.begin() as connection:
            audit.record(connection, actor="ada", address="", action="session:begin", subject="ada")
        assert page.wait_for_event("audit") == ()
        replica.edit([take_role(bob, viewer)], actor=admin)
        (news,) = page.wait_for_event("session")
        assert news["rights"] == [] and news["user"]["username"] == "bob"
        assert browser.get(f"{site.api_url}/api/v1/clients").status_code == 403
        client.metric("count", ValueType.INT64).record(1)
        assert client.wait_drained(_WAIT_S)
        assert not page.watch().clients
        assert not [name for name, _ in list(page.events.queue) if name == "frame"], "the page has left the rooms"
        replica.edit([Edit(Kind.USER, bob, {"enabled": False})], actor=admin)
        assert page.wait_for_event("ended") == ("access",)
        page.ended.get(timeout=_SOON_S)
    assert browser.get(f"{site.api_url}/api/v1/session").status_code == 401


@pytest.mark.proves("C6")
def test_a_worker_that_lost_the_database_looks_at_everything_again(own_database: DatabaseServer) -> None:
    heard: queue.Queue[frozenset[str]] = queue.Queue()
    url = own_database.new_database()
    database.migrate(url)
    notifications = Notifications(database.conninfo(url), lambda channels: heard.put(frozenset(channels)))
    notifications.start()
    try:
        assert heard.get(timeout=_WAIT_S) == {"replica_changed", "session_ended", "audit_written"}
        own_database.kill()
        own_database.restart()
        assert heard.get(timeout=_WAIT_S) == {"replica_changed", "session_ended", "audit_written"}
        with psycopg.connect(url) as connection:
            connection.execute("DELETE FROM web_sessions")
        assert heard.get(timeout=_WAIT_S) == {"session_ended"}
    finally:
        notifications.close()


def test_requests_that_can_not_be_read_are_answered_and_end_nothing(site: Site) -> None:
    site.start("ingest", "web")
    with _page(site, site.administrator()) as page:
        for content in (None, 5, {"clients": 7}, {"clients": ["x" * 100]}, {"clients": "*", "since": {"a": "b"}}):
            answer = page.socket.call("watch", content, timeout=_WAIT_S)
            assert answer["error"] == "invalid_input"
        assert page.socket.call("ping-app", "nonsense", timeout=_WAIT_S)["t"] is None
        assert page.socket.call("unwatch", {}, timeout=_WAIT_S) == {}
        assert page.watch().hub_time_us


@pytest.mark.proves("E1", "PP-TD-10")
def test_killing_ingest_again_and_again_loses_and_doubles_nothing(site: Site, client_name: str, tmp_path: Path) -> None:
    site.start("ingest", "web")
    _enrol(site, client_name, tmp_path)
    with Client.open(tmp_path) as client:
        metric = client.metric("count", ValueType.INT64)
        for round_ in range(3):
            for number in range(200):
                metric.record(round_ * 200 + number)
            site.kill("ingest")
            for number in range(50):
                metric.record(-number)
            site.start("ingest")
        assert client.wait_drained(60)
        assert client.stats().dead_letters == 0
    rows = _rows(site, client_name)
    assert [row[0] for row in rows] == list(range(1, 751))


@pytest.mark.proves("E1", "PP-TD-5")
def test_while_the_database_is_away_nothing_is_lost_and_ingest_stays(
    site: Site, client_name: str, tmp_path: Path
) -> None:
    site.start("ingest", "web")
    _enrol(site, client_name, tmp_path)
    browser = site.administrator()
    with psycopg.connect(site.database_url) as connection:
        name = connection.info.dbname
    elsewhere = make_url(site.database_url).set(database="postgres").render_as_string(hide_password=False)
    with Client.open(tmp_path) as client, psycopg.connect(elsewhere, autocommit=True) as server:
        metric = client.metric("count", ValueType.INT64)
        metric.record(1)
        assert client.wait_drained(_WAIT_S)
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))
        for number in range(2, 6):
            metric.record(number)
        assert not client.wait_drained(1)
        assert browser.get(f"{site.api_url}/readyz").status_code == 503
        answer = browser.get(f"{site.api_url}/api/v1/clients")
        assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
        server.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS true").format(sql.Identifier(name)))
        assert client.wait_drained(60)
        assert client.stats().dead_letters == 0
    assert [row[2] for row in _rows(site, client_name)] == [1, 2, 3, 4, 5]
    assert site.programs["ingest"].poll() is None


@pytest.mark.proves("A6")
def test_a_revoked_client_is_refused_and_the_page_is_told(site: Site, client_name: str, tmp_path: Path) -> None:
    site.start("ingest", "web")
    _enrol(site, client_name, tmp_path)
    browser = site.administrator()
    with _page(site, browser) as page, Client.open(tmp_path) as client:
        page.watch()
        metric = client.metric("count", ValueType.INT64)
        metric.record(1)
        assert client.wait_drained(_WAIT_S)
        answer = browser.post(f"{site.api_url}/api/v1/clients/{client_name}/revoke")
        assert answer.status_code == 204
        page.wait_for("client-changed")
        site.wait_until(lambda: metric.record(2) and client.stats().link.value == "refused", "the client is refused")
        assert client.stats().queued > 0
    assert not any(row[2] == 2 for row in _rows(site, client_name)[50:])


def test_bootstrap_can_be_run_again(site: Site, tmp_path: Path) -> None:
    password = tmp_path / "admin.password"
    password.write_text("another good password\n")
    site.environment["PP_ADMIN_PASSWORD_FILE"] = str(password)
    site.run("migrate")
    assert "nothing was changed" in site.run("bootstrap")
    site.environment["PP_ADMIN_USERNAME"] = "second"
    assert "was made" in site.run("bootstrap")
