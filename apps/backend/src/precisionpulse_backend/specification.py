"""The OpenAPI document of the REST interface, without a database or a broker."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask

from precisionpulse_backend.api import clients, completeness, enrolment, enrolment_codes, link, session, snapshot


def specification() -> dict[str, Any]:
    """The document that is also served at /api/v1/openapi.json."""
    app = APIFlask("precisionpulse_backend", title="PrecisionPulse", version="1.0", docs_path=None)
    app.config["OPENAPI_VERSION"] = "3.1.0"
    for module in (session, clients, completeness, snapshot, enrolment_codes, enrolment, link):
        app.register_blueprint(module.blueprint)
    with app.app_context():
        document: dict[str, Any] = app.spec  # type: ignore[assignment]
    return document
