"""Errors that a request can end in, and how each becomes an answer: `application/problem+json` (RFC 9457).

```
ApiError                    status, code, detail for people; never secrets
├── NotLoggedInError        401 not_logged_in
├── InvalidCredentialsError 401 invalid_credentials     one answer for an unknown user and a wrong password
├── ForbiddenError          403 forbidden
├── CsrfError               403 csrf
├── NotFoundError           404 not_found
├── ConflictError           409, with a code of its own
│   └── StaleError          409 stale, with what is there now
├── InvalidInputError       422 invalid_input, with the fields
├── LockedOutError          429 locked_out, with Retry-After
└── UnavailableError        503 unavailable: a part of the deployment does not answer
```
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from apiflask import APIFlask, HTTPError
from flask import Response, json
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DataError, OperationalError
from werkzeug.exceptions import HTTPException

from precisionpulse_sdk.errors import ChangeRefusedError, ForbiddenChangeError, InvalidChangeError, StorageError

_log = logging.getLogger(__name__)

_CODES = {400: "malformed", 404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "wrong_media_type"}


class ApiError(Exception):
    """A request that ends without what it asked for."""

    status = 400
    code = "malformed"
    title = "Bad request"

    def __init__(
        self,
        detail: str,
        *,
        code: str = "",
        errors: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code or self.code
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})


class NotLoggedInError(ApiError):
    """No session, or one that has ended."""

    status, code, title = 401, "not_logged_in", "Not logged in"


class InvalidCredentialsError(ApiError):
    """User name and password do not go together; it is not said which."""

    status, code, title = 401, "invalid_credentials", "Wrong user name or password"


class ForbiddenError(ApiError):
    """The user lacks a permission."""

    status, code, title = 403, "forbidden", "Not allowed"


class CsrfError(ApiError):
    """A changing request without the session's CSRF token."""

    status, code, title = 403, "csrf", "CSRF token missing or wrong"


class NotFoundError(ApiError):
    """There is no such thing, or the user may not know of it."""

    status, code, title = 404, "not_found", "Not found"


class ConflictError(ApiError):
    """The present state does not allow it."""

    status, code, title = 409, "conflict", "Conflict"


class StaleError(ConflictError):
    """Somebody else changed it since the author looked. `current`: it as it is now, as its own route shows it; None
    when it is gone."""

    code, title = "stale", "Changed meanwhile"

    def __init__(self, detail: str, *, current: Mapping[str, object] | None) -> None:
        super().__init__(detail)
        self.current = current


class InvalidInputError(ApiError):
    """A field has a value that can't be used."""

    status, code, title = 422, "invalid_input", "Invalid input"


class LockedOutError(ApiError):
    """Too many wrong passwords."""

    status, code, title = 429, "locked_out", "Too many failed log-ins"


class UnavailableError(ApiError):
    """A part of the deployment does not answer now."""

    status, code, title = 503, "unavailable", "Unavailable"


def register(app: APIFlask) -> None:
    """Make `app` answer every error as a problem."""

    @app.errorhandler(ApiError)
    def api_error(error: ApiError) -> Response:
        current = {"current": error.current} if isinstance(error, StaleError) else None
        return problem(error.status, error.code, error.title, error.detail, error.errors, error.headers, current)

    @app.errorhandler(ChangeRefusedError)
    def change_refused(error: ChangeRefusedError) -> Response:
        if isinstance(error, InvalidChangeError):
            fields = {name: [text] for name, text in error.fields.items()}
            text = "Some fields can't be used; see errors." if fields else error.text
            return problem(422, "invalid_input", "Invalid input", text, {"json": fields} if fields else None)
        if isinstance(error, ForbiddenChangeError):
            return problem(403, "forbidden", "Not allowed", error.text)
        return problem(409, error.code.lower(), "Conflict", error.text)

    @app.errorhandler(HTTPError)
    def invalid_input(error: HTTPError) -> Response:
        if error.status_code == InvalidInputError.status:
            return problem(
                422, "invalid_input", "Invalid input", "Some fields can't be used; see errors.", error.detail
            )
        text = error.message or "Bad request"
        return problem(error.status_code, _CODES.get(error.status_code, "malformed"), text, text)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.get_response()  # its raiser knows better
        status = error.code or 500
        kept = {name: value for name, value in error.get_headers() if name in ("Retry-After", "Allow")}
        code = "rate_limited" if status == 429 else _CODES.get(status, "malformed")
        return problem(status, code, error.name, error.description or error.name, None, kept)

    @app.errorhandler(DataError)
    def not_storable(_: DataError) -> Response:
        return problem(422, "invalid_input", "Invalid input", "Some text holds characters that can't be stored.")

    @app.errorhandler(RecursionError)
    def too_deep(_: RecursionError) -> Response:
        return problem(400, "malformed", "Bad request", "The body is nested too deeply.")

    @app.errorhandler(OperationalError)
    @app.errorhandler(StorageError)
    def unavailable(error: Exception) -> Response:
        _log.warning("the database can't be used now: %s", str(error).partition("\n")[0])
        text = "The database can't be used now. Try again in a moment."
        return problem(503, "unavailable", "Unavailable", text, None, {"Retry-After": "2"})

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        _log.error("a request failed unexpectedly", exc_info=error)
        return problem(500, "internal", "Internal error", "Something went wrong here; it was logged.")


def problem(
    status: int,
    code: str,
    title: str,
    detail: str,
    errors: object = None,
    headers: Mapping[str, str] | None = None,
    more: Mapping[str, object] | None = None,
) -> Response:
    """A problem as an answer; `more` are members of its own."""
    body: dict[str, object] = {
        "type": f"urn:precisionpulse:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        **(more or {}),
    }
    if errors:
        body["errors"] = errors
    return Response(json.dumps(body), status, dict(headers or {}), mimetype="application/problem+json")
