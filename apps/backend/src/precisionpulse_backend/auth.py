"""The door of every request: whose session it is, whether it may be here, whether it really comes from our pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from apiflask import APIFlask
from flask import Response, current_app, g, request
from sqlalchemy import Engine

from precisionpulse_backend.errors import CsrfError, ForbiddenError, NotFoundError, NotLoggedInError
from precisionpulse_backend.web_sessions import Session, WebSessions, session_id
from precisionpulse_sdk.replica.access import Person, may

COOKIE = "pp_session"
CSRF_HEADER = "X-CSRF-Token"
_SAFE = ("GET", "HEAD", "OPTIONS")
_OUR_PROXIES = ("127.0.0.1", "::1")

P = ParamSpec("P")
R = TypeVar("R")


class Doorkeeper:
    """Finds the session of a request, once."""

    def __init__(self, engine: Engine, sessions: WebSessions) -> None:
        self._engine = engine
        self.sessions = sessions

    def session(self) -> Session | None:
        """The live session that the request's cookie names."""
        if "session" not in g:
            token = request.cookies.get(COOKIE, "")
            g.session = None
            if token:
                with self._engine.begin() as connection:
                    g.session = self.sessions.find(connection, session_id(token))
        found: Session | None = g.session
        return found

    def check_csrf(self, session: Session) -> None:
        """Raises `CsrfError` for a changing request without the session's token."""
        given = request.headers.get(CSRF_HEADER, "")
        if request.method not in _SAFE and not self.sessions.csrf_valid(session.id, given):
            raise CsrfError(f"Send the session's CSRF token in {CSRF_HEADER}.")


def doorkeeper() -> Doorkeeper:
    """The running app's."""
    found: Doorkeeper = current_app.extensions["doorkeeper"]
    return found


def require_session() -> Session:
    """The request's session. Raises `NotLoggedInError` or `CsrfError`."""
    session = doorkeeper().session()
    if session is None:
        raise NotLoggedInError("Log in first.")
    doorkeeper().check_csrf(session)
    return session


def requires(permission: str, *, for_all: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only for people who hold `permission`, on a route with `<client>` for that client; on others it is enough to hold
    it for some client, and the view shows what `visible` allows, unless it must be held `for_all` clients. A client
    that may not be seen does not exist."""

    def mark(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            person = require_session().person
            client = (request.view_args or {}).get("client")
            if person.must_change_password:
                raise ForbiddenError("Change your password first.")
            if client is None:
                scopes = {""} if for_all else {right.client for right in person.rights}
                if not any(may(person, permission, scope) for scope in scopes):
                    raise ForbiddenError(f"You need the permission {permission}.")
            elif not may(person, permission, client):
                if not may(person, "client:read", client):
                    raise NotFoundError("There is no such client.")
                raise ForbiddenError(f"You need the permission {permission} for this client.")
            return view(*args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return mark


def open_to_all(view: Callable[P, R]) -> Callable[P, R]:
    """Says in so many words that a route needs no permission."""
    view.permission = ""  # type: ignore[attr-defined]
    return view


def person() -> Person:
    """Who is asking; only behind `requires`."""
    return require_session().person


def address() -> str:
    """Where the request comes from: what the web server on this machine says, when it is the one that asks."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    if forwarded and request.remote_addr in _OUR_PROXIES:
        return forwarded[:64]
    return request.remote_addr or ""


def set_cookie(response: Response, token: str) -> None:
    """Give the browser its session. The server ends it; the cookie lives as long as the browser."""
    response.set_cookie(COOKIE, token, secure=True, httponly=True, samesite="Lax", path="/")


def clear_cookie(response: Response) -> None:
    """Take the browser's session away."""
    response.delete_cookie(COOKIE, secure=True, httponly=True, samesite="Lax", path="/")


def install(app: APIFlask, keeper: Doorkeeper) -> None:
    """Make `keeper` the app's."""
    app.extensions["doorkeeper"] = keeper


def permission_of(view: Any) -> str | None:
    """What a view demands: a permission, "" for none, None when its author forgot to say."""
    found: str | None = getattr(view, "permission", None)
    return found
