"""The commands that a client was sent, in the outbox's file: stored before they run, kept until the hub has the outcome
and no copy of the command can come any more (PP-CM-1, PP-CM-2)."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ClosedError
from precisionpulse_sdk.outbox.file import storage_error
from precisionpulse_sdk.protocol.client_commands import Received
from precisionpulse_sdk.protocol.command_store import FINAL_PHASES

KEEP_US = 7 * 24 * 3600 * 1_000_000
"""How long after its expiry a finished command is remembered."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS commands (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id BLOB NOT NULL UNIQUE,
    command BLOB NOT NULL,
    expires_us INTEGER NOT NULL,
    phase INTEGER NOT NULL,
    status BLOB NOT NULL,
    acknowledged INTEGER NOT NULL DEFAULT 0
)
"""
_BEGUN = (pb.COMMAND_PHASE_ACCEPTED, pb.COMMAND_PHASE_PROGRESS)
_INTERRUPTED = "the program ended while it ran; whether it took effect is not known"


class CommandFile:
    """A `CommandTable` in the file of an open outbox, on a connection of its own. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._closed = False
        with self._errors():
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5)
            self._database.execute("PRAGMA synchronous = FULL")
            self._database.execute(_SCHEMA)

    def close(self) -> None:
        """Close the connection. Idempotent."""
        with self._lock:
            self._closed = True
            self._database.close()

    def receive(self, command: pb.Command, at_us: int) -> Received | None:
        """As `CommandTable.receive`; also forgets what needs not be remembered any more."""
        status = pb.CommandStatus(id=command.id, phase=pb.COMMAND_PHASE_RECEIVED, at_us=at_us)
        with self._transaction():
            if not self._insert(command, status):
                return None
            self._database.execute("DELETE FROM commands WHERE acknowledged = 1 AND expires_us < ?", (at_us - KEEP_US,))
        return Received(command, status)

    def get(self, command_id: bytes) -> Received | None:
        """As `CommandTable.get`."""
        with self._transaction():
            return next(iter(self._select("id = ?", command_id)), None)

    def withdraw(self, command_id: bytes, actor: str, at_us: int) -> Received:
        """As `CommandTable.withdraw`."""
        status = pb.CommandStatus(
            id=command_id, phase=pb.COMMAND_PHASE_CANCELLED, text=f"withdrawn by {actor}", at_us=at_us
        )
        with self._transaction():
            known = next(iter(self._select("id = ?", command_id)), None)
            if known is None:
                known = Received(pb.Command(id=command_id, expires_us=at_us), status)
                self._insert(*known)
            elif known.status.phase == pb.COMMAND_PHASE_RECEIVED:
                self._update(status)
                known = Received(known.command, status)
        return known

    def become(self, status: pb.CommandStatus) -> bool:
        """As `CommandTable.become`."""
        with self._transaction():
            known = next(iter(self._select("id = ?", status.id)), None)
            if known is None or known.status.phase in FINAL_PHASES:
                return False
            self._update(status)
            return True

    def waiting(self) -> list[Received]:
        """As `CommandTable.waiting`."""
        with self._transaction():
            return self._select("phase = ?", pb.COMMAND_PHASE_RECEIVED)

    def interrupt(self, at_us: int) -> None:
        """As `CommandTable.interrupt`."""
        with self._transaction():
            for begun in self._select("phase IN (?, ?)", *_BEGUN):
                status = pb.CommandStatus(
                    id=begun.status.id,
                    phase=pb.COMMAND_PHASE_FAILED,
                    code=pb.COMMAND_CODE_INTERRUPTED,
                    text=_INTERRUPTED,
                    at_us=at_us,
                )
                self._update(status)

    def unacknowledged(self) -> list[pb.CommandStatus]:
        """As `CommandTable.unacknowledged`."""
        with self._transaction():
            return [known.status for known in self._select("acknowledged = 0")]

    def acknowledge(self, command_id: bytes, phase: int) -> None:
        """As `CommandTable.acknowledge`."""
        with self._transaction():
            self._database.execute(
                "UPDATE commands SET acknowledged = 1 WHERE id = ? AND phase = ?", (command_id, phase)
            )

    # The lock is held in everything below

    def _insert(self, command: pb.Command, status: pb.CommandStatus) -> bool:
        cells = (
            command.id,
            command.SerializeToString(),
            command.expires_us,
            status.phase,
            status.SerializeToString(),
        )
        made = self._database.execute(
            "INSERT OR IGNORE INTO commands (id, command, expires_us, phase, status) VALUES (?, ?, ?, ?, ?)", cells
        )
        return made.rowcount == 1

    def _update(self, status: pb.CommandStatus) -> None:
        self._database.execute(
            "UPDATE commands SET phase = ?, status = ?, acknowledged = 0 WHERE id = ?",
            (status.phase, status.SerializeToString(), status.id),
        )

    def _select(self, where: str, *values: object) -> list[Received]:
        rows = self._database.execute(f"SELECT command, status FROM commands WHERE {where} ORDER BY number", values)
        return [Received(pb.Command.FromString(row[0]), pb.CommandStatus.FromString(row[1])) for row in rows]

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise ClosedError(f"the outbox {self._path} is closed")
            with self._errors():
                self._database.execute("BEGIN IMMEDIATE")
                try:
                    yield
                    self._database.execute("COMMIT")
                except BaseException:
                    if self._database.in_transaction:
                        self._database.execute("ROLLBACK")
                    raise

    @contextlib.contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise storage_error(error, self._path) from error
