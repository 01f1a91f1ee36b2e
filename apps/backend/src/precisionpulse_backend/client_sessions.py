"""Who may send, under which keys, and which session is the present one: the `ClientKeys` half of the hub's store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import psycopg

from precisionpulse_backend.connections import ThreadConnections
from precisionpulse_backend.keyring import Keyring
from precisionpulse_sdk.errors import RefusedError, StoreUnavailableError
from precisionpulse_sdk.hub import ClientRecord, OpenSession, SessionStart, check_not_rolled_back, check_order
from precisionpulse_sdk.ranges import Range, RangeSet
from precisionpulse_sdk.values import INT64_MAX

_FRESH_S = 0.5
"""How often it is asked whether any client changed: a revocation bites within a second, and a frame costs no query."""
_LAST_RESORT_S = 300.0
"""How long records are believed while the database is away: answers to clients can still be sealed then."""

_CLIENT = """
SELECT c.revoked_at IS NOT NULL, c.holds_accounts,
       array_agg(k.key_id ORDER BY k.key_id), array_agg(k.wrapped ORDER BY k.key_id)
FROM clients c LEFT JOIN client_keys k ON k.client = c.client AND k.retired_at IS NULL
WHERE c.client = %s GROUP BY c.client
"""
_SESSION = "SELECT install_id, epoch, salt FROM clients WHERE client = %s AND salt IS NOT NULL"
_LOCK = "SELECT install_id, epoch, salt FROM clients WHERE client = %s FOR UPDATE"
_INSTALL = """
INSERT INTO installs AS i (client, install_id, last_record_seq) VALUES (%s, %s, %s)
ON CONFLICT (client, install_id) DO UPDATE SET last_record_seq = greatest(i.last_record_seq, excluded.last_record_seq)
RETURNING catalogue_id, have + lost
"""
_BEGIN = "UPDATE clients SET install_id = %s, epoch = %s, salt = %s WHERE client = %s"


class _Cached(NamedTuple):
    revision: int
    record: ClientRecord | None


class ClientSessions:
    """Clients and their sessions in PostgreSQL; thread-safe. `monotonic_s` is the clock of the record cache."""

    def __init__(
        self, connections: ThreadConnections, keyring: Keyring, *, monotonic_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._connections = connections
        self._keyring = keyring
        self._monotonic_s = monotonic_s
        self._lock = threading.Lock()
        self._cache: dict[str, _Cached] = {}
        self._revision = 0
        self._asked_at_s = self._told_at_s = float("-inf")

    def client(self, client: str) -> ClientRecord | None:
        """As `ClientKeys.client`; at most half a second old while the database can be reached."""
        revision = self._present_revision()
        cached = self._cache.get(client)
        if cached is not None and cached.revision == revision:
            return cached.record
        # Read after the revision: what is read is at least as new.
        record = self._read(client)
        self._cache[client] = _Cached(revision, record)
        return record

    def session(self, client: str) -> OpenSession | None:
        """As `ClientKeys.session`."""
        with self._connections.use() as connection:
            row = connection.execute(_SESSION, (client,)).fetchone()
        return OpenSession(bytes(row[0]), row[1], bytes(row[2])) if row else None

    def begin_session(
        self, client: str, *, install_id: bytes, epoch: int, salt: bytes, last_record_seq: int
    ) -> SessionStart:
        """As `HubStore.begin_session`."""
        if not 0 < epoch <= INT64_MAX:
            raise RefusedError("MALFORMED", "the epoch does not fit 63 bits")
        with self._connections.use() as connection, connection.transaction():
            present = connection.execute(_LOCK, (client,)).fetchone()
            if present is None:
                raise RefusedError("UNKNOWN_CLIENT", "this client was never enrolled here: enrol it with a new code")
            old, new = _session_of(present), OpenSession(install_id, epoch, salt)
            if old != new:
                check_order(old, new)
            catalogue_id, accounted = _open_install(connection, client, install_id, min(last_record_seq, INT64_MAX))
            if old != new:
                check_not_rolled_back(last_record_seq, accounted)
            connection.execute(_BEGIN, (install_id, epoch, salt, client))
        return SessionStart(tuple(accounted), catalogue_id)

    def _present_revision(self) -> int:
        now_s = self._monotonic_s()
        with self._lock:
            if now_s - self._asked_at_s < _FRESH_S:
                return self._believed(now_s)
            self._asked_at_s = now_s
        try:
            with self._connections.use() as connection:
                row = connection.execute("SELECT number FROM client_revision").fetchone()
        except StoreUnavailableError:
            return self._believed(now_s)
        with self._lock:
            self._revision, self._told_at_s = (row[0] if row else 0), now_s
        return self._revision

    def _believed(self, now_s: float) -> int:
        if now_s - self._told_at_s > _LAST_RESORT_S:
            raise StoreUnavailableError("who may send can't be read from the database now")
        return self._revision

    def _read(self, client: str) -> ClientRecord | None:
        with self._connections.use() as connection:
            row = connection.execute(_CLIENT, (client,)).fetchone()
        if row is None:
            return None
        revoked, holds_accounts, key_ids, wrapped_keys = row
        keys = {
            key_id: self._keyring.unwrap_master_key(client, key_id, bytes(wrapped))
            for key_id, wrapped in zip(key_ids, wrapped_keys, strict=True)
            if key_id is not None
        }
        return ClientRecord(client, revoked or not keys, keys, max(keys, default=0), holds_accounts)


def _session_of(row: tuple[bytes | None, int, bytes | None]) -> OpenSession | None:
    install_id, epoch, salt = row
    return None if install_id is None or salt is None else OpenSession(bytes(install_id), epoch, bytes(salt))


def _open_install(
    connection: psycopg.Connection, client: str, install_id: bytes, last_record_seq: int
) -> tuple[bytes, RangeSet]:
    row = connection.execute(_INSTALL, (client, install_id, last_record_seq)).fetchone()
    if row is None:
        raise StoreUnavailableError("the install's row could not be read back")
    return bytes(row[0]), RangeSet(Range(piece.lower, piece.upper - 1) for piece in row[1])
