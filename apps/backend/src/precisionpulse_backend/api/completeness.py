"""/clients/…/completeness: the proof that nothing of a client is missing, or the list of what is."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify
from pydantic import BaseModel

from precisionpulse_backend import auth
from precisionpulse_backend.api import running
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.errors import NotFoundError
from precisionpulse_backend.losses import LossReader

blueprint = APIBlueprint("completeness", __name__, url_prefix="/api/v1/clients")


class HoleView(BaseModel):
    """Records that the hub has neither got nor been told as lost: still to come, or missing."""

    first_record_seq: Number
    last_record_seq: Number


class LossView(BaseModel):
    """Records that are lost for good. Without numbers when recording had stopped. Times are the client's, but
    `reported_us` is the hub's."""

    first_record_seq: Number | None
    last_record_seq: Number | None
    cause: str
    count: Number
    from_us: Number
    to_us: Number
    reported_us: Number
    earlier_install: bool


class CompletenessView(BaseModel):
    """How complete the present install is; and of all installs the newest thousand losses, newest first, with totals of
    all. `duplicates` came more than once, and are stored once each."""

    complete_to: Number
    last_record_seq: Number
    missing: Number
    duplicates: Number
    lost: Number
    holes: list[HoleView]
    losses: list[LossView]
    total_losses: Number
    total_lost: Number


@blueprint.get("/<client>/completeness")
@auth.requires("client:read")
@blueprint.output(CompletenessView)
@blueprint.doc(summary="What of a client is stored, lost and missing", responses={404: "No such client"})
def completeness(client: str) -> Response:
    if running.overviews().one(client) is None:
        raise NotFoundError("There is no such client.")
    losses: LossReader = current_app.extensions["losses"]
    return jsonify(losses.read(client))
