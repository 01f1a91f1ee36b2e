"""/clients/…/link: cut and restore the link of a demonstration client."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel

from precisionpulse_backend import audit, auth
from precisionpulse_backend.api import running
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.errors import NotFoundError
from precisionpulse_backend.link_cutter import LinkCutter, LinkState

blueprint = APIBlueprint("link", __name__, url_prefix="/api/v1/clients")


class LinkRequest(BaseModel):
    """`cut`: connections break and none is made. `stalled`: nothing gets through, and no connection closes."""

    state: LinkState


class LinkView(BaseModel):
    """What the link does, and since when."""

    state: LinkState
    since_us: Number


@blueprint.get("/<client>/link")
@auth.requires("client:read")
@blueprint.output(LinkView)
@blueprint.doc(summary="The link of a demonstration client", responses={404: "This client's link can't be cut"})
def show(client: str) -> Response:
    return jsonify(_cutter(client).link())


@blueprint.put("/<client>/link")
@auth.requires("client:command")
@blueprint.input(LinkRequest, arg_name="wanted")
@blueprint.output(LinkView)
@blueprint.doc(summary="Cut, stall or restore it", responses={404: "This client's link can't be cut"})
def change(client: str, wanted: LinkRequest) -> Response:
    cutter = _cutter(client)
    before = cutter.link()
    after = cutter.become(wanted.state)
    with running.engine().begin() as connection:
        audit.record(
            connection,
            actor=auth.person().username,
            address=auth.address(),
            action="client:link",
            subject=client,
            before={"state": before["state"]},
            after={"state": after["state"]},
        )
    return jsonify(after)


def _cutter(client: str) -> LinkCutter:
    cutter = running.link_cutter()
    if cutter is None or cutter.client != client:
        raise NotFoundError("The link of this client can't be cut: it is no demonstration.")
    return cutter
