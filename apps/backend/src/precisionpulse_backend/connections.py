"""One psycopg connection a thread, made when needed and again after a loss; every fault becomes one kind of error."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from precisionpulse_sdk.errors import StoreUnavailableError

_log = logging.getLogger(__name__)

_OPTIONS = (
    "-c statement_timeout=30000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=60000 -c timezone=UTC"
)


class ThreadConnections:
    """Connections in autocommit mode to one database."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._mine = threading.local()

    @contextmanager
    def use(self) -> Iterator[psycopg.Connection]:
        """The calling thread's connection.

        Raises `StoreUnavailableError` for every database error except `psycopg.DataError` and
        `psycopg.IntegrityError`, which say that the data is at fault."""
        try:
            yield self._connection()
        except (psycopg.DataError, psycopg.IntegrityError):
            raise
        except psycopg.Error as error:
            self.close()
            _log.warning("the database can't be used now: %s", str(error).partition("\n")[0])
            raise StoreUnavailableError("the database can't be used now") from error

    def close(self) -> None:
        """Close the calling thread's connection; the next use makes another."""
        connection: psycopg.Connection | None = getattr(self._mine, "connection", None)
        self._mine.connection = None
        if connection is not None:
            connection.close()

    def _connection(self) -> psycopg.Connection:
        connection: psycopg.Connection | None = getattr(self._mine, "connection", None)
        if connection is None or connection.closed:
            connection = psycopg.connect(self._conninfo, autocommit=True, connect_timeout=5, options=_OPTIONS)
            self._mine.connection = connection
        return connection
