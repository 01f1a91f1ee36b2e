"""/healthz, /readyz and /metrics of the web program."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from precisionpulse_backend.auth import open_to_all

blueprint = APIBlueprint("probes", __name__, enable_openapi=False)


@blueprint.get("/healthz")
@open_to_all
def alive() -> Response:
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
@open_to_all
def ready() -> Response:
    is_ready, parts = current_app.extensions["probes"].report()
    response = jsonify(parts)
    response.status_code = 200 if is_ready else 503
    return response


@blueprint.get("/metrics")
@open_to_all
def metrics() -> Response:
    return Response(generate_latest(current_app.extensions["registry"]), content_type=CONTENT_TYPE_LATEST)
