"""/session: logging in and out, and the own password."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from pydantic import BaseModel, Field
from sqlalchemy import select

from precisionpulse_backend import audit, auth
from precisionpulse_backend.api import running
from precisionpulse_backend.errors import InvalidCredentialsError, InvalidInputError, NotLoggedInError
from precisionpulse_backend.login import check_login
from precisionpulse_backend.watchers import person_content
from precisionpulse_backend.web_sessions import session_id
from precisionpulse_sdk.replica import Edit, Kind, password_rules, passwords
from precisionpulse_sdk.replica.access import Person
from precisionpulse_sdk.replica.tables import users

blueprint = APIBlueprint("session", __name__, url_prefix="/api/v1/session")


class Credentials(BaseModel):
    """What a person logs in with."""

    username: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=password_rules.MAX_LENGTH)


class PasswordChange(BaseModel):
    """The present password and the one to come."""

    current: str = Field(min_length=1, max_length=password_rules.MAX_LENGTH)
    new: str = Field(min_length=1, max_length=password_rules.MAX_LENGTH)


class PasswordCandidate(BaseModel):
    """A password that somebody thinks of, and names that are guessed first."""

    password: str = Field(min_length=1, max_length=password_rules.MAX_LENGTH)
    names: list[Annotated[str, Field(max_length=128)]] = Field(default_factory=list, max_length=4)


class EstimateView(BaseModel):
    """How hard a password is to guess: 0 (at once) to 4; `fault`: why it can't be taken, empty when it can."""

    score: int
    fault: str


class UserView(BaseModel):
    """Who is logged in."""

    id: str
    username: str
    display_name: str
    must_change_password: bool


class RightView(BaseModel):
    """A permission that is held, for one client or, when `client` is empty, for all."""

    permission: str
    client: str


class SessionView(BaseModel):
    """A session. `permissions` are those that are held for any client, `rights` says for which; `csrf_token` goes into
    the X-CSRF-Token header of every changing request; after `idle_s` seconds without one the session ends."""

    user: UserView
    permissions: list[str]
    rights: list[RightView]
    csrf_token: str
    idle_s: int


@blueprint.post("")
@auth.open_to_all
@blueprint.input(Credentials, arg_name="credentials")
@blueprint.output(SessionView)
@blueprint.doc(summary="Log in", responses={401: "Wrong user name or password", 429: "Too many failures"})
def log_in(credentials: Credentials) -> Response:
    user_id = check_login(running.replica(), credentials.username, credentials.password, address=auth.address())
    return _begin(user_id)


@blueprint.get("")
@auth.open_to_all
@blueprint.output(SessionView)
@blueprint.doc(summary="Who is logged in", responses={401: "Nobody"})
def show() -> Response:
    session = auth.doorkeeper().session()
    if session is None:
        raise NotLoggedInError("Log in first.")
    return jsonify(_view(session.person, session.id))


@blueprint.delete("")
@auth.open_to_all
@blueprint.output({}, status_code=204)
@blueprint.doc(summary="Log out")
def log_out() -> Response:
    session = auth.require_session()
    with running.engine().begin() as connection:
        auth.doorkeeper().sessions.end(connection, session.id)
        name = session.person.username
        audit.record(connection, actor=name, address=auth.address(), action="session:end", subject=name)
    response = Response(status=204)
    auth.clear_cookie(response)
    return response


@blueprint.put("/password")
@auth.open_to_all
@blueprint.input(PasswordChange, arg_name="change")
@blueprint.output(SessionView)
@blueprint.doc(summary="Change the own password; every other session of the user ends")
def change_password(change: PasswordChange) -> Response:
    session = auth.require_session()
    person = session.person
    with running.engine().connect() as connection:
        stored = connection.scalar(select(users.c.password_hash).where(users.c.id == person.id))
    if not passwords.verify(stored, change.current):
        raise InvalidCredentialsError("The present password is wrong.")
    weakness = password_rules.weakness(change.new, person.username, person.display_name, running.site())
    if weakness:
        raise InvalidInputError(weakness, errors={"json": {"new": [weakness]}})
    fresh = passwords.hash_password(change.new)
    fields = {"password_hash": fresh, "must_change_password": False}
    running.replica().edit([Edit(Kind.USER, person.id, fields)], actor=person.id, address=auth.address())
    return _begin(person.id)


@blueprint.post("/password/estimate")
@auth.open_to_all
@blueprint.input(PasswordCandidate, arg_name="candidate")
@blueprint.output(EstimateView)
@blueprint.doc(summary="How hard a password is to guess; it is neither kept nor logged", responses={401: "Nobody"})
def estimate_password(candidate: PasswordCandidate) -> Response:
    auth.require_session()
    estimate = password_rules.estimate(candidate.password, *candidate.names, running.site())
    return jsonify({"score": estimate.score, "fault": estimate.fault})


def _begin(user_id: UUID) -> Response:
    sessions = auth.doorkeeper().sessions
    with running.engine().begin() as connection:
        old = request.cookies.get(auth.COOKIE)
        if old:
            sessions.end(connection, session_id(old))
        token = sessions.begin(connection, user_id, auth.address())
        session = sessions.find(connection, session_id(token))
    if session is None:
        raise NotLoggedInError("The account was changed meanwhile. Log in again.")
    response = jsonify(_view(session.person, session.id))
    auth.set_cookie(response, token)
    return response


def _view(person: Person, id_: bytes) -> dict[str, object]:
    sessions = auth.doorkeeper().sessions
    return {
        **person_content(person),
        "csrf_token": sessions.csrf_token(id_),
        "idle_s": int(sessions.idle.total_seconds()),
    }
