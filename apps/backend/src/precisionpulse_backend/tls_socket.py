"""A TLS connection that one thread reads while others write: what a WebSocket needs of the server's sockets."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

SILENCE_S = 45.0
"""How long a page may send nothing, or take nothing: more than Socket.IO's ping and the time for its answer."""


class SharedTlsSocket:
    """`connection` with calls that may come from several threads at once, until `close`. The connection's owner closes
    it for good.

    OpenSSL allows one call at a time on a connection, and `ssl` does not see to that in every Python: a read beside a
    write now and then finds an end that is not there. Here nobody waits inside OpenSSL, so that a lock can be held
    around each call."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._timeout_s = connection.gettimeout()
        connection.setblocking(False)
        self._connection = connection
        self._call = threading.Lock()
        self._message = threading.Lock()
        self._closed = False

    def recv(self, size: int) -> bytes:
        """At most `size` bytes; none at the end. Raises `OSError`, also when nothing came in time."""
        while True:
            with self._call:
                self._check_open()
                try:
                    return self._connection.recv(size)
                except ssl.SSLWantReadError:
                    wanted = select.POLLIN
                except ssl.SSLWantWriteError:
                    wanted = select.POLLOUT
            self._wait(wanted)

    def send(self, data: bytes) -> int:
        """Send all of `data`, undivided by what other threads send. Raises `BrokenPipeError`, and ends the connection,
        when it can't: what was sent in part can't be followed by anything else."""
        try:
            self._send(memoryview(data))
        except OSError as error:
            self.close()
            raise BrokenPipeError(errno.EPIPE, f"the connection has ended: {error}") from error
        return len(data)

    def sendall(self, data: bytes) -> None:
        """As `send`."""
        self.send(data)

    def close(self) -> None:
        """End the connection, and whatever waits on it. Idempotent.

        Once it has returned, no thread is inside OpenSSL for this connection, or will be: only then may its descriptor
        be closed, since the next connection gets the same number."""
        with contextlib.suppress(OSError):
            # Not the connection's own: that would let a reader go on without TLS.
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
        with self._call:
            self._closed = True

    def fileno(self) -> int:
        """The file descriptor; -1 once closed."""
        return -1 if self._closed else self._connection.fileno()

    def gettimeout(self) -> float | None:
        """The longest wait of a call, in seconds; None for no limit."""
        return self._timeout_s

    def settimeout(self, timeout_s: float | None) -> None:
        """Set the longest wait of a call, in seconds; None for no limit."""
        self._timeout_s = timeout_s

    def _send(self, left: memoryview) -> None:
        with self._message:
            while left:
                with self._call:
                    self._check_open()
                    try:
                        left = left[self._connection.send(left) :]
                        continue
                    except ssl.SSLWantReadError:
                        wanted = select.POLLIN
                    except ssl.SSLWantWriteError:
                        wanted = select.POLLOUT
                self._wait(wanted)

    def _check_open(self) -> None:
        if self._closed:
            raise OSError("the connection was closed")

    def _wait(self, wanted: int) -> None:
        descriptor = self.fileno()
        if descriptor < 0:
            raise OSError("the connection was closed")
        waiting = select.poll()
        waiting.register(descriptor, wanted)
        if not waiting.poll(None if self._timeout_s is None else self._timeout_s * 1000):
            raise TimeoutError(f"nothing happened on the connection for {self._timeout_s} s")


def share_websockets(application: Wsgi) -> Wsgi:
    """`application`, with the connections of its WebSockets made fit for several threads.

    The server gets a connection back when no thread uses it any more, and waits for no page that fell silent."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        connection = environ.get("gunicorn.socket")
        if not isinstance(connection, ssl.SSLSocket) or environ.get("HTTP_UPGRADE", "").lower() != "websocket":
            return application(environ, start_response)
        blocking_s = connection.gettimeout()
        shared = environ["gunicorn.socket"] = SharedTlsSocket(connection)
        shared.settimeout(SILENCE_S)
        try:
            answer = application(environ, start_response)
        except BaseException:
            # A WebSocket that has ended comes back this way, too.
            shared.close()
            raise
        connection.settimeout(blocking_s)
        return answer

    return call
