"""The outbox's file: its tables, its lock against a second process, and what SQLite's errors mean to a user."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import sys
from pathlib import Path
from typing import IO

from precisionpulse_sdk.errors import (
    ConfigurationError,
    DiskFullError,
    OutboxBusyError,
    OutboxDamagedError,
    StorageError,
)

OUTBOX_NAME = "outbox.sqlite3"
"""What the file is called in a client's directory, beside the identity."""

APPLICATION_ID = int.from_bytes(b"PPob")
"""`PRAGMA application_id` of every outbox."""

SCHEMA_VERSION = 1
"""`PRAGMA user_version` that this SDK writes and reads."""

QUICK_CHECK_BYTES = 16 << 20
"""Files up to this size are checked when they are opened (a few tens of ms); larger ones as they are read."""

MAX_LOG_BYTES = 16 << 20
"""The file's log is cut back to this size, when one large transaction made it longer."""

SCHEMA = """
CREATE TABLE install (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    install_id BLOB NOT NULL,
    epoch INTEGER NOT NULL,
    dropped INTEGER NOT NULL
);
CREATE TABLE metrics (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    type INTEGER NOT NULL,
    unit TEXT NOT NULL,
    scale INTEGER NOT NULL,
    description TEXT NOT NULL,
    interval_ms INTEGER NOT NULL,
    retired INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX metrics_in_use ON metrics (name) WHERE retired = 0;
CREATE TABLE local_buffer (
    record_seq INTEGER PRIMARY KEY AUTOINCREMENT,
    metric_id INTEGER NOT NULL,
    captured_us INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    clock INTEGER NOT NULL,
    value
);
CREATE TABLE dead_letters (
    record_seq INTEGER PRIMARY KEY,
    metric_id INTEGER NOT NULL,
    captured_us INTEGER NOT NULL,
    quality INTEGER NOT NULL,
    clock INTEGER NOT NULL,
    value,
    code INTEGER NOT NULL,
    detail TEXT NOT NULL,
    at_us INTEGER NOT NULL
);
CREATE TABLE gaps (
    gap_seq INTEGER PRIMARY KEY AUTOINCREMENT,
    first_seq INTEGER,
    last_seq INTEGER,
    cause INTEGER NOT NULL,
    count INTEGER NOT NULL,
    from_us INTEGER NOT NULL,
    to_us INTEGER NOT NULL,
    reported INTEGER NOT NULL DEFAULT 0
);
"""


def storage_error(error: sqlite3.Error, path: Path) -> StorageError:
    """What an error of SQLite means, in the SDK's words."""
    name = getattr(error, "sqlite_errorname", "")
    if name == "SQLITE_FULL":
        return DiskFullError(f"no space left for the outbox {path}: free some disk space")
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return OutboxDamagedError(
            f"the outbox {path} is damaged ({error}). Nothing was deleted. Keep the file for recovery (`sqlite3 {path} "
            ".recover`), move it away, and enrol this client again to start with an empty one"
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return OutboxBusyError(f"another program holds a lock on the outbox {path}: close it and try again")
    return StorageError(f"the outbox {path} could not be read or written ({name or 'SQLite'}: {error})")


def lock_file(path: Path) -> IO[bytes]:
    """Take the lock that keeps a second process out; closing the result, or the end of the process, gives it back."""
    lock_path = path.with_name(path.name + ".lock")
    handle = os.fdopen(os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o600), "r+b", buffering=0)
    try:
        _lock(handle)
    except OSError as error:
        with contextlib.suppress(OSError):
            holder = handle.read(32).decode("ascii", "replace").strip()
        handle.close()
        who = f" (process {holder})" if holder else ""
        raise OutboxBusyError(
            f"the outbox {path} is open in another program{who}: stop it, or give this one a directory of its own"
        ) from error
    with contextlib.suppress(OSError):
        handle.truncate(0)
        handle.write(str(os.getpid()).encode())
    return handle


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _lock(handle: IO[bytes]) -> None:
        # Far behind the process number, so that this stays readable for the others.
        handle.seek(4096)
        msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)
        handle.seek(0)
else:
    import fcntl

    def _lock(handle: IO[bytes]) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def open_database(path: Path) -> sqlite3.Connection:
    """Open the outbox at `path`, or make it. The caller holds the lock.

    Raises `ConfigurationError` for another program's file or one of a newer SDK, `OutboxDamagedError` for a broken one.
    """
    # Readings are stored unsealed: nobody else may read the file.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=64, timeout=5)
    try:
        _prepare(database, path)
    except sqlite3.Error as error:
        database.close()
        raise storage_error(error, path) from error
    except BaseException:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    def pragma(name: str) -> int:
        return int(database.execute(f"PRAGMA {name}").fetchone()[0])

    application, version = pragma("application_id"), pragma("user_version")
    if (application, version) == (0, 0) and pragma("schema_version") == 0:
        _create(database)
    elif application != APPLICATION_ID:
        raise ConfigurationError(f"{path} is a database of another program, not an outbox: choose another path")
    elif version > SCHEMA_VERSION:
        raise ConfigurationError(
            f"the outbox {path} was written by a newer SDK (layout {version}; this one reads up to {SCHEMA_VERSION}): "
            "update precisionpulse-sdk"
        )
    if database.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
        raise ConfigurationError(f"the outbox {path} must be on a local disk: SQLite can't keep its log there")
    database.execute("PRAGMA synchronous = FULL")
    database.execute(f"PRAGMA journal_size_limit = {MAX_LOG_BYTES}")
    if path.stat().st_size <= QUICK_CHECK_BYTES:
        verdict = database.execute("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            damage = sqlite3.DatabaseError(verdict)
            damage.sqlite_errorname = "SQLITE_CORRUPT"
            raise damage


def _create(database: sqlite3.Connection) -> None:
    database.execute("BEGIN IMMEDIATE")
    try:
        for statement in SCHEMA.split(";"):
            if statement.strip():
                database.execute(statement)
        database.execute("INSERT INTO install VALUES (1, ?, 0, 0)", (secrets.token_bytes(16),))
        database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:
            database.execute("ROLLBACK")
        raise
