"""Gunicorn's threaded worker, for a port that strangers reach: no connection keeps a thread for ever, and the thread
that accepts waits for none."""

from __future__ import annotations

import contextlib
import errno
import socket
import ssl
import time
from collections.abc import Callable
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

_GOODBYE_S = 1.0
_GOODBYE_BYTES = 1 << 20


class PunctualTlsSocket(ssl.SSLSocket):
    """A connection of the server's that waits for nobody beyond its time.

    Gunicorn says `setblocking(True)` where it begins to wait for a request, and would then wait for ever."""

    request_s = 10.0
    """How long a handshake, or a request from its first byte to its last, may take to come."""
    answer_s = 20.0
    """How long nothing of an answer may be taken."""
    _due_s = 0.0

    def setblocking(self, flag: bool) -> None:
        """A request begins, or none is waited for. Nothing when it is closed."""
        if self.fileno() < 0:
            return
        self._due_s = time.monotonic() + self.request_s
        self.settimeout(self.answer_s if flag else 0.0)

    def do_handshake(self, block: bool = False) -> None:
        """As its base, within the time of a request. Raises `ConnectionResetError` after it."""
        self.setblocking(True)
        try:
            super().do_handshake(block)
        except TimeoutError as error:
            raise _late() from error

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """As its base. Raises `ConnectionResetError` when the request took too long to come."""
        waits = self.gettimeout() != 0
        if waits:
            left_s = self._due_s - time.monotonic()
            if left_s <= 0:
                raise _late()
            self.settimeout(left_s)
        try:
            return super().recv(buflen, flags)
        except TimeoutError as error:
            raise _late() from error
        finally:
            if waits and self.fileno() >= 0:
                self.settimeout(self.answer_s)


class Worker(ThreadWorker):
    """One worker. The threads of its pool also say goodbye."""

    def handle(self, conn: TConn) -> Any:
        """Serve a request; whether its connection stays."""
        stays = super().handle(conn)
        if not stays:
            say_goodbye(conn.sock)
        return stays


def tls_context(_config: Any, make: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Gunicorn's context, for connections that are punctual."""
    context = make()
    context.sslsocket_class = PunctualTlsSocket
    return context


def say_goodbye(connection: socket.socket) -> None:
    """Wait a moment for the peer to close: closing over what was not read yet would cost it the end of the answer.

    Gunicorn itself waits on the thread that accepts: a few peers that do not close would stop the server."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_WR)
        until_s, left = time.monotonic() + _GOODBYE_S, _GOODBYE_BYTES
        while left > 0 and (wait_s := until_s - time.monotonic()) > 0:
            connection.settimeout(wait_s)
            piece = socket.socket.recv(connection, 4096)
            if not piece:
                break
            left -= len(piece)
    with contextlib.suppress(OSError):
        # Now there is nothing to wait for any more.
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def _late() -> ConnectionResetError:
    return ConnectionResetError(errno.ECONNRESET, "the request took too long to come")
