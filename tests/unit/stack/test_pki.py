"""Certificates: what they are good for, and when they are made anew."""

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID

from precisionpulse_stack.pki import KeyPair, ensure_pki, issue_client


def _certificate(pair: KeyPair) -> x509.Certificate:
    return x509.load_pem_x509_certificate(pair.certificate.read_bytes())


def _purposes(pair: KeyPair) -> list[x509.ObjectIdentifier]:
    return list(_certificate(pair).extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)


def test_servers_are_signed_by_the_site_and_workers_by_the_hub_alone(tmp_path: Path) -> None:
    site = ensure_pki(tmp_path)
    for server in (site.broker, site.api):
        _certificate(server).verify_directly_issued_by(_certificate(site.site_ca))
    _certificate(site.hub).verify_directly_issued_by(_certificate(site.hub_ca))
    with pytest.raises((ValueError, InvalidSignature)):
        _certificate(site.hub).verify_directly_issued_by(_certificate(site.site_ca))


def test_server_certificates_name_every_spelling_of_loopback(tmp_path: Path) -> None:
    names = _certificate(ensure_pki(tmp_path).api).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert sorted(map(str, names.get_values_for_type(x509.IPAddress))) == ["127.0.0.1", "::1"]


def test_a_server_certificate_cannot_act_as_a_client_nor_the_workers_as_a_server(tmp_path: Path) -> None:
    site = ensure_pki(tmp_path)
    assert _purposes(site.broker) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert _purposes(site.hub) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def test_only_the_authorities_may_sign(tmp_path: Path) -> None:
    site = ensure_pki(tmp_path)
    for pair, may_sign in ((site.site_ca, True), (site.hub_ca, True), (site.broker, False), (site.hub, False)):
        constraints = _certificate(pair).extensions.get_extension_for_class(x509.BasicConstraints).value
        assert constraints.ca is may_sign


def test_keys_are_on_p_256_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    site = ensure_pki(tmp_path)
    for pair in (site.site_ca, site.broker, site.api, site.hub_ca, site.hub):
        public_key = _certificate(pair).public_key()
        assert isinstance(public_key, ec.EllipticCurvePublicKey)
        assert public_key.curve.name == "secp256r1"
        assert pair.key.stat().st_mode & 0o777 == 0o600


def test_a_second_call_keeps_what_is_good(tmp_path: Path) -> None:
    site = ensure_pki(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    assert ensure_pki(tmp_path) == site
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_certificate_near_its_end_is_renewed_and_its_authority_kept(tmp_path: Path) -> None:
    site = ensure_pki(tmp_path)
    authority, old = site.site_ca.certificate.read_bytes(), _certificate(site.api)
    ensure_pki(tmp_path, now=old.not_valid_after_utc - dt.timedelta(days=29))
    assert site.site_ca.certificate.read_bytes() == authority
    assert _certificate(site.api).not_valid_after_utc > old.not_valid_after_utc + dt.timedelta(days=300)


def test_a_replaced_authority_has_its_certificates_made_anew(tmp_path: Path) -> None:
    site = ensure_pki(tmp_path)
    site.site_ca.certificate.unlink()
    ensure_pki(tmp_path)
    _certificate(site.broker).verify_directly_issued_by(_certificate(site.site_ca))


def test_a_client_is_known_by_its_common_name(tmp_path: Path) -> None:
    site = ensure_pki(tmp_path / "site")
    client = issue_client(tmp_path / "clients", site.site_ca, "desktop-1")
    assert _certificate(client).subject.rfc4514_string() == "CN=desktop-1"
    assert _purposes(client) == [ExtendedKeyUsageOID.CLIENT_AUTH]


def test_servers_are_also_called_by_the_hosts_given_and_are_made_anew_when_those_change(tmp_path: Path) -> None:
    inside = _certificate(ensure_pki(tmp_path, hosts=["broker"]).broker)
    assert _certificate(ensure_pki(tmp_path, hosts=["broker"]).broker) == inside
    reached = _certificate(ensure_pki(tmp_path, hosts=["broker", "192.0.2.7"]).broker)
    names = reached.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "broker"]
    assert "192.0.2.7" in map(str, names.get_values_for_type(x509.IPAddress))
