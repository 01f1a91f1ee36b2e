"""Logging in: one answer and one duration for every failure, and the lock-out that the SDK rules."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, delete, select, true
from sqlalchemy.dialects.postgresql import insert

from precisionpulse_backend import audit
from precisionpulse_backend.errors import InvalidCredentialsError, LockedOutError
from precisionpulse_backend.tables import login_attempts
from precisionpulse_sdk.errors import StaleEditError
from precisionpulse_sdk.replica import Replica, lockout, passwords
from precisionpulse_sdk.replica.access import find_user
from precisionpulse_sdk.replica.tables import users
from precisionpulse_sdk.sync.edit import renew_hash
from precisionpulse_sdk.sync.names import MAX_NAME, name_key

_log = logging.getLogger(__name__)

COUNTED = dt.timedelta(seconds=lockout.LOCK_S)
"""How long a failure counts."""


def check_login(replica: Replica, username: str, password: str, *, address: str) -> UUID:
    """The id of the user who may log in.

    Raises `InvalidCredentialsError`, or `LockedOutError` while the name is locked."""
    key = login_key(username)
    with replica.engine.connect() as connection:
        _refuse_locked(connection, key)
        row = connection.execute(
            select(users.c.id, users.c.username, users.c.password_hash, users.c.enabled, users.c.version).where(
                users.c.id == find_user(connection, username)
            )
        ).one_or_none()
    valid = passwords.verify(row.password_hash if row else None, password)
    with replica.engine.begin() as connection:
        if row is None or not valid or not row.enabled:
            _count_failure(connection, key)
            audit.record(connection, actor=username[:64], address=address, action="session:refuse", subject=key)
        else:
            connection.execute(delete(login_attempts).where(login_attempts.c.username_key == key))
            audit.record(connection, actor=row.username, address=address, action="session:begin", subject=row.username)
    if row is None or not valid or not row.enabled:
        raise InvalidCredentialsError("User name or password is wrong.")
    user_id: UUID = row.id
    if passwords.needs_rehash(row.password_hash):
        fresh = renew_hash(user_id, passwords.hash_password(password), base_version=row.version)
        with suppress(StaleEditError):  # it will be done at the next log-in
            replica.edit([fresh], actor=user_id, address=address)
    return user_id


@dataclass(frozen=True, slots=True)
class Lockout:
    """Failed log-ins under a name. `locked_until`: no log-in before; None below the limit."""

    username: str
    failures: int
    last_failed_at: dt.datetime
    locked_until: dt.datetime | None


def list_lockouts(connection: Connection) -> list[Lockout]:
    """Every name with failures that still count, the newest first."""
    return _lockouts(connection, true())


def find_lockouts(connection: Connection, usernames: Iterable[str]) -> dict[str, Lockout]:
    """Those of `usernames` with failures that still count."""
    keys = {username: login_key(username) for username in usernames}
    found = {each.username: each for each in _lockouts(connection, login_attempts.c.username_key.in_(keys.values()))}
    return {username: found[key] for username, key in keys.items() if key in found}


def clear_failures(connection: Connection, username: str) -> bool:
    """Forget the failures under a name; whether there were any."""
    gone = connection.execute(delete(login_attempts).where(login_attempts.c.username_key == login_key(username)))
    return gone.rowcount > 0


def login_key(username: str) -> str:
    """Under what the failures of a user name are counted: every spelling that finds the same user has the same."""
    return name_key(username)[:MAX_NAME]


def _lockouts(connection: Connection, where: ColumnElement[bool]) -> list[Lockout]:
    still = login_attempts.c.last_failed_at > dt.datetime.now(dt.UTC) - COUNTED
    query = select(login_attempts).where(where, still).order_by(login_attempts.c.last_failed_at.desc())
    return [
        Lockout(
            row.username_key,
            row.failures,
            row.last_failed_at,
            row.last_failed_at + COUNTED if row.failures >= lockout.MAX_FAILURES else None,
        )
        for row in connection.execute(query)
    ]


def _refuse_locked(connection: Connection, key: str) -> None:
    row = connection.execute(select(login_attempts).where(login_attempts.c.username_key == key)).one_or_none()
    if row is None:
        return
    left_s = lockout.locked_for_s(row.failures, (dt.datetime.now(dt.UTC) - row.last_failed_at).total_seconds())
    if left_s > 0:
        raise LockedOutError(
            f"Too many failed log-ins for this user. Try again in {-(-left_s // 60):.0f} min, or ask an administrator.",
            headers={"Retry-After": str(int(left_s) + 1)},
        )


def _count_failure(connection: Connection, key: str) -> None:
    now = dt.datetime.now(dt.UTC)
    connection.execute(delete(login_attempts).where(login_attempts.c.last_failed_at < now - COUNTED))
    statement = insert(login_attempts).values(username_key=key, failures=1, last_failed_at=now)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[login_attempts.c.username_key],
            set_={"failures": login_attempts.c.failures + 1, "last_failed_at": now},
        )
    )
