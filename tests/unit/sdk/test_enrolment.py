"""Enrolment: codes that people can copy, requests that prove them, grants that are checked."""

import datetime as dt
import functools
import secrets

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.enrolment import (
    EnrolmentCode,
    IssuedCode,
    PendingEnrolment,
    issue_code,
    make_request,
    open_grant,
    parse_request,
    seal_grant,
    sign_certificate,
    verify_request,
)
from precisionpulse_sdk.enrolment.code import proof
from precisionpulse_sdk.errors import ConfigurationError, EnrolmentError
from precisionpulse_sdk.identity import Identity

MASTER_KEY = bytes(range(32))
INSTALL_ID = b"i" * 16


@functools.cache
def authority(name: str) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def ca_der(name: str = "site") -> bytes:
    return authority(name)[0].public_bytes(serialization.Encoding.DER)


def asked() -> tuple[IssuedCode, pb.EnrolmentRequest, PendingEnrolment]:
    issued = issue_code(ca_der())
    request, pending = make_request(EnrolmentCode.parse(issued.text), install_id=INSTALL_ID)
    return issued, request, pending


def granted(
    issued: IssuedCode, request: pb.EnrolmentRequest, client: str = "press-7", ca: str = "site"
) -> pb.EnrolmentGrant:
    verified = verify_request(request, issued.binding)
    certificate, key = authority(ca)
    return seal_grant(
        verified,
        issued.binding,
        client=client,
        site="main",
        certificate=sign_certificate(verified, client, ca_certificate=certificate, ca_key=key),
        ca_certificates=[authority("site")[0]],
        broker_host="broker.example",
        broker_port=8883,
        key_id=3,
        master_key=MASTER_KEY,
        hub_public_key=b"h" * 32,
    )


@pytest.mark.proves("PP-FR-3")
def test_a_client_ends_with_the_identity_that_the_hub_gave() -> None:
    issued, request, pending = asked()
    assert request.code_lookup == issued.lookup
    identity = open_grant(pending, granted(issued, parse_request(request.SerializeToString())))
    assert isinstance(identity, Identity)
    assert (identity.client, identity.site, identity.broker_host, identity.broker_port) == (
        "press-7",
        "main",
        "broker.example",
        8883,
    )
    assert identity.keys == {3: MASTER_KEY}
    certificate = x509.load_pem_x509_certificate(identity.certificate_pem)
    key = serialization.load_pem_private_key(identity.private_key_pem, None)
    assert certificate.public_key() == key.public_key()
    assert identity.hpke_private_key == pending.hpke_key.private_bytes_raw()


def test_the_secret_of_the_code_does_not_travel() -> None:
    issued, request, _ = asked()
    assert EnrolmentCode.parse(issued.text).secret not in request.SerializeToString()
    assert issued.binding not in request.SerializeToString()


@given(st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_any_code_comes_back_from_its_text(secret: bytes, fingerprint: bytes) -> None:
    code = EnrolmentCode(secret, fingerprint)
    assert EnrolmentCode.parse(code.text) == code
    assert len(code.text) == 39


@given(st.binary(min_size=20, max_size=20), st.randoms())
def test_a_code_survives_being_copied_by_hand(both: bytes, random) -> None:  # type: ignore[no-untyped-def]
    code = EnrolmentCode(both[:10], both[10:])
    typed = "".join(
        random.choice({"0": "0oO", "1": "1iIlL"}.get(letter, letter + letter.lower()))
        + random.choice(["", "", " ", "-"])
        for letter in code.text
    )
    assert EnrolmentCode.parse(f"  {typed}\n") == code


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "has 0"), ("ABCD-EFGH", "has 8"), ("0" * 33, "has 33"), ("0" * 31 + "U", "'U'"), ("0" * 31 + "é", "'É'")],
)
def test_what_is_wrong_with_a_code_is_said(text: str, words: str) -> None:
    with pytest.raises(EnrolmentError, match=words) as told:
        EnrolmentCode.parse(text)
    assert told.value.code == "INVALID"


def test_a_code_knows_the_authority_that_it_was_issued_under() -> None:
    code = EnrolmentCode.parse(issue_code(ca_der()).text)
    assert code.fits(ca_der())
    assert not code.fits(ca_der("other"))


def test_a_code_shows_no_secret() -> None:
    code = EnrolmentCode.parse(issue_code(ca_der()).text)
    assert code.secret.hex() not in repr(code)
    assert repr(code.secret) not in repr(code)


def flipped(value: bytes, at: int) -> bytes:
    at %= len(value)
    return value[:at] + bytes([value[at] ^ 1]) + value[at + 1 :]


