"""How a client gets its identity with a one-time code, and how a hub gives it (PP-FR-3).

Client: `enrol` does it all. Hub: `issue_code`, then per request `parse_request`, `verify_request`, `sign_certificate`
and `seal_grant`; everything that must be remembered between them is the caller's to store."""

from precisionpulse_sdk.enrolment.client import PendingEnrolment, make_request, open_grant
from precisionpulse_sdk.enrolment.code import EnrolmentCode
from precisionpulse_sdk.enrolment.https import enrol
from precisionpulse_sdk.enrolment.hub import (
    IssuedCode,
    VerifiedRequest,
    issue_code,
    parse_request,
    seal_grant,
    sign_certificate,
    verify_request,
)

__all__ = [
    "EnrolmentCode",
    "IssuedCode",
    "PendingEnrolment",
    "VerifiedRequest",
    "enrol",
    "issue_code",
    "make_request",
    "open_grant",
    "parse_request",
    "seal_grant",
    "sign_certificate",
    "verify_request",
]
