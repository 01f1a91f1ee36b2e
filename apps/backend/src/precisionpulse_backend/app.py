"""The Flask app: blueprints, limits, headers. It is given its parts and builds none."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from apiflask import APIFlask
from flask import Response, g, request
from flask_limiter import Limiter
from werkzeug.exceptions import UnsupportedMediaType

from precisionpulse_backend import auth, errors
from precisionpulse_backend.api import enrolment
from precisionpulse_backend.auth import Doorkeeper
from precisionpulse_backend.counters import HttpMetrics
from precisionpulse_backend.resources import BLUEPRINTS

_MAX_BODY_BYTES = 64 * 1024
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
    "Cache-Control": "no-store",
}


def create_app(keeper: Doorkeeper, http_metrics: HttpMetrics, parts: Mapping[str, object]) -> APIFlask:
    """The app. `parts` are what the views use, by name: site, engine, replica, overviews, history, losses, live,
    watchers, announcer, enrolments, link_cutter (or None), probes, registry."""
    app = APIFlask(
        "precisionpulse_backend",
        title="PrecisionPulse",
        version="1.0",
        spec_path="/api/v1/openapi.json",
        docs_path=None,
    )
    app.config["OPENAPI_VERSION"] = "3.1.0"
    app.config["MAX_CONTENT_LENGTH"] = _MAX_BODY_BYTES
    app.extensions.update(parts)
    auth.install(app, keeper)
    errors.register(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    _limit(app)
    _measure(app, http_metrics)

    @app.before_request
    def only_json() -> None:
        # A form on another site's page can send text, and would log its visitor in as somebody else.
        has_body = request.content_length or "Transfer-Encoding" in request.headers
        if has_body and not request.is_json and request.blueprint != enrolment.blueprint.name:
            raise UnsupportedMediaType("Send JSON, with the content type application/json.")

    @app.after_request
    def secure(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app


def _limit(app: APIFlask) -> None:
    limiter = Limiter(auth.address, app=app, default_limits=["6000 per minute"], storage_uri="memory://")
    for endpoint in ("probes.alive", "probes.ready", "probes.metrics"):
        limiter.exempt(app.view_functions[endpoint])
    limits = {
        "session.log_in": ("60 per minute", None),
        "session.change_password": ("20 per minute", None),
        "session.estimate_password": ("120 per minute", None),
        "enrolment.enrol": ("20 per minute", enrolment.rate_limited),
    }
    for endpoint, (limit, on_breach) in limits.items():
        limited: Any = limiter.limit(limit, on_breach=on_breach)(app.view_functions[endpoint])
        app.view_functions[endpoint] = limited


def _measure(app: APIFlask, metrics: HttpMetrics) -> None:
    @app.before_request
    def begin() -> None:
        g.began_s = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unknown"
        metrics.requests.labels(request.method, route, str(response.status_code)).inc()
        metrics.seconds.labels(route).observe(time.perf_counter() - g.get("began_s", time.perf_counter()))
        return response
