"""One TLS connection, several threads: everything arrives, and nothing ends by itself."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from precisionpulse_backend.tls_socket import SharedTlsSocket, share_websockets
from precisionpulse_stack import pki

MESSAGES, SIZE = 5000, 700


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[ssl.SSLSocket, ssl.SSLSocket]]:
    """Both ends of a connection, after the handshake."""
    site = pki.ensure_pki(tmp_path)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(site.api.certificate, site.api.key)
    client_side = ssl.create_default_context(cafile=str(site.site_ca.certificate))
    ours, theirs = socket.socketpair()
    ours.settimeout(60)
    theirs.settimeout(60)
    client: list[ssl.SSLSocket] = []
    greeting = threading.Thread(
        target=lambda: client.append(client_side.wrap_socket(theirs, server_hostname="localhost"))
    )
    greeting.start()
    server = server_side.wrap_socket(ours, server_side=True)
    greeting.join()
    yield server, client[0]
    server.close()
    client[0].close()


def receive(connection: SharedTlsSocket, size: int) -> bytes:
    """Exactly `size` bytes, or fewer where the connection ends."""
    got = bytearray()
    while len(got) < size and (piece := connection.recv(65536)):
        got += piece
    return bytes(got)


@pytest.mark.proves("D2", "D6")
def test_reads_beside_writes_of_two_threads_lose_nothing_and_mix_no_message(
    pair: tuple[ssl.SSLSocket, ssl.SSLSocket],
) -> None:
    ends = [SharedTlsSocket(end) for end in pair]
    expected = 2 * MESSAGES * SIZE
    arrived: dict[int, bytes] = {}

    def read(number: int) -> None:
        arrived[number] = receive(ends[number], expected)

    def write(number: int, letter: bytes) -> None:
        for _ in range(MESSAGES):
            ends[number].sendall(letter * SIZE)

    threads = [threading.Thread(target=read, args=(number,)) for number in (0, 1)]
    threads += [threading.Thread(target=write, args=(number, letter)) for number in (0, 1) for letter in (b"a", b"b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for content in arrived.values():
        assert len(content) == expected
        messages = {content[at : at + SIZE] for at in range(0, expected, SIZE)}
        assert messages == {b"a" * SIZE, b"b" * SIZE}


def test_closing_ends_a_read_that_waits(pair: tuple[ssl.SSLSocket, ssl.SSLSocket]) -> None:
    server = SharedTlsSocket(pair[0])
    server.settimeout(None)
    ended = threading.Event()

    def read() -> None:
        with contextlib.suppress(OSError):
            assert server.recv(10) == b""
        ended.set()

    threading.Thread(target=read, daemon=True).start()
    server.close()
    server.close()
    assert ended.wait(60)


def test_silence_for_too_long_is_an_error(pair: tuple[ssl.SSLSocket, ssl.SSLSocket]) -> None:
    server = SharedTlsSocket(pair[0])
    server.settimeout(0.01)
    with pytest.raises(TimeoutError, match=r"0\.01 s"):
        server.recv(10)


def test_a_message_that_was_taken_in_part_is_the_last(pair: tuple[ssl.SSLSocket, ssl.SSLSocket]) -> None:
    server = SharedTlsSocket(pair[0])
    server.settimeout(0.01)
    for message in (bytes(64 << 20), b"goodbye"):
        with pytest.raises(BrokenPipeError):
            server.send(message)
    assert server.fileno() == -1


def test_only_websockets_are_shared(pair: tuple[ssl.SSLSocket, ssl.SSLSocket]) -> None:
    seen = []
    application = share_websockets(lambda environ, _start: seen.append(environ["gunicorn.socket"]) or [])
    application({"gunicorn.socket": pair[0]}, None)
    application({"gunicorn.socket": pair[0], "HTTP_UPGRADE": "WebSocket"}, None)
    assert seen[0] is pair[0]
    assert isinstance(seen[1], SharedTlsSocket)


def test_the_server_gets_a_connection_back_only_when_no_thread_uses_it(
    pair: tuple[ssl.SSLSocket, ssl.SSLSocket],
) -> None:
    """It closes the descriptor then, and the next connection gets the same number."""
    lent: list[SharedTlsSocket] = []
    reading = threading.Thread(target=lambda: _read_to_the_end(lent[0]), daemon=True)

    def application(environ: dict[str, Any], _start: object) -> list[bytes]:
        lent.append(environ["gunicorn.socket"])
        reading.start()
        raise StopIteration

    with pytest.raises(StopIteration):
        share_websockets(application)({"gunicorn.socket": pair[0], "HTTP_UPGRADE": "websocket"}, None)
    for use in (lambda: lent[0].recv(1), lambda: lent[0].send(b"x")):
        with pytest.raises(OSError, match="was closed"):
            use()
    reading.join(60)
    assert not reading.is_alive()
    assert lent[0].fileno() == -1
    assert pair[0].fileno() >= 0, "the connection is the server's"


def test_an_answer_without_a_websocket_is_written_as_any_other(pair: tuple[ssl.SSLSocket, ssl.SSLSocket]) -> None:
    application = share_websockets(lambda _environ, _start: [b"refused"])
    assert application({"gunicorn.socket": pair[0], "HTTP_UPGRADE": "websocket"}, None) == [b"refused"]
    assert pair[0].gettimeout() == 60


def _read_to_the_end(connection: SharedTlsSocket) -> None:
    with contextlib.suppress(OSError):
        while connection.recv(100):
            pass
