"""What PostgreSQL tells: one connection that listens, made anew whenever it breaks."""

from __future__ import annotations

import logging
import os
import select
import threading
from collections.abc import Callable, Collection

import psycopg
from psycopg.conninfo import make_conninfo

_log = logging.getLogger(__name__)

REPLICA_CHANGED = "replica_changed"
SESSION_ENDED = "session_ended"
AUDIT_WRITTEN = "audit_written"
_CHANNELS = (REPLICA_CHANGED, SESSION_ENDED, AUDIT_WRITTEN)
_RETRY_EVERY_S = 1.0
_KEEPALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}


class Notifications:
    """Calls `heard` with the channels that something came on, on a thread of its own. Whenever it begins to listen,
    `heard` is called with all of them: something may have been missed."""

    def __init__(self, conninfo: str, heard: Callable[[Collection[str]], object]) -> None:
        self._conninfo = make_conninfo(conninfo, connect_timeout=5, **_KEEPALIVE)
        self._heard = heard
        self._closing = threading.Event()
        self._wake_reader, self._wake_writer = os.pipe()
        self._thread = threading.Thread(target=self._run, name="notifications", daemon=True)

    def start(self) -> None:
        """Begin to listen. Returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop listening."""
        if self._closing.is_set():
            return
        self._closing.set()
        os.write(self._wake_writer, b"x")
        if self._thread.ident is not None:
            self._thread.join(5)
        os.close(self._wake_writer)
        os.close(self._wake_reader)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as connection:
                    for channel in _CHANNELS:
                        connection.execute(f"LISTEN {channel}".encode())
                    self._tell(_CHANNELS)
                    self._listen(connection)
            except psycopg.OperationalError as error:
                _log.warning("the database tells nothing now: %s", str(error).partition("\n")[0])
                self._closing.wait(_RETRY_EVERY_S)

    def _listen(self, connection: psycopg.Connection) -> None:
        while True:
            select.select([connection.fileno(), self._wake_reader], [], [])
            if self._closing.is_set():
                return
            connection.pgconn.consume_input()
            channels = set()
            while (notification := connection.pgconn.notifies()) is not None:
                channels.add(notification.relname.decode())
            if channels:
                self._tell(channels)

    def _tell(self, channels: Collection[str]) -> None:
        try:
            self._heard(channels)
        except Exception:  # noqa: BLE001 - who listens must not end the listening
            _log.exception("what the database told could not be handled")
