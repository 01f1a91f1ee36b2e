"""The hub's half, as pure functions: a backend adds storage, rate limits and HTTP."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from google.protobuf.message import DecodeError

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.channels import check_name
from precisionpulse_sdk.enrolment.client import SUITE
from precisionpulse_sdk.enrolment.code import (
    LOOKUP_BYTES,
    SECRET_BYTES,
    EnrolmentCode,
    ca_fingerprint,
    proof,
    seal_info,
)
from precisionpulse_sdk.errors import EnrolmentError, UsageError
from precisionpulse_sdk.identity import KEY_BYTES
from precisionpulse_sdk.moments import to_us

MAX_REQUEST_BYTES = 16 * 1024
"""No honest request is larger; check it before reading the body."""

MAX_NAME_CHARACTERS = 64
CERTIFICATE_LIFE = dt.timedelta(days=397)

_BACKDATED = dt.timedelta(minutes=5)
_INVALID = "no such enrolment code: check it letter by letter, or ask an administrator for a new one"


class IssuedCode(NamedTuple):
    """A new code: `text` is shown once and not stored; `lookup` finds it, `binding` (a secret) checks its proof."""

    text: str
    lookup: bytes
    binding: bytes


@dataclass(frozen=True, slots=True)
class VerifiedRequest:
    """A request whose sender knows the code."""

    public_key: ec.EllipticCurvePublicKey
    """What the certificate is to be issued for."""
    hpke_public_key: bytes
    install_id: bytes
    sdk_name: str
    sdk_version: str


def issue_code(ca_der: bytes) -> IssuedCode:
    """A new code for the site whose CA certificate this is."""
    code = EnrolmentCode(secrets.token_bytes(SECRET_BYTES), ca_fingerprint(ca_der))
    return IssuedCode(code.text, code.lookup, code.binding)


def parse_request(body: bytes) -> pb.EnrolmentRequest:
    """The request in an HTTP body. Raises `EnrolmentError` (code MALFORMED)."""
    if len(body) > MAX_REQUEST_BYTES:
        raise EnrolmentError("MALFORMED", f"the request has more than {MAX_REQUEST_BYTES} bytes")
    try:
        return pb.EnrolmentRequest.FromString(body)
    except DecodeError:
        raise EnrolmentError("MALFORMED", "the body is not an EnrolmentRequest") from None


def verify_request(request: pb.EnrolmentRequest, binding: bytes) -> VerifiedRequest:
    """Check a request against its code's binding key, in constant time, and then the keys in it.

    For a lookup that is not known, call it with 32 random bytes as `binding`, so that both cases take equally long.
    Raises `EnrolmentError`: INVALID when the proof does not fit, MALFORMED when a key is not acceptable."""
    fits = hmac.compare_digest(proof(binding, request), request.proof)
    if not fits or len(request.code_lookup) != LOOKUP_BYTES:
        raise EnrolmentError("INVALID", _INVALID)
    if len(request.install_id) != 16:
        raise EnrolmentError("MALFORMED", "the install id has not 16 bytes")
    if request.hpke_suite not in (pb.HPKE_SUITE_UNSPECIFIED, pb.HPKE_SUITE_X25519):
        raise EnrolmentError("MALFORMED", "the HPKE suite is not supported: use X25519")
    if max(len(request.sdk_name), len(request.sdk_version)) > MAX_NAME_CHARACTERS:
        raise EnrolmentError("MALFORMED", f"a name of the SDK has more than {MAX_NAME_CHARACTERS} characters")
    try:
        recipient = X25519PublicKey.from_public_bytes(request.hpke_public_key)
        # A point of low order would make every shared secret the same.
        X25519PrivateKey.generate().exchange(recipient)
    except ValueError:
        raise EnrolmentError("MALFORMED", "the HPKE key is not an X25519 public key") from None
    return VerifiedRequest(
        public_key=_certified_key(request.certificate_request),
        hpke_public_key=request.hpke_public_key,
        install_id=request.install_id,
        sdk_name=request.sdk_name,
        sdk_version=request.sdk_version,
    )


def sign_certificate(
    verified: VerifiedRequest,
    client: str,
    *,
    ca_certificate: x509.Certificate,
    ca_key: ec.EllipticCurvePrivateKey,
    life: dt.timedelta = CERTIFICATE_LIFE,
    now: dt.datetime | None = None,
) -> x509.Certificate:
    """A client certificate whose common name is `client`. Raises `ConfigurationError` for a name that can't be one."""
    check_name(client, "the client's name")
    moment = now or dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, client)]))
        .issuer_name(ca_certificate.subject)
        .public_key(verified.public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - _BACKDATED)
        .not_valid_after(moment + life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=False,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(verified.public_key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key()), critical=False)
        .sign(ca_key, hashes.SHA256())
    )


def seal_grant(
    verified: VerifiedRequest,
    binding: bytes,
    *,
    client: str,
    site: str,
    certificate: x509.Certificate,
    ca_certificates: Sequence[x509.Certificate],
    broker_host: str,
    broker_port: int,
    key_id: int,
    master_key: bytes,
    hub_public_key: bytes,
) -> pb.EnrolmentGrant:
    """The answer to a verified request. `ca_certificates` holds the site's CA that the code was issued under."""
    if key_id < 1 or len(master_key) != KEY_BYTES or len(hub_public_key) != KEY_BYTES:
        raise UsageError(f"key ids begin at 1, and keys have {KEY_BYTES} bytes")
    sealed = pb.SealedKey(key_id=key_id, master_key=master_key).SerializeToString()
    recipient = X25519PublicKey.from_public_bytes(verified.hpke_public_key)
    der = serialization.Encoding.DER
    return pb.EnrolmentGrant(
        client=client,
        site=site,
        certificate=certificate.public_bytes(der),
        ca_certificates=[authority.public_bytes(der) for authority in ca_certificates],
        broker_host=broker_host,
        broker_port=broker_port,
        sealed_key=SUITE.encrypt(sealed, recipient, seal_info(binding, client)),
        hub_public_key=hub_public_key,
        certificate_expires_us=to_us(certificate.not_valid_after_utc),
    )


def _certified_key(certificate_request: bytes) -> ec.EllipticCurvePublicKey:
    try:
        request = x509.load_der_x509_csr(certificate_request)
        key = request.public_key()
        sound = request.is_signature_valid
    except (ValueError, TypeError, UnsupportedAlgorithm, InvalidSignature):
        raise EnrolmentError("MALFORMED", "the certificate request does not parse") from None
    if not sound:
        raise EnrolmentError("MALFORMED", "the certificate request is not signed by its own key")
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise EnrolmentError("MALFORMED", "the certificate request's key is not on the curve P-256")
    return key
