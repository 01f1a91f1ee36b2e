"""A TLS connection that one thread reads while others write: what a WebSocket needs of the server's sockets."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from typing import Any

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


class SharedTlsSocket:
    """`connection` with calls that may come from several threads at once.

    OpenSSL allows one call at a time on a connection, and `ssl` does not see to that in every Python: a read beside a
    write now and then finds an end that is not there. Here nobody waits inside OpenSSL, so that a lock can be held
    around each call."""

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._timeout_s = connection.gettimeout()
        connection.setblocking(False)
        self._connection = connection
        self._call = threading.Lock()
        self._message = threading.Lock()

    def recv(self, size: int) -> bytes:
        """At most `size` bytes; none at the end. Raises `OSError`, also when nothing came in time."""
        while True:
            with self._call:
                try:
                    return self._connection.recv(size)
                except ssl.SSLWantReadError:
                    wanted = select.POLLIN
                except ssl.SSLWantWriteError:
                    wanted = select.POLLOUT
            self._wait(wanted)

    def send(self, data: bytes) -> int:
        """Send all of `data`, undivided by what other threads send. Raises `OSError`."""
        left = memoryview(data)
        with self._message:
            while left:
                with self._call:
                    try:
                        left = left[self._connection.send(left) :]
                        continue
                    except ssl.SSLWantReadError:
                        wanted = select.POLLIN
                    except ssl.SSLWantWriteError:
                        wanted = select.POLLOUT
                self._wait(wanted)
        return len(data)

    def sendall(self, data: bytes) -> None:
        """As `send`."""
        self.send(data)

    def close(self) -> None:
        """End the connection, and whatever waits on it. Idempotent."""
        with contextlib.suppress(OSError):
            # Not the connection's own: that would let a reader go on without TLS.
            socket.socket.shutdown(self._connection, socket.SHUT_RDWR)
        with self._call:
            self._connection.close()

    def fileno(self) -> int:
        """The file descriptor; -1 once closed."""
        return self._connection.fileno()

    def gettimeout(self) -> float | None:
        """The longest wait of a call, in seconds; None for no limit."""
        return self._timeout_s

    def settimeout(self, timeout_s: float | None) -> None:
        """Set the longest wait of a call, in seconds; None for no limit."""
        self._timeout_s = timeout_s

    def _wait(self, wanted: int) -> None:
        descriptor = self.fileno()
        if descriptor < 0:
            raise OSError("the connection was closed")
        waiting = select.poll()
        waiting.register(descriptor, wanted)
        if not waiting.poll(None if self._timeout_s is None else self._timeout_s * 1000):
            raise TimeoutError(f"nothing happened on the connection for {self._timeout_s} s")


def share_websockets(application: Wsgi) -> Wsgi:
    """`application`, with the connections of its WebSockets made fit for several threads."""

    def call(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        connection = environ.get("gunicorn.socket")
        if isinstance(connection, ssl.SSLSocket) and environ.get("HTTP_UPGRADE", "").lower() == "websocket":
            environ["gunicorn.socket"] = SharedTlsSocket(connection)
        return application(environ, start_response)

    return call
