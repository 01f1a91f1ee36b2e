"""Who may look at this desktop: the site's users, verified against its own replica, with no network (C1, C2).

Slow on purpose (Argon2id): signing in and changing a password are not for the GUI thread. Streaming does not depend on
anybody being signed in. Knows no Qt."""

from __future__ import annotations

import datetime as dt
import enum
import logging
import math
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, func, select

from precisionpulse_desktop.attempts import Attempts
from precisionpulse_desktop.errors import AccountRuleError, CredentialsError, LockedError, SignedOutError
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import RightsExpiredError, StaleEditError
from precisionpulse_sdk.replica import Edit, Kind, Replica, logs
from precisionpulse_sdk.replica.access import Person, find_user, load_person, may
from precisionpulse_sdk.replica.database import reading, writing
from precisionpulse_sdk.replica.tables import snapshot_chunks, users
from precisionpulse_sdk.sync.edit import renew_hash

log = logging.getLogger(__name__)

ACCESS_CHANGED = "Your access was changed by an administrator."
SESSIONS_ENDED = "Your sessions were ended: the password was changed, or an administrator ended them. Sign in again."
_WRONG = "User name or password is wrong."


class Readiness(enum.Enum):
    """Whether somebody can sign in now."""

    WAITING = "waiting for the first synchronisation"
    NO_ACCOUNTS = "holds no accounts"
    EXPIRED = "too long without contact"
    READY = "ready"


class Arrival(NamedTuple):
    """How far the first synchronisation is: parts received, of how many. Both 0 before the first."""

    received: int
    total: int


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in, with the rights of now. `generation`: as `User.session_generation`."""

    person: Person
    generation: int

    def may(self, permission: str, client: str = "") -> bool:
        """Whether the person holds `permission`: for `client`, or for all clients when that is empty."""
        return may(self.person, permission, client)


class Accounts:
    """The accounts of `site` in `replica`. Thread-safe. Raises `StorageError` when the replica can't be used now."""

    def __init__(self, replica: Replica, site: str, *, now: Callable[[], float] = time.time) -> None:
        self._replica = replica
        self._site = site
        self._engine = replica.engine
        self._now = now
        self._attempts = Attempts(self._engine, now)

    def readiness(self) -> Readiness:
        """Whether somebody can sign in now."""
        with reading(self._engine) as connection:
            anybody = connection.scalar(select(users.c.id).where(users.c.deleted_at.is_(None)).limit(1))
        if anybody is None:  # a cursor of 0 alone says little: the whole is fetched again when the hub was restored
            return Readiness.NO_ACCOUNTS if self._replica.cursor() else Readiness.WAITING
        try:
            self._replica.check_valid()
        except RightsExpiredError:
            return Readiness.EXPIRED
        return Readiness.READY

    def arrival(self) -> Arrival:
        """How far the first synchronisation is."""
        with reading(self._engine) as connection:
            received = connection.scalar(select(func.count()).select_from(snapshot_chunks)) or 0
            part = connection.scalar(select(snapshot_chunks.c.content).limit(1))
        return Arrival(received, pb.SnapshotChunk.FromString(part).count if part else 0)

    def sign_in(self, name: str, password: str) -> Session:
        """Check a password. Raises `CredentialsError`, `LockedError`, or `RightsExpiredError` after too long without
        the hub."""
        from precisionpulse_sdk.replica import passwords  # its word lists take a while to load

        name = name.strip()
        self._replica.check_valid()
        with writing(self._engine) as connection:
            locked_for_s = self._attempts.locked_for_s(connection, name)
            row = connection.execute(
                select(users.c.id, users.c.username, users.c.password_hash, users.c.enabled, users.c.version).where(
                    users.c.id == find_user(connection, name)
                )
            ).one_or_none()
        if locked_for_s > 0:
            raise LockedError(math.ceil(locked_for_s))
        right = passwords.verify(row.password_hash if row else None, password)
        with writing(self._engine) as connection:
            if row is None or not right or not row.enabled:
                self._attempts.count_failure(connection, name)
                self._note(connection, name[:64], "session:refuse")
            else:
                self._attempts.forget(connection, name)
                self._note(connection, row.username, "session:begin")
        if row is None or not right or not row.enabled:
            raise CredentialsError(_WRONG)
        if passwords.needs_rehash(row.password_hash):
            fresh = renew_hash(row.id, passwords.hash_password(password), base_version=row.version)
            with suppress(StaleEditError):  # it will be done at the next sign-in
                self._replica.edit([fresh], actor=row.id, address=self._replica.node)
        log.info("somebody signed in")
        return self._begin(row.id)

    def sign_out(self, session: Session) -> None:
        """Note in the audit log that the session is over."""
        with writing(self._engine) as connection:
            self._note(connection, session.person.username, "session:end")

    def refreshed(self, session: Session) -> Session:
        """The session with the rights of now. Raises `SignedOutError` when it is over: the account was disabled or
        deleted, its sessions were ended, or rights are too old."""
        try:
            self._replica.check_valid()
        except RightsExpiredError as error:
            raise SignedOutError(str(error)) from error
        found = self._find(session.person.id)
        if found is None:
            raise SignedOutError(ACCESS_CHANGED)
        if found.generation != session.generation:
            raise SignedOutError(SESSIONS_ENDED)
        return found

    def change_password(self, session: Session, current: str, new: str) -> Session:
        """Change the person's own password, also offline; every other session of the person ends.

        Raises `CredentialsError` when `current` is wrong, `AccountRuleError` when `new` is too weak, and a
        `ChangeRefusedError`."""
        from precisionpulse_sdk.replica import password_rules, passwords

        person = session.person
        with reading(self._engine) as connection:
            stored = connection.scalar(select(users.c.password_hash).where(users.c.id == person.id))
        if not passwords.verify(stored, current):
            raise CredentialsError("The present password is wrong.")
        weakness = password_rules.weakness(new, person.username, person.display_name, self._site)
        if weakness:
            raise AccountRuleError(weakness)
        fields = {"password_hash": passwords.hash_password(new), "must_change_password": False}
        self._replica.edit([Edit(Kind.USER, person.id, fields)], actor=person.id, address=self._replica.node)
        return self._begin(person.id)

    def _begin(self, user_id: UUID) -> Session:
        session = self._find(user_id)
        if session is None:
            raise CredentialsError("The account was changed meanwhile. Sign in again.")
        return session

    def _find(self, user_id: UUID) -> Session | None:
        with reading(self._engine) as connection:
            person = load_person(connection, user_id)
            generation = connection.scalar(select(users.c.session_generation).where(users.c.id == user_id))
        return None if person is None else Session(person, generation or 0)

    def _note(self, connection: Connection, name: str, action: str) -> None:
        at = dt.datetime.fromtimestamp(self._now(), dt.UTC)
        logs.record(connection, at=at, actor=name, address=self._replica.node, action=action, subject=name)
