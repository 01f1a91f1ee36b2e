"""The OpenAPI document of the REST interface, without a database or a broker."""

from __future__ import annotations

from typing import Any

from apiflask import APIFlask

from precisionpulse_backend.resources import BLUEPRINTS


def specification() -> dict[str, Any]:
    """The document that is also served at /api/v1/openapi.json."""
    app = APIFlask("precisionpulse_backend", title="PrecisionPulse", version="1.0", docs_path=None)
    app.config["OPENAPI_VERSION"] = "3.1.0"
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    with app.app_context():
        document: dict[str, Any] = app.spec  # type: ignore[assignment]
    return document
