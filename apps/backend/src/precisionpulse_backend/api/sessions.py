"""/sessions: who is logged in at a browser, and an end to it; /lockouts: whose failed log-ins count. `/session/own` is
everybody's own."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel, Field

from precisionpulse_backend import audit, auth
from precisionpulse_backend.api import running
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.api.edits import edit
from precisionpulse_backend.errors import NotFoundError
from precisionpulse_backend.login import Lockout, clear_failures, list_lockouts
from precisionpulse_backend.web_sessions import ListedSession, WebSessions
from precisionpulse_sdk.moments import to_us
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.replica.lockout import MAX_FAILURES

blueprint = APIBlueprint("sessions", __name__, url_prefix="/api/v1")


class SessionQuery(BaseModel):
    """Whose; everybody's when absent."""

    user_id: UUID | None = None


class LockoutQuery(BaseModel):
    """The name under which the failures count, as the list shows it."""

    username: str = Field(min_length=1, max_length=64)


class ListedSessionView(BaseModel):
    """A live session of a browser. `current`: it is the one that asks."""

    id: str
    user_id: str
    username: str
    display_name: str
    address: str
    began_us: Number
    last_used_us: Number
    current: bool


class SessionList(BaseModel):
    """Live sessions, the last used first."""

    sessions: list[ListedSessionView]


class LockoutView(BaseModel):
    """Failed log-ins under a name, a user's or nobody's. `locked_until_us`: no log-in before; None below the limit."""

    username: str
    failures: int
    limit: int
    last_failed_us: Number
    locked_until_us: Number | None


class LockoutList(BaseModel):
    """Names with failures that still count, the newest first."""

    lockouts: list[LockoutView]


@blueprint.get("/sessions")
@auth.requires("session:read", for_all=True)
@blueprint.input(SessionQuery, location="query", arg_name="query")
@blueprint.output(SessionList)
@blueprint.doc(summary="Who is logged in")
def list_sessions(query: SessionQuery) -> Response:
    return _listed(query.user_id)


@blueprint.delete("/sessions/<uuid:session>")
@auth.requires("session:end", for_all=True)
@blueprint.output({}, status_code=204)
@blueprint.doc(summary="End a session", responses={404: "It has ended already"})
def end(session: UUID) -> Response:
    return _end(session, user_id=None)


@blueprint.delete("/users/<uuid:user_id>/sessions")
@auth.requires("session:end", for_all=True)
@blueprint.output({}, status_code=204)
@blueprint.doc(summary="End all sessions of a user, in browsers and on desktops", responses={404: "No such user"})
def end_all(user_id: UUID) -> Response:
    with running.engine().connect() as connection:
        state = Entities(connection).state(Kind.USER, user_id)
    if state is None or not state.lives:
        raise NotFoundError("There is no such user.")
    generation = int(str(state.values["session_generation"])) + 1
    edit(Edit(Kind.USER, user_id, {"session_generation": generation}))
    return Response(status=204)


@blueprint.get("/session/own")
@auth.open_to_all
@blueprint.output(SessionList)
@blueprint.doc(summary="The own sessions", responses={401: "Nobody is logged in"})
def list_own() -> Response:
    return _listed(auth.require_session().person.id)


@blueprint.delete("/session/own/<uuid:session>")
@auth.open_to_all
@blueprint.output({}, status_code=204)
@blueprint.doc(summary="End an own session", responses={404: "It has ended already"})
def end_own(session: UUID) -> Response:
    return _end(session, user_id=auth.require_session().person.id)


@blueprint.get("/lockouts")
@auth.requires("user:read", for_all=True)
@blueprint.output(LockoutList)
@blueprint.doc(summary="Whose failed log-ins count")
def lockouts() -> Response:
    with running.engine().connect() as connection:
        found = list_lockouts(connection)
    return jsonify({"lockouts": [_lockout_view(lockout) for lockout in found]})


@blueprint.delete("/lockouts")
@auth.requires("user:update", for_all=True)
@blueprint.input(LockoutQuery, location="query", arg_name="query")
@blueprint.output({}, status_code=204)
@blueprint.doc(summary="Forget failed log-ins", responses={404: "There are none"})
def clear(query: LockoutQuery) -> Response:
    with running.engine().begin() as connection:
        if not clear_failures(connection, query.username):
            raise NotFoundError("There are no failed log-ins under this name.")
        audit.record(
            connection,
            actor=auth.person().username,
            address=auth.address(),
            action="session:unlock",
            subject=query.username,
        )
    return Response(status=204)


def _listed(user_id: UUID | None) -> Response:
    own = auth.require_session().id
    with running.engine().connect() as connection:
        found = _sessions().live(connection, user_id)
    return jsonify({"sessions": [_view(session, own) for session in found]})


def _end(session: UUID, *, user_id: UUID | None) -> Response:
    asking = auth.require_session()
    with running.engine().begin() as connection:
        ended = next((one for one in _sessions().live(connection, user_id) if one.public_id == session), None)
        if ended is None:
            raise NotFoundError("The session has ended already.")
        _sessions().end(connection, ended.id)
        audit.record(
            connection,
            actor=asking.person.username,
            address=auth.address(),
            action="session:end",
            subject=ended.username,
        )
    return Response(status=204)


def _view(session: ListedSession, own: bytes) -> dict[str, object]:
    return {
        "id": str(session.public_id),
        "user_id": str(session.user_id),
        "username": session.username,
        "display_name": session.display_name,
        "address": session.address,
        "began_us": str(to_us(session.began_at)),
        "last_used_us": str(to_us(session.last_used_at)),
        "current": session.id == own,
    }


def _lockout_view(lockout: Lockout) -> dict[str, object]:
    return {
        "username": lockout.username,
        "failures": lockout.failures,
        "limit": MAX_FAILURES,
        "last_failed_us": str(to_us(lockout.last_failed_at)),
        "locked_until_us": None if lockout.locked_until is None else str(to_us(lockout.locked_until)),
    }


def _sessions() -> WebSessions:
    return auth.doorkeeper().sessions
