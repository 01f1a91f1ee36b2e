"""The client's half: own keys, a request that proves the code, and a grant that is checked before it is believed."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.metadata import version

from cryptography import x509
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.x509.oid import NameOID
from google.protobuf.message import DecodeError

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.channels import check_name
from precisionpulse_sdk.enrolment.code import EnrolmentCode, proof, seal_info
from precisionpulse_sdk.errors import ConfigurationError, EnrolmentError
from precisionpulse_sdk.identity import KEY_BYTES, Identity
from precisionpulse_sdk.moments import to_us

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class PendingEnrolment:
    """What the client keeps between its request and the grant. Never stored."""

    code: EnrolmentCode
    private_key: ec.EllipticCurvePrivateKey = field(repr=False)
    hpke_key: X25519PrivateKey = field(repr=False)


def make_request(
    code: EnrolmentCode,
    *,
    install_id: bytes,
    sdk_name: str = "precisionpulse-sdk-python",
    sdk_version: str | None = None,
) -> tuple[pb.EnrolmentRequest, PendingEnrolment]:
    """A request with new keys. `install_id`: the 16 bytes of the client's database."""
    pending = PendingEnrolment(code, ec.generate_private_key(ec.SECP256R1()), X25519PrivateKey.generate())
    # The hub takes the name from the code, not from here.
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
    certificate_request = x509.CertificateSigningRequestBuilder(subject).sign(pending.private_key, hashes.SHA256())
    request = pb.EnrolmentRequest(
        code_lookup=code.lookup,
        certificate_request=certificate_request.public_bytes(serialization.Encoding.DER),
        hpke_public_key=pending.hpke_key.public_key().public_bytes_raw(),
        hpke_suite=pb.HPKE_SUITE_X25519,
        install_id=install_id,
        sdk_name=sdk_name[:64],
        sdk_version=(sdk_version or version("precisionpulse-sdk"))[:64],
    )
    request.proof = proof(code.binding, request)
    return request, pending


def open_grant(pending: PendingEnrolment, grant: pb.EnrolmentGrant) -> Identity:
    """The identity in a grant, when everything in it fits the code, our keys and itself.

    Raises `EnrolmentError` (code UNTRUSTED_GRANT) otherwise."""
    try:
        check_name(grant.client, "the client's name")
        check_name(grant.site, "the site's name")
        authorities = [x509.load_der_x509_certificate(der) for der in grant.ca_certificates]
        certificate = x509.load_der_x509_certificate(grant.certificate)
        _check_certificate(pending, grant, certificate, authorities)
        sealed = SUITE.decrypt(grant.sealed_key, pending.hpke_key, seal_info(pending.code.binding, grant.client))
        key = pb.SealedKey.FromString(sealed)
        if key.key_id == 0 or len(key.master_key) != KEY_BYTES:
            raise _untrusted("its key is not a key")
        pem = serialization.Encoding.PEM
        return Identity(
            site=grant.site,
            client=grant.client,
            broker_host=grant.broker_host,
            broker_port=grant.broker_port,
            ca_pem=b"".join(authority.public_bytes(pem) for authority in authorities),
            certificate_pem=certificate.public_bytes(pem),
            private_key_pem=pending.private_key.private_bytes(
                pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
            keys={key.key_id: key.master_key},
            hub_public_key=grant.hub_public_key,
            hpke_private_key=pending.hpke_key.private_bytes_raw(),
        )
    except InvalidTag:
        raise _untrusted("its key was not sealed for this code and this client") from None
    except (ValueError, ConfigurationError, DecodeError) as error:
        raise _untrusted(str(error) or type(error).__name__) from error


def _check_certificate(
    pending: PendingEnrolment,
    grant: pb.EnrolmentGrant,
    certificate: x509.Certificate,
    authorities: list[x509.Certificate],
) -> None:
    anchors = [
        authority for authority, der in zip(authorities, grant.ca_certificates, strict=True) if pending.code.fits(der)
    ]
    if not anchors:
        raise _untrusted("its CA is not the one that the code was issued under")
    try:
        certificate.verify_directly_issued_by(anchors[0])
    except (ValueError, TypeError, InvalidSignature):
        raise _untrusted("its certificate was not issued by the site's CA") from None
    if certificate.public_key() != pending.private_key.public_key():
        raise _untrusted("its certificate is for another key")
    names = [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    if names != [grant.client]:
        raise _untrusted("its certificate is for another client")
    if abs(to_us(certificate.not_valid_after_utc) - grant.certificate_expires_us) > 1_000_000:
        raise _untrusted("its certificate ends at another time than it states")


def _untrusted(why: str) -> EnrolmentError:
    return EnrolmentError("UNTRUSTED_GRANT", f"the server's answer can't be trusted: {why}; ask for a new code")