@pytest.mark.proves("PP-FR-3")
@pytest.mark.parametrize("field", ["code_lookup", "certificate_request", "hpke_public_key", "install_id", "proof"])
@pytest.mark.parametrize("at", [0, 7, -1])
def test_a_request_with_any_bit_changed_is_refused(field: str, at: int) -> None:
    issued, request, _ = asked()
    setattr(request, field, flipped(getattr(request, field), at))
    with pytest.raises(EnrolmentError) as told:
        verify_request(request, issued.binding)
    assert told.value.code == "INVALID"


@pytest.mark.parametrize("field", ["code_lookup", "certificate_request", "hpke_public_key", "install_id", "proof"])
def test_a_request_that_lacks_a_part_is_refused(field: str) -> None:
    issued, request, _ = asked()
    request.ClearField(field)
    with pytest.raises(EnrolmentError):
        verify_request(request, issued.binding)


def test_a_request_under_another_code_is_refused() -> None:
    _, request, _ = asked()
    with pytest.raises(EnrolmentError) as told:
        verify_request(request, secrets.token_bytes(32))
    assert told.value.code == "INVALID"


def reproved(issued: IssuedCode, request: pb.EnrolmentRequest) -> pb.EnrolmentRequest:
    request.proof = proof(issued.binding, request)
    return request


def csr(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    builder = x509.CertificateSigningRequestBuilder(x509.Name([]))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_keys_that_are_not_acceptable_are_refused_even_with_a_good_proof() -> None:
    issued, request, _ = asked()
    good = request.certificate_request
    broken = flipped(good, len(good) - 1)
    cases: list[tuple[str, object]] = [
        ("certificate_request", b"\x30\x00"),
        ("certificate_request", broken),
        ("certificate_request", csr(ec.generate_private_key(ec.SECP384R1()))),
        ("certificate_request", csr(rsa.generate_private_key(65537, 2048))),
        ("hpke_public_key", b"\x01" * 31),
        ("hpke_public_key", b"\x00" * 32),
        ("install_id", b"short"),
        ("hpke_suite", pb.HPKE_SUITE_MLKEM768_X25519),
        ("sdk_name", "n" * 65),
    ]
    for field, value in cases:
        changed = pb.EnrolmentRequest.FromString(request.SerializeToString())
        setattr(changed, field, value)
        with pytest.raises(EnrolmentError) as told:
            verify_request(reproved(issued, changed), issued.binding)
        assert told.value.code == "MALFORMED", field


@pytest.mark.parametrize("body", [b"\xff\xff", b"\x0a\x7f", b"x" * 20_000])
def test_a_body_that_is_no_request_is_malformed(body: bytes) -> None:
    with pytest.raises(EnrolmentError) as told:
        parse_request(body)
    assert told.value.code == "MALFORMED"


@pytest.mark.proves("PP-FR-3")
@pytest.mark.parametrize("field", ["client", "certificate", "ca_certificates", "sealed_key", "certificate_expires_us"])
def test_a_grant_with_a_changed_part_is_refused(field: str) -> None:
    issued, request, pending = asked()
    grant = granted(issued, request)
    value = getattr(grant, field)
    if field == "ca_certificates":
        grant.ca_certificates[0] = flipped(value[0], 60)
    elif isinstance(value, bytes):
        setattr(grant, field, flipped(value, len(value) // 2))
    elif isinstance(value, str):
        setattr(grant, field, "press-8")
    else:
        setattr(grant, field, value + 60_000_000)
    with pytest.raises(EnrolmentError) as told:
        open_grant(pending, grant)
    assert told.value.code == "UNTRUSTED_GRANT"


@pytest.mark.parametrize("field", [field.name for field in pb.EnrolmentGrant.DESCRIPTOR.fields])
def test_a_grant_that_lacks_a_part_is_refused(field: str) -> None:
    issued, request, pending = asked()
    grant = granted(issued, request)
    grant.ClearField(field)
    with pytest.raises(EnrolmentError) as told:
        open_grant(pending, grant)
    assert told.value.code == "UNTRUSTED_GRANT"


def test_a_grant_for_another_request_or_from_another_authority_is_refused() -> None:
    issued, request, pending = asked()
    other_issued, other_request, _ = asked()
    for grant in (
        granted(other_issued, other_request),
        granted(issued, request, ca="other"),
        granted(issued, make_request(EnrolmentCode.parse(issued.text), install_id=INSTALL_ID)[0]),
    ):
        with pytest.raises(EnrolmentError) as told:
            open_grant(pending, grant)
        assert told.value.code == "UNTRUSTED_GRANT"


def test_the_hub_is_not_a_clients_name() -> None:
    issued, request, _ = asked()
    for name in ("hub", "Press", "a/b", "", "x" * 64):
        with pytest.raises(ConfigurationError):
            granted(issued, request, client=name)
