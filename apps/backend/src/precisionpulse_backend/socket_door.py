"""The door of Socket.IO: only for people with a session, and only so many connections for each.

A connection holds a thread for as long as it lives. Socket.IO itself looks at who somebody is only once the connection
stands, and would let strangers take every thread that there is."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Request

from precisionpulse_backend.auth import COOKIE
from precisionpulse_backend.errors import problem
from precisionpulse_backend.web_sessions import Session, WebSessions, session_id

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]

MOST_CONNECTIONS = 24
"""For one person: windows of a browser, and walls of screens."""
_PATH = "/socket.io/"


class SocketDoor:
    """`application`, where Socket.IO is open to people with a session alone. Thread-safe."""

    def __init__(self, application: Wsgi, engine: Engine, sessions: WebSessions) -> None:
        self._application = application
        self._engine = engine
        self._sessions = sessions
        self._lock = threading.Lock()
        self._inside: Counter[UUID] = Counter()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(_PATH):
            return self._application(environ, start_response)
        try:
            session = self._session(Request(environ).cookies.get(COOKIE, ""))
        except SQLAlchemyError:
            text = "The database can't be used now. Try again in a moment."
            return problem(503, "unavailable", "Unavailable", text)(environ, start_response)
        if session is None:
            return problem(401, "not_logged_in", "Not logged in", "Log in first.")(environ, start_response)
        with self._place(session.person.id) as is_free:
            if is_free:
                return self._application(environ, start_response)
        text = f"You have {MOST_CONNECTIONS} connections already. Close some windows."
        return problem(429, "rate_limited", "Too many connections", text)(environ, start_response)

    def _session(self, token: str) -> Session | None:
        if not token:
            return None
        with self._engine.connect() as connection:
            return self._sessions.find(connection, session_id(token), used=False)

    @contextmanager
    def _place(self, person: UUID) -> Iterator[bool]:
        with self._lock:
            is_free = self._inside[person] < MOST_CONNECTIONS
            self._inside[person] += is_free
        try:
            yield is_free
        finally:
            with self._lock:
                self._inside[person] -= is_free
                if not self._inside[person]:
                    del self._inside[person]
