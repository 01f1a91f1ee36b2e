"""/snapshot: the present picture of every client in one answer, so that the dashboard's first paint has values."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response

from precisionpulse_backend import auth
from precisionpulse_backend.api import running
from precisionpulse_sdk.replica.access import visible

blueprint = APIBlueprint("snapshot", __name__, url_prefix="/api/v1/snapshot")


@blueprint.get("")
@auth.requires("client:read")
@blueprint.doc(summary="A LiveSnapshot (protobuf) of the clients that one may see")
def show() -> Response:
    overviews = {overview.client: overview for overview in running.overviews().all()}
    seen = visible(auth.person(), "client:read", overviews)
    snapshot, *_ = running.live().answer([overviews[client] for client in seen], {}, lambda _client: None)
    return Response(snapshot.SerializeToString(), mimetype="application/x-protobuf")
