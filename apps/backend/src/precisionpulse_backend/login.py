"""Logging in: one answer and one duration for every failure, and a lock-out after ten."""

from __future__ import annotations

import datetime as dt
import logging
from uuid import UUID

from sqlalchemy import Connection, Engine, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from precisionpulse_backend import audit
from precisionpulse_backend.errors import InvalidCredentialsError, LockedOutError
from precisionpulse_backend.tables import login_attempts, users
from precisionpulse_sdk.replica import passwords

_log = logging.getLogger(__name__)

MAX_FAILURES = 10
LOCK = dt.timedelta(minutes=15)


def check_login(engine: Engine, username: str, password: str, *, address: str) -> UUID:
    """The id of the user who may log in.

    Raises `InvalidCredentialsError`, or `LockedOutError` after ten failures, each within 15 minutes of the last."""
    key = username.casefold()[:64]
    with engine.connect() as connection:
        _refuse_locked(connection, key)
        row = connection.execute(
            select(users.c.id, users.c.username, users.c.password_hash, users.c.enabled).where(
                func.lower(users.c.username) == username.lower(), users.c.deleted_at.is_(None)
            )
        ).one_or_none()
    valid = passwords.verify(row.password_hash if row else None, password)
    with engine.begin() as connection:
        if row is None or not valid or not row.enabled:
            _count_failure(connection, key)
            audit.record(connection, actor=username[:64], address=address, action="session:refuse", subject=key)
        else:
            connection.execute(delete(login_attempts).where(login_attempts.c.username_key == key))
            if passwords.needs_rehash(row.password_hash):
                fresh = passwords.hash_password(password)
                connection.execute(update(users).where(users.c.id == row.id).values(password_hash=fresh))
            audit.record(connection, actor=row.username, address=address, action="session:begin", subject=row.username)
            user_id: UUID = row.id
            return user_id
    raise InvalidCredentialsError("User name or password is wrong.")


def _refuse_locked(connection: Connection, key: str) -> None:
    row = connection.execute(select(login_attempts).where(login_attempts.c.username_key == key)).one_or_none()
    if row is None or row.failures < MAX_FAILURES:
        return
    left_s = (row.last_failed_at + LOCK - dt.datetime.now(dt.UTC)).total_seconds()
    if left_s > 0:
        raise LockedOutError(
            f"Too many failed log-ins for this user. Try again in {-(-left_s // 60):.0f} min, or ask an administrator.",
            headers={"Retry-After": str(int(left_s) + 1)},
        )


def _count_failure(connection: Connection, key: str) -> None:
    now = dt.datetime.now(dt.UTC)
    connection.execute(delete(login_attempts).where(login_attempts.c.last_failed_at < now - LOCK))
    statement = insert(login_attempts).values(username_key=key, failures=1, last_failed_at=now)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[login_attempts.c.username_key],
            set_={"failures": login_attempts.c.failures + 1, "last_failed_at": now},
        )
    )
