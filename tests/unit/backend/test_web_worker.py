"""The server's connections towards those who send slowly, take nothing, or do not close."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from precisionpulse_backend.web_worker import PunctualTlsSocket, say_goodbye, tls_context
from precisionpulse_stack import pki


class Hasty(PunctualTlsSocket):
    """With no time to lose."""

    request_s = answer_s = 0.05


@pytest.fixture
def contexts(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """The server's and a client's."""
    site = pki.ensure_pki(tmp_path)
    server = tls_context(None, lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
    server.load_cert_chain(site.api.certificate, site.api.key)
    return server, ssl.create_default_context(cafile=str(site.site_ca.certificate))


@pytest.fixture
def pair(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[tuple[ssl.SSLSocket, ssl.SSLSocket]]:
    """Both ends of a connection, after the handshake; the server's has little time."""
    server_side, client_side = contexts
    ours, theirs = socket.socketpair()
    client: list[ssl.SSLSocket] = []
    greeting = threading.Thread(
        target=lambda: client.append(client_side.wrap_socket(theirs, server_hostname="localhost"))
    )
    greeting.start()
    server = server_side.wrap_socket(ours, server_side=True)
    greeting.join()
    server.__class__ = Hasty
    with closing(server), closing(client[0]):
        yield server, client[0]


@pytest.mark.proves("F2")
def test_a_handshake_that_does_not_come_is_given_up(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> None:
    server_side, _ = contexts
    assert server_side.sslsocket_class is PunctualTlsSocket
    server_side.sslsocket_class = Hasty
    ours, theirs = socket.socketpair()
    with theirs:
        theirs.sendall(b"\x16")
        with (
            closing(server_side.wrap_socket(ours, server_side=True, do_handshake_on_connect=False)) as server,
            pytest.raises(ConnectionResetError),
        ):
            server.do_handshake()


@pytest.mark.proves("F2")
def test_a_request_that_comes_in_drops_is_given_up(pair: tuple[ssl.SSLSocket, ssl.SSLSocket]) -> None:
    server, client = pair
    given_up = threading.Event()

    def drip() -> None:
        while not given_up.wait(0.001):
            client.send(b"x")

    dripping = threading.Thread(target=drip)
    dripping.start()
    server.setblocking(True)
    try:
        with pytest.raises(ConnectionResetError):
            _take_all(server)
    finally:
        given_up.set()
        dripping.join()


def _take_all(server: ssl.SSLSocket) -> None:
    while server.recv(1) == b"x":
        pass


@pytest.mark.proves("F2")
def test_an_answer_that_nobody_takes_is_given_up(pair: tuple[ssl.SSLSocket, ssl.SSLSocket]) -> None:
    server, _ = pair
    server.setblocking(True)
    with pytest.raises(TimeoutError):
        server.sendall(bytes(64 << 20))


@pytest.mark.proves("F2")
def test_after_the_goodbye_there_is_nothing_to_wait_for(pair: tuple[ssl.SSLSocket, ssl.SSLSocket]) -> None:
    """Gunicorn itself waits on the thread that accepts, until the peer closes; here it does not."""
    server, client = pair
    server.sendall(b"the answer")
    say_goodbye(server)
    server.settimeout(None)
    assert socket.socket.recv(server, 1) == b""
    assert client.recv(100) == b"the answer"
    server.close()
    say_goodbye(server)
    server.setblocking(True)
