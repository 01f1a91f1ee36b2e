"""/enrolment: how a client gets its identity. Protobuf in, protobuf out; no session, the code is the credential."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, current_app, request
from flask_limiter import RequestLimit
from sqlalchemy.exc import OperationalError

from precisionpulse_backend import auth
from precisionpulse_backend.enrolment import Enrolments
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.enrolment.hub import MAX_REQUEST_BYTES
from precisionpulse_sdk.errors import EnrolmentError, StorageError

blueprint = APIBlueprint("enrolment", __name__, url_prefix="/api/v1/enrolment")

_PROTOBUF = "application/x-protobuf"
_STATUS = {"INVALID": 403, "EXPIRED": 410, "USED": 409, "RATE_LIMITED": 429, "MALFORMED": 400, "UNAVAILABLE": 503}


@blueprint.get("/ca")
@auth.open_to_all
@blueprint.doc(summary="The site's CA certificate, as PEM")
def authority() -> Response:
    return Response(_enrolments().authority.pem(), mimetype="application/x-pem-file")


@blueprint.post("")
@auth.open_to_all
@blueprint.doc(summary="Enrol: EnrolmentRequest to EnrolmentGrant, or EnrolmentRefusal, all protobuf")
def enrol() -> Response:
    try:
        if (request.content_length or 0) > MAX_REQUEST_BYTES:
            raise EnrolmentError("MALFORMED", f"the request has more than {MAX_REQUEST_BYTES} bytes")
        grant = _enrolments().enrol(request.get_data(), address=auth.address())
    except EnrolmentError as error:
        return _refusal(error)
    except (OperationalError, StorageError):
        return _refusal(EnrolmentError("UNAVAILABLE", "the hub's storage can't be used now: try again in a moment"))
    current_app.extensions["announcer"].client_changed(grant.client)
    return Response(grant.SerializeToString(), 200, mimetype=_PROTOBUF)


def rate_limited(_limit: RequestLimit) -> Response:
    """The answer to too many tries from one address."""
    return _refusal(EnrolmentError("RATE_LIMITED", "too many tries from this address: wait a minute and try again"))


def _refusal(error: EnrolmentError) -> Response:
    refusal = pb.EnrolmentRefusal(code=f"ENROLMENT_REFUSAL_CODE_{error.code}", text=error.text)
    response = Response(refusal.SerializeToString(), _STATUS[error.code], mimetype=_PROTOBUF)
    if error.code in ("RATE_LIMITED", "UNAVAILABLE"):
        response.headers["Retry-After"] = "60" if error.code == "RATE_LIMITED" else "5"
    return response


def _enrolments() -> Enrolments:
    enrolments: Enrolments = current_app.extensions["enrolments"]
    return enrolments
