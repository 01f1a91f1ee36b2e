"""/clients/<client>/commands and /command-kinds: what a person may ask of a client, and how it goes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify, request
from pydantic import BaseModel, Field

from precisionpulse_backend import auth
from precisionpulse_backend import command_life as life
from precisionpulse_backend.api import running
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.commanding import Commands, StoredCommand
from precisionpulse_backend.errors import ForbiddenError, InvalidInputError, NotFoundError
from precisionpulse_sdk.arguments import CommandKind, command_kinds
from precisionpulse_sdk.moments import to_us
from precisionpulse_sdk.replica.access import may

blueprint = APIBlueprint("commands", __name__, url_prefix="/api/v1")

_MONTH_S = 30 * 24 * 3600


class CommandRequest(BaseModel):
    """A kind from /command-kinds and what its fields say; `lifetime_s` is how long it stays worth running."""

    kind: str = Field(min_length=1, max_length=300)
    body: dict[str, Any] = Field(default_factory=dict)
    lifetime_s: int | None = Field(default=None, ge=1, le=_MONTH_S)


class ListQuery(BaseModel):
    """How many."""

    limit: int = Field(default=50, ge=1, le=500)


class StepView(BaseModel):
    """When a command came into a state."""

    state: str
    at_us: Number
    text: str


class CommandView(BaseModel):
    """A command. `state`: queued, sent, received, running, done, failed, refused, expired, cancelled or timed_out;
    `code` and `text` say why it was refused or failed; `result` is None for people who may not send the kind."""

    id: str
    client: str
    kind: str
    label: str
    body: dict[str, Any]
    actor: str
    issued_us: Number
    expires_us: Number
    state: str
    code: str
    text: str
    progress: float | None
    result: dict[str, Any] | None
    withdrawn_by: str | None
    steps: list[StepView]


class CommandList(BaseModel):
    """The newest first."""

    commands: list[CommandView]


class FieldView(BaseModel):
    """A field of a command's body, for a form. Bounds are text, since 64-bit integers do not fit JSON's numbers."""

    name: str
    label: str
    type: str
    unit: str
    minimum: Number | None
    maximum: Number | None
    choices: list[str]
    optional: bool
    repeated: bool


class KindView(BaseModel):
    """A kind of command, and the permission that sending it takes."""

    kind: str
    label: str
    permission: str
    lifetime_s: int
    fields: list[FieldView]


class KindList(BaseModel):
    """Every kind that the hub knows, third parties' too."""

    kinds: list[KindView]


@blueprint.get("/command-kinds")
@auth.requires("client:read")
@blueprint.output(KindList)
@blueprint.doc(summary="The kinds of commands")
def list_kinds() -> Response:
    return jsonify({"kinds": [_kind_view(kind) for kind in command_kinds().values()]})


@blueprint.post("/clients/<client>/commands")
@auth.requires("client:read")
@blueprint.input(CommandRequest, arg_name="wanted")
@blueprint.output(CommandView, status_code=201)
@blueprint.doc(
    summary="Ask a client for something; the same Idempotency-Key gives the same command",
    responses={200: "It was issued before under this key", 403: "No permission", 404: "No such client"},
)
def issue(client: str, wanted: CommandRequest) -> Response:
    kind = command_kinds().get(wanted.kind)
    if kind is None:
        raise InvalidInputError("There is no such kind of command.", errors={"json": {"kind": ["unknown"]}})
    _check_may(kind, client)
    _check_client(client)
    stored, is_new = _commands().issue(
        client,
        kind,
        wanted.body,
        person=auth.person(),
        address=auth.address(),
        key=request.headers.get("Idempotency-Key", "")[:200],
        lifetime_s=wanted.lifetime_s,
    )
    response = jsonify(_view(stored))
    response.status_code = 201 if is_new else 200
    return response


@blueprint.get("/clients/<client>/commands")
@auth.requires("client:read")
@blueprint.input(ListQuery, location="query", arg_name="query")
@blueprint.output(CommandList)
@blueprint.doc(summary="The commands of a client, newest first")
def list_commands(client: str, query: ListQuery) -> Response:
    return jsonify({"commands": [_view(stored) for stored in _commands().all(client, query.limit)]})


@blueprint.get("/clients/<client>/commands/<uuid:command_id>")
@auth.requires("client:read")
@blueprint.output(CommandView)
@blueprint.doc(summary="One command", responses={404: "No such command"})
def show(client: str, command_id: UUID) -> Response:
    return jsonify(_view(_commands().one(client, command_id)))


@blueprint.post("/clients/<client>/commands/<uuid:command_id>/cancel")
@auth.requires("client:read")
@blueprint.output(CommandView)
@blueprint.doc(summary="Withdraw a command", responses={404: "No such command", 409: "It has begun or is over"})
def cancel(client: str, command_id: UUID) -> Response:
    kind = command_kinds().get(_commands().one(client, command_id).row["kind"])
    if kind:
        _check_may(kind, client)
    stored = _commands().withdraw(client, command_id, person=auth.person(), address=auth.address())
    return jsonify(_view(stored))


def _check_may(kind: CommandKind, client: str) -> None:
    if not may(auth.person(), kind.rule.permission, client):
        raise ForbiddenError(f"You need the permission {kind.rule.permission} for this client.")


def _check_client(client: str) -> None:
    found = running.overviews().one(client)
    if found is None or found.revoked:
        raise NotFoundError("There is no such client, or it was revoked.")


def _view(stored: StoredCommand) -> dict[str, object]:
    row, kind = stored.row, command_kinds().get(stored.row["kind"])
    open_to = kind is not None and may(auth.person(), kind.rule.permission, row["client"])
    return {
        "id": str(row["id"]),
        "client": row["client"],
        "kind": row["kind"],
        "label": kind.rule.label if kind else row["kind"],
        "body": stored.body(),
        "actor": row["actor"],
        "issued_us": str(to_us(row["issued_at"])),
        "expires_us": str(to_us(row["expires_at"])),
        "state": row["state"],
        "code": row["code"],
        "text": row["detail"],
        "progress": row["progress"] if row["state"] == life.RUNNING else None,
        "result": stored.result() if open_to else None,
        "withdrawn_by": row["withdrawn_by"],
        "steps": [
            {"state": step["state"], "at_us": str(to_us(step["at"])), "text": step["detail"]} for step in stored.steps
        ],
    }


def _kind_view(kind: CommandKind) -> dict[str, object]:
    return {
        "kind": kind.name,
        "label": kind.rule.label,
        "permission": kind.rule.permission,
        "lifetime_s": kind.rule.default_lifetime_s,
        "fields": [
            argument._asdict()
            | {
                "minimum": None if argument.minimum is None else str(argument.minimum),
                "maximum": None if argument.maximum is None else str(argument.maximum),
                "choices": list(argument.choices),
            }
            for argument in kind.arguments
        ],
    }


def _commands() -> Commands:
    commands: Commands = current_app.extensions["commands"]
    return commands
