"""The site's certificate authority, as far as the backend needs it: to sign clients, and to be told to them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from precisionpulse_sdk.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class SiteAuthority:
    """The CA's certificate and its key. `others` are further CAs that clients need, such as an outside broker's."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey = field(repr=False)
    others: tuple[x509.Certificate, ...] = ()

    @classmethod
    def load(cls, certificate: Path, key: Path, *, broker_ca: Path) -> SiteAuthority:
        """Read PEM files. Raises `ConfigurationError` when they are not a certificate and its EC key."""
        own = cls.load_certificate(certificate)
        try:
            private = serialization.load_pem_private_key(key.read_bytes(), None)
            brokers = x509.load_pem_x509_certificates(broker_ca.read_bytes())
        except (ValueError, TypeError) as error:
            raise ConfigurationError(
                f"{key} is not an unencrypted private key, or {broker_ca} no certificate"
            ) from error
        if not isinstance(private, ec.EllipticCurvePrivateKey) or private.public_key() != own.public_key():
            raise ConfigurationError(f"{key} is not the elliptic-curve key of {certificate}")
        return cls(own, private, tuple(broker for broker in brokers if broker != own))

    @staticmethod
    def load_certificate(path: Path) -> x509.Certificate:
        """Read one PEM certificate. Raises `ConfigurationError`."""
        try:
            return x509.load_pem_x509_certificate(path.read_bytes())
        except ValueError as error:
            raise ConfigurationError(f"{path} is not a PEM certificate") from error

    def pem(self) -> bytes:
        """The CA's certificate as anybody may have it."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)
