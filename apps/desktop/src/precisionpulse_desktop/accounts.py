"""The operators who may look at this desktop's data: accounts in a local SQLite file, verified without any network.

Slow on purpose (Argon2id): never call from the GUI thread. Streaming does not depend on anybody being signed in.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from precisionpulse_desktop.errors import AccountFileError, AccountRuleError, CredentialsError, LockedError

log = logging.getLogger(__name__)

FILE_NAME = "operator.sqlite3"
MIN_PASSWORD_CHARS = 15
MAX_PASSWORD_CHARS = 128
MAX_NAME_CHARS = 64
FREE_TRIES = 5
FIRST_LOCK_S = 30
LONGEST_LOCK_S = 900
_WRONG = "Wrong name or password."
_SCHEMA = """
CREATE TABLE IF NOT EXISTS operator (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    password_hash TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS attempt (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    failures INTEGER NOT NULL,
    locked_until REAL NOT NULL
) STRICT;
"""


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody who is signed in."""

    name: str


class Accounts(Protocol):
    """What the window needs to know of operators. Thread-safe; every method may take a while."""

    def any_exist(self) -> bool:
        """Whether there is an operator at all."""
        ...

    def create_first(self, name: str, password: str) -> Operator:
        """Create the first operator. Raises `AccountRuleError`, also when there is one already."""
        ...

    def sign_in(self, name: str, password: str) -> Operator:
        """Check a password. Raises `CredentialsError` or `LockedError`."""
        ...


class LocalAccounts:
    """Accounts in the SQLite file at `path`, made when it is missing. After `FREE_TRIES` wrong passwords in a row a
    name is locked, for twice as long each time; this survives a restart, and holds for names that do not exist just
    the same."""

    def __init__(
        self, path: Path, *, now: Callable[[], float] = time.time, hasher: PasswordHasher | None = None
    ) -> None:
        self._path = path
        self._now = now
        self._hasher = hasher or PasswordHasher()
        with self._open() as database:
            database.executescript(_SCHEMA)
        path.chmod(0o600)

    def any_exist(self) -> bool:
        with self._open() as database:
            return database.execute("SELECT 1 FROM operator LIMIT 1").fetchone() is not None

    def create_first(self, name: str, password: str) -> Operator:
        name = name.strip()
        check_rules(name, password)
        hashed = self._hasher.hash(password)
        with self._open() as database:
            made = database.execute(
                "INSERT INTO operator SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM operator)", (name, hashed)
            ).rowcount
        if not made:
            raise AccountRuleError("This desktop already has an operator. Sign in with that account.")
        log.info("the first operator was created")
        return Operator(name)

    def sign_in(self, name: str, password: str) -> Operator:
        name = name.strip()
        # Asked for whether or not it is needed: the first sign-in after a start must not tell known names by its time.
        decoy = self._decoy
        with self._open() as database:
            self._refuse_locked(database, name)
            row = database.execute("SELECT name, password_hash FROM operator WHERE name = ?", (name,)).fetchone()
        right = self._verify(row[1] if row else decoy, password) and row is not None
        with self._open() as database:
            if not right:
                self._count_failure(database, name)
                raise CredentialsError(_WRONG)
            database.execute("DELETE FROM attempt WHERE name = ?", (name,))
            if self._hasher.check_needs_rehash(row[1]):
                renewed = self._hasher.hash(password)
                database.execute("UPDATE operator SET password_hash = ? WHERE name = ?", (renewed, name))
        log.info("an operator signed in")
        return Operator(row[0])

    @cached_property
    def _decoy(self) -> str:
        """Verified for an unknown name, so that the answer takes as long as for a known one."""
        return self._hasher.hash("nobody has this password")

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerificationError, InvalidHashError):
            return False

    def _refuse_locked(self, database: sqlite3.Connection, name: str) -> None:
        row = database.execute("SELECT locked_until FROM attempt WHERE name = ?", (name,)).fetchone()
        # A clock that was set back must not lock anybody out for longer than the longest lock.
        left = min(row[0] - self._now(), LONGEST_LOCK_S) if row else 0.0
        if left > 0:
            raise LockedError(max(1, round(left)))

    def _count_failure(self, database: sqlite3.Connection, name: str) -> None:
        failures = database.execute(
            "INSERT INTO attempt VALUES (?, 1, 0)"
            " ON CONFLICT (name) DO UPDATE SET failures = failures + 1 RETURNING failures",
            (name,),
        ).fetchone()[0]
        if failures >= FREE_TRIES:
            lock_s = min(FIRST_LOCK_S * 2 ** min(failures - FREE_TRIES, 16), LONGEST_LOCK_S)
            database.execute("UPDATE attempt SET locked_until = ? WHERE name = ?", (self._now() + lock_s, name))
        database.commit()

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """A connection for one step: the threads that come here are short-lived."""
        try:
            with closing(sqlite3.connect(self._path)) as database, database:
                yield database
        except sqlite3.Error as error:
            raise AccountFileError(f"The file of operator accounts {self._path} can't be used: {error}.") from error


def check_rules(name: str, password: str) -> None:
    """Raise `AccountRuleError` unless `name` and `password` may be used together."""
    if not name or len(name) > MAX_NAME_CHARS or not name.isprintable():
        raise AccountRuleError(f"The name must have 1 to {MAX_NAME_CHARS} characters.")
    if len(password) < MIN_PASSWORD_CHARS:
        raise AccountRuleError(
            f"The password must have at least {MIN_PASSWORD_CHARS} characters; a short sentence is good."
        )
    if len(password) > MAX_PASSWORD_CHARS:
        raise AccountRuleError(f"The password must have at most {MAX_PASSWORD_CHARS} characters.")
    if len(set(password.casefold())) < 5 or name.casefold() * 2 in password.casefold():
        raise AccountRuleError("The password is too easy to guess: use several different words.")
