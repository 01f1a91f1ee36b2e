"""Sessions of browsers: opaque tokens of which the database holds only the hash, so that each can be ended at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, select, true, update

from precisionpulse_backend.tables import web_sessions
from precisionpulse_sdk.replica.access import Person, load_people, load_person
from precisionpulse_sdk.replica.tables import users

Ending = Literal["access", "idle", "ended"]
"""Why a session ended: the account was disabled or deleted, it was not used, or somebody ended it."""

_TOUCH_EVERY = dt.timedelta(seconds=30)
"""Writing the time of last use at every request would make every read a write."""


@dataclass(frozen=True, slots=True)
class Session:
    """A live session. `id` is the hash of its token."""

    id: bytes
    person: Person


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A live session as people see it."""

    id: bytes
    user_id: UUID
    username: str
    display_name: str
    address: str
    began_at: dt.datetime
    last_used_at: dt.datetime

    @property
    def public_id(self) -> UUID:
        """Names the session without telling its id."""
        return UUID(bytes=self.id[:16])


class WebSessions:
    """Begins, finds and ends sessions. `idle`: longest time without use; `lifetime`: longest time at all."""

    def __init__(self, secret: bytes, *, idle: dt.timedelta, lifetime: dt.timedelta) -> None:
        self._secret = secret
        self.idle = idle
        self._lifetime = lifetime

    def begin(self, connection: Connection, user_id: UUID, address: str) -> str:
        """A new session's token, for the cookie."""
        token = secrets.token_urlsafe(32)
        generation = connection.scalar(select(users.c.session_generation).where(users.c.id == user_id))
        now = dt.datetime.now(dt.UTC)
        connection.execute(
            insert(web_sessions).values(
                token_hash=session_id(token),
                user_id=user_id,
                generation=generation,
                address=address,
                created_at=now,
                last_used_at=now,
            )
        )
        connection.execute(delete(web_sessions).where(web_sessions.c.created_at < now - self._lifetime))
        return token

    def find(self, connection: Connection, id_: bytes, *, used: bool = True) -> Session | None:
        """The live session of that id; `used` counts as activity of its user."""
        row = connection.execute(
            select(web_sessions, users.c.session_generation)
            .join_from(web_sessions, users, users.c.id == web_sessions.c.user_id)
            .where(web_sessions.c.token_hash == id_)
        ).one_or_none()
        if row is None or row.generation != row.session_generation:
            return None
        now = dt.datetime.now(dt.UTC)
        if now - row.last_used_at > self.idle or now - row.created_at > self._lifetime:
            return None
        person = load_person(connection, row.user_id)
        if person is None:
            return None
        if used and now - row.last_used_at > _TOUCH_EVERY:
            connection.execute(update(web_sessions).where(web_sessions.c.token_hash == id_).values(last_used_at=now))
        return Session(id_, person)

    def live(self, connection: Connection, user_id: UUID | None = None) -> list[ListedSession]:
        """The sessions that `find` would find, of one user or of everybody, the last used first."""
        rows = connection.execute(
            select(
                web_sessions.c.token_hash,
                users.c.id,
                users.c.username,
                users.c.display_name,
                web_sessions.c.address,
                web_sessions.c.created_at,
                web_sessions.c.last_used_at,
            )
            .join_from(web_sessions, users, users.c.id == web_sessions.c.user_id)
            .where(self._lives(), users.c.id == user_id if user_id is not None else true())
            .order_by(web_sessions.c.last_used_at.desc())
        )
        return [ListedSession(*row) for row in rows]

    def people(self, connection: Connection, ids: Collection[bytes]) -> dict[bytes, Person]:
        """Who is behind each of the sessions that still live, with present rights."""
        rows = connection.execute(
            select(web_sessions.c.token_hash, web_sessions.c.user_id)
            .join_from(web_sessions, users, users.c.id == web_sessions.c.user_id)
            .where(self._lives(), web_sessions.c.token_hash.in_(ids))
        ).all()
        people = load_people(connection, {row.user_id for row in rows})
        return {row.token_hash: people[row.user_id] for row in rows if row.user_id in people}

    def why_ended(self, connection: Connection, id_: bytes) -> Ending:
        """Why the session of that id does not live any more."""
        row = connection.execute(
            select(users.c.enabled, users.c.deleted_at, web_sessions.c.last_used_at)
            .join_from(web_sessions, users, users.c.id == web_sessions.c.user_id)
            .where(web_sessions.c.token_hash == id_)
        ).one_or_none()
        if row is not None and (row.deleted_at is not None or not row.enabled):
            return "access"
        if row is not None and dt.datetime.now(dt.UTC) - row.last_used_at > self.idle:
            return "idle"
        return "ended"

    def _lives(self) -> ColumnElement[bool]:
        now = dt.datetime.now(dt.UTC)
        return and_(
            users.c.enabled,
            users.c.deleted_at.is_(None),
            users.c.session_generation == web_sessions.c.generation,
            web_sessions.c.last_used_at >= now - self.idle,
            web_sessions.c.created_at >= now - self._lifetime,
        )

    def end(self, connection: Connection, id_: bytes) -> None:
        """End one session."""
        connection.execute(delete(web_sessions).where(web_sessions.c.token_hash == id_))

    def csrf_token(self, id_: bytes) -> str:
        """The token that changing requests of this session must carry."""
        return hmac.new(self._secret, b"csrf\x00" + id_, hashlib.sha256).hexdigest()

    def csrf_valid(self, id_: bytes, given: str) -> bool:
        """Whether `given` is that token."""
        return hmac.compare_digest(self.csrf_token(id_).encode(), given.encode())


def session_id(token: str) -> bytes:
    """The id of the session that `token` opens."""
    return hashlib.sha256(token.encode()).digest()
