"""/enrolment-codes: what an administrator hands to whoever sets a client up."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify
from pydantic import BaseModel, Field
from sqlalchemy import RowMapping

from precisionpulse_backend import auth
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.api.holding import check_may_give_accounts
from precisionpulse_backend.enrolment import DEFAULT_VALID_S, MAX_VALID_S, EnrolmentCodes
from precisionpulse_backend.errors import ForbiddenError, InvalidInputError
from precisionpulse_sdk.errors import ConfigurationError
from precisionpulse_sdk.moments import to_us
from precisionpulse_sdk.replica.access import may, visible

blueprint = APIBlueprint("enrolment_codes", __name__, url_prefix="/api/v1/enrolment-codes")


class CodeRequest(BaseModel):
    """For which client, and for how long. `holds_accounts`: the client gets users with their password hashes and
    rights, so that people can log in there; only who may do everything can allow it."""

    client: str = Field(min_length=1, max_length=63)
    valid_for_s: int = Field(default=DEFAULT_VALID_S, ge=60, le=MAX_VALID_S)
    holds_accounts: bool = False


class IssuedView(BaseModel):
    """A new code; it is shown this once."""

    id: str
    code: str
    client: str
    expires_us: Number
    holds_accounts: bool


class CodeView(BaseModel):
    """A code without its text. `revoked_us`: when it was withdrawn."""

    id: str
    client: str
    created_by: str
    created_us: Number
    expires_us: Number
    used_us: Number | None
    revoked_us: Number | None
    holds_accounts: bool


class CodeList(BaseModel):
    """The codes of the last thirty days that one may see, newest first."""

    codes: list[CodeView]


@blueprint.post("")
@auth.requires("enrolment:create")
@blueprint.input(CodeRequest, arg_name="wanted")
@blueprint.output(IssuedView, status_code=201)
@blueprint.doc(
    summary="Issue a one-time code",
    description="Whoever uses it takes the place of the client that has this id, if there is one.",
    responses={403: "No permission for this client"},
)
def issue(wanted: CodeRequest) -> Response:
    if not may(auth.person(), "enrolment:create", wanted.client):
        raise ForbiddenError("You need the permission enrolment:create for this client.")
    if wanted.holds_accounts:
        check_may_give_accounts()
    try:
        new = _codes().issue(
            wanted.client,
            holds_accounts=wanted.holds_accounts,
            valid_for_s=wanted.valid_for_s,
            actor=auth.person().username,
            address=auth.address(),
        )
    except ConfigurationError as error:
        raise InvalidInputError(str(error), errors={"json": {"client": [str(error)]}}) from error
    response = jsonify(
        {
            "id": str(new.id),
            "code": new.code,
            "client": new.client,
            "expires_us": str(to_us(new.expires_at)),
            "holds_accounts": new.holds_accounts,
        }
    )
    response.status_code = 201
    return response


@blueprint.get("")
@auth.requires("enrolment:read")
@blueprint.output(CodeList)
@blueprint.doc(summary="The codes of the last thirty days")
def list_codes() -> Response:
    rows = _codes().all()
    seen = set(visible(auth.person(), "enrolment:read", {row["client"] for row in rows}))
    return jsonify({"codes": [_view(row) for row in rows if row["client"] in seen]})


@blueprint.delete("/<uuid:code_id>")
@auth.requires("enrolment:create")
@blueprint.output({}, status_code=204)
@blueprint.doc(summary="Withdraw a code", responses={404: "No such code", 409: "It was used"})
def withdraw(code_id: UUID) -> Response:
    _codes().withdraw(
        code_id,
        may_touch=lambda client: may(auth.person(), "enrolment:create", client),
        actor=auth.person().username,
        address=auth.address(),
    )
    return Response(status=204)


def _view(row: RowMapping) -> dict[str, object]:
    times = {
        name: None if row[column] is None else str(to_us(row[column]))
        for name, column in (
            ("created_us", "created_at"),
            ("expires_us", "expires_at"),
            ("used_us", "used_at"),
            ("revoked_us", "withdrawn_at"),
        )
    }
    shown = {name: row[name] for name in ("client", "created_by", "holds_accounts")}
    return {"id": str(row["id"]), **shown, **times}


def _codes() -> EnrolmentCodes:
    codes: EnrolmentCodes = current_app.extensions["enrolments"].codes
    return codes
