"""What somebody on the network can do to the API's port without a session, and what a session does not give."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgpack
import psutil
import pytest
import requests
from werkzeug.test import EnvironBuilder, run_wsgi_app
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    BytesMessage,
    CloseConnection,
    Event,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)
from wsproto.extensions import PerMessageDeflate

from precisionpulse_backend.socket_door import MOST_CONNECTIONS, SocketDoor

if TYPE_CHECKING:
    from conftest import Api, Browser, Site  # type: ignore[import-not-found]

_WAIT_S = 60
_SOCKET_PATH = "/socket.io/?EIO=4&transport=websocket"


class WebSocket:
    """A browser's end of a WebSocket, one step at a time."""

    def __init__(self, site: Site, browser: requests.Session) -> None:
        address = urlsplit(site.api_url)
        plain = socket.create_connection((address.hostname, address.port), timeout=_WAIT_S)
        self.connection = ssl.create_default_context(cafile=site.ca_file).wrap_socket(
            plain, server_hostname=address.hostname
        )
        self.state = WSConnection(ConnectionType.CLIENT)
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser.cookies)
        self.send(
            Request(
                host="localhost",
                target=_SOCKET_PATH,
                extensions=[PerMessageDeflate()],
                extra_headers=[(b"Cookie", cookies.encode())] if cookies else [],
            )
        )
        self._seen: list[Event] = []

    def send(self, event: Event) -> None:
        self.connection.sendall(self.state.send(event))

    def next(self) -> Event:
        """What the server says next; pings are passed over."""
        while not self._seen:
            data = self.connection.recv(65536)
            assert data, "the server closed without a word"
            self.state.receive_data(data)
            self._seen = [event for event in self.state.events() if not isinstance(event, Ping)]
        return self._seen.pop(0)

    def close(self) -> None:
        self.connection.close()


def _open(site: Site, browser: requests.Session) -> WebSocket:
    """As far as Engine.IO's first packet."""
    page = WebSocket(site, browser)
    assert isinstance(page.next(), AcceptConnection)
    opened = page.next()
    assert isinstance(opened, TextMessage) and opened.data.startswith("0{")
    return page


@pytest.mark.proves("F2", "X4")
def test_strangers_neither_hold_the_threads_of_the_server_nor_stop_it(site: Site) -> None:
    threads = 24
    site.environment["PP_WEB_THREADS"] = str(threads)
    site.start("web")
    program = psutil.Process(site.programs["web"].pid)
    (worker,) = program.children()
    browser = site.browser()
    address = urlsplit(site.api_url)
    context = ssl.create_default_context(cafile=site.ca_file)
    with ExitStack() as opened:
        for _ in range(threads + 1):
            stranger = opened.enter_context(closing(WebSocket(site, browser)))
            refused = stranger.next()
            assert isinstance(refused, RejectConnection) and refused.status_code == 401
        assert browser.get(f"{site.api_url}/socket.io/?EIO=4&transport=polling", timeout=_WAIT_S).status_code == 401
        # These want one answer, and do not close. Gunicorn waits for each on the thread that accepts, and then takes
        # its worker for dead.
        waiting = []
        for _ in range(threads - 4):
            plain = socket.create_connection((address.hostname, address.port), timeout=_WAIT_S)
            waiting.append(opened.enter_context(context.wrap_socket(plain, server_hostname=address.hostname)))
        for stranger_s in waiting:
            stranger_s.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        for stranger_s in waiting:
            assert stranger_s.recv(12) == b"HTTP/1.1 200"
        # And these stop in the middle of their handshake.
        for _ in range(threads - 4):
            plain = opened.enter_context(socket.create_connection((address.hostname, address.port)))
            plain.sendall(b"\x16\x03")
        assert browser.get(f"{site.api_url}/healthz", timeout=_WAIT_S).status_code == 200
    assert program.children() == [worker]


@pytest.mark.proves("F2", "X4")
def test_a_page_takes_neither_the_memory_of_the_server_nor_its_threads(site: Site) -> None:
    site.start("web")
    browser = site.administrator()
    with closing(_open(site, browser)) as page:
        # It is small on the way, and is given up while it unpacks.
        page.send(BytesMessage(data=bytes(16 << 20)))
        ending = page.next()
        assert isinstance(ending, CloseConnection) and ending.code == 1009
    with closing(_open(site, browser)) as page:
        page.send(BytesMessage(data=msgpack.packb({"type": 0, "nsp": "/", "data": {}})))
        assert msgpack.unpackb(_bytes(page.next()))["type"] == 0
        for number in range(300):
            asked = ["watch", {"clients": "*"}] if number % 3 else ["ping-app", {"t": number}]
            page.send(BytesMessage(data=msgpack.packb({"type": 2, "nsp": "/", "id": number, "data": asked})))
        answered = [msgpack.unpackb(_bytes(page.next()))["id"] for _ in range(300)]
    # One after another: each in a thread of its own, a flood would take as many.
    assert answered == list(range(300))


def _bytes(event: Event) -> bytes:
    assert isinstance(event, BytesMessage), event
    return bytes(event.data)


@pytest.mark.proves("F2")
def test_nobody_has_more_than_so_many_sockets_at_once(api: Api) -> None:
    let_go, inside = threading.Event(), threading.Semaphore(0)

    def application(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        inside.release()
        assert let_go.wait(_WAIT_S)
        start_response("200 OK", [])
        return [b""]

    door = SocketDoor(application, api.engine, api.web.app.extensions["doorkeeper"].sessions)
    somebody, else_ = api.administrator(), api.person("viewer")

    def ask(browser: Browser) -> str:
        builder = EnvironBuilder("/socket.io/?EIO=4", headers={"Cookie": f"pp_session={browser.token}"})
        return str(run_wsgi_app(door, builder.get_environ())[1])

    got: list[str] = []
    threads = [
        threading.Thread(target=lambda browser=browser: got.append(ask(browser)))
        for browser in [somebody] * MOST_CONNECTIONS + [else_]
    ]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert inside.acquire(timeout=_WAIT_S)
    assert ask(somebody).startswith("429")
    let_go.set()
    for thread in threads:
        thread.join()
    assert got == ["200 OK"] * len(threads)
    assert ask(somebody) == "200 OK"
