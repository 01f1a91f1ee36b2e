"""Certificates of one site, made at first run and renewed before they expire.

Two authorities that know nothing of each other: the *site* authority signs the servers (broker, API) and, through the
backend, the clients; the *hub* authority signs the hub's workers alone. The broker's client listener trusts the first,
its hub listener the second, so that no client certificate, however named, is ever taken for a worker's. Keys are EC
P-256, files are PEM, private keys are 0600.
"""

import datetime as dt
import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from precisionpulse_stack.private_files import write_private

_AUTHORITY_LIFE = dt.timedelta(days=3650)
_CERTIFICATE_LIFE = dt.timedelta(days=397)  # the longest that browsers accept of a server
_RENEW_BEFORE = dt.timedelta(days=30)
_BACKDATED = dt.timedelta(
    minutes=5
)  # a peer whose clock is a little behind must not refuse a certificate that was just made
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class KeyPair:
    """Where a certificate and its private key lie."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class SitePki:
    """Everything that one site's servers and workers show or trust."""

    site_ca: KeyPair
    broker: KeyPair
    api: KeyPair
    hub_ca: KeyPair
    hub: KeyPair


def ensure_pki(directory: Path, *, hosts: Iterable[str] = (), now: dt.datetime | None = None) -> SitePki:
    """Loads the site's certificates from `directory`, making what is missing, expiring within 30 days, signed by an
    authority that was replaced, or made out to other hosts.

    The servers are called by loopback's names and by `hosts`: DNS names or addresses.
    """
    names = list(dict.fromkeys([*_LOOPBACK_NAMES, *hosts]))
    moment = now or dt.datetime.now(dt.UTC)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    site_ca = _ensure_authority(directory, "site-ca", "PrecisionPulse site CA", moment)
    hub_ca = _ensure_authority(directory, "hub-ca", "PrecisionPulse hub CA", moment)
    return SitePki(
        site_ca=site_ca,
        broker=_ensure_leaf(directory, "broker", site_ca, moment, names),
        api=_ensure_leaf(directory, "api", site_ca, moment, names),
        hub_ca=hub_ca,
        hub=_ensure_leaf(directory, "hub", hub_ca, moment, []),
    )


def ensure_authority(directory: Path, name: str, common_name: str) -> KeyPair:
    """One authority by itself: tests make foreign ones with it."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _ensure_authority(directory, name, common_name, dt.datetime.now(dt.UTC))


def issue_client(
    directory: Path,
    authority: KeyPair,
    common_name: str,
    *,
    life: dt.timedelta = _CERTIFICATE_LIFE,
    now: dt.datetime | None = None,
) -> KeyPair:
    """Signs a client certificate whose common name is `common_name` and writes it with its new key to `directory`."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return _issue_leaf(directory, common_name, authority, now or dt.datetime.now(dt.UTC), [], life)


def _ensure_authority(directory: Path, name: str, common_name: str, now: dt.datetime) -> KeyPair:
    pair = _pair(directory, name)
    if _is_current(pair, now):
        return pair
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    certificate = (
        _builder(subject, subject, key.public_key(), now, _AUTHORITY_LIFE)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(authority=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return _write(pair, certificate, key)


def _ensure_leaf(directory: Path, name: str, authority: KeyPair, now: dt.datetime, hosts: list[str]) -> KeyPair:
    pair = _pair(directory, name)
    if _is_current(pair, now) and _is_signed_by(pair, authority) and _hosts_of(pair) == _general_names(hosts):
        return pair
    return _issue_leaf(directory, name, authority, now, hosts, _CERTIFICATE_LIFE)


def _issue_leaf(
    directory: Path, name: str, authority: KeyPair, now: dt.datetime, hosts: list[str], life: dt.timedelta
) -> KeyPair:
    """A server's certificate where `hosts` are given, else a client's."""
    issuer = _load(authority.certificate)
    issuer_key = serialization.load_pem_private_key(authority.key.read_bytes(), None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    purpose = ExtendedKeyUsageOID.SERVER_AUTH if hosts else ExtendedKeyUsageOID.CLIENT_AUTH
    builder = (
        _builder(subject, issuer.subject, key.public_key(), now, life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(_general_names(hosts)), critical=False)
    return _write(_pair(directory, name), builder.sign(issuer_key, hashes.SHA256()), key)


def _builder(
    subject: x509.Name, issuer: x509.Name, public_key: ec.EllipticCurvePublicKey, now: dt.datetime, life: dt.timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public_key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
    )


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _pair(directory: Path, name: str) -> KeyPair:
    return KeyPair(directory / f"{name}.pem", directory / f"{name}.key")


def _load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def _is_current(pair: KeyPair, now: dt.datetime) -> bool:
    return (
        pair.certificate.exists()
        and pair.key.exists()
        and _load(pair.certificate).not_valid_after_utc - now > _RENEW_BEFORE
    )


def _general_names(hosts: Iterable[str]) -> list[x509.GeneralName]:
    return [_general_name(host) for host in hosts]


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _hosts_of(pair: KeyPair) -> list[x509.GeneralName]:
    try:
        return list(_load(pair.certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value)
    except x509.ExtensionNotFound:
        return []


def _is_signed_by(pair: KeyPair, authority: KeyPair) -> bool:
    certificate, issuer = _load(pair.certificate), _load(authority.certificate)
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _write(pair: KeyPair, certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> KeyPair:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    write_private(pair.key, pem)
    pair.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return pair
