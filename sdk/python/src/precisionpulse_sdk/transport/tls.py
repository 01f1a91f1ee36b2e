"""TLS towards the broker: mutual, verified, and with failures in words that say what to do."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import socket
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import serialization

from precisionpulse_sdk.errors import CertificateError, ConfigurationError, ConnectionFailedError, LinkError

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_READ_BYTES = 1 << 14
"""As much as a TLS record holds."""
_GATHER_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class Credentials:
    """The PEM of the CA certificates, of the own certificate and of its key, and where they came from, for messages."""

    ca: bytes
    certificate: bytes
    private_key: bytes
    ca_name: str = "the identity's CA"
    certificate_name: str = "the identity's certificate"

    @classmethod
    def from_files(cls, ca: Path, certificate: Path, private_key: Path) -> Credentials:
        """Read the PEM files. Raises `ConfigurationError` for one that can't be read."""
        try:
            return cls(ca.read_bytes(), certificate.read_bytes(), private_key.read_bytes(), str(ca), str(certificate))
        except OSError as error:
            raise ConfigurationError(f"{error.filename} can't be read: {error.strerror}") from error


class TlsSocket(ssl.SSLSocket):
    """Reads ahead and gathers what is sent until `flush`: paho takes a packet in three reads and sends each by itself,
    and every one of these would go through TLS and the kernel.

    Remembers the last error: a broker that refuses a certificate says so only after the handshake (TLS 1.3)."""

    failure: ssl.SSLError | None = None
    _ahead: bytes = b""
    _taken = 0
    _gathered: bytearray | None = None

    @property
    def has_unsent(self) -> bool:
        """Whether something waits for `flush`."""
        return bool(self._gathered)

    def recv(self, buflen: int = 1024, flags: int = 0) -> bytes:
        """At most `buflen` bytes; `flags` must be 0."""
        if self._taken == len(self._ahead):
            try:
                self._ahead = super().recv(_READ_BYTES, flags)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                self.failure = error
                raise
            self._taken = 0
        taken = self._ahead[self._taken : self._taken + buflen]
        self._taken += len(taken)
        return taken

    def pending(self) -> int:
        """How many bytes can be received without the network."""
        return len(self._ahead) - self._taken or super().pending()

    def send(self, data: ReadableBuffer, flags: int = 0) -> int:
        """Take `data` to be sent by `flush`. Raises `BlockingIOError` while too much waits already."""
        if self._gathered is None:
            self._gathered = bytearray()
        if len(self._gathered) >= _GATHER_BYTES:
            self.flush()
            if self._gathered:
                raise BlockingIOError
        self._gathered += data
        return len(memoryview(data))

    def flush(self) -> None:
        """Send what was gathered, as far as the network takes it now; the rest waits for the next call."""
        try:
            while self._gathered:
                del self._gathered[: super().send(self._gathered)]
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            pass

    def close(self) -> None:
        """Close, after a last attempt to send what was gathered."""
        with contextlib.suppress(OSError):
            self.flush()
        super().close()


def tls_context(credentials: Credentials) -> ssl.SSLContext:
    """A context for TLS 1.2 or later that checks the broker's certificate and name, and shows our own certificate.

    Raises `CertificateError` for a certificate or key that is not usable."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = TlsSocket
    try:
        context.load_verify_locations(cadata=credentials.ca.decode("ascii"))
    except (ssl.SSLError, ValueError) as error:
        raise CertificateError(f"{credentials.ca_name} is not a PEM certificate: enrol again") from error
    try:
        _load_own(context, credentials)
    except (ssl.SSLError, ValueError, TypeError) as error:
        raise CertificateError(
            f"{credentials.certificate_name} and its key do not fit together or are damaged: enrol again"
        ) from error
    return context


def connect_error(error: OSError, host: str, port: int, credentials: Credentials) -> LinkError:
    """What it means that no connection was made."""
    if isinstance(error, ssl.SSLError):
        return handshake_error(error, host, credentials)
    if isinstance(error, socket.gaierror):
        return ConnectionFailedError(f"the broker's name {host} does not resolve: check the name and the network")
    if isinstance(error, TimeoutError):
        return ConnectionFailedError(
            f"the broker {host}:{port} did not answer in time: check the network and firewalls"
        )
    if isinstance(error, ConnectionRefusedError):
        return ConnectionFailedError(f"nothing listens on {host}:{port}: is the broker running?")
    return ConnectionFailedError(f"no connection to the broker {host}:{port}: {error.strerror or error}")


def handshake_error(error: ssl.SSLError, host: str, credentials: Credentials) -> LinkError:
    """What a failed handshake means."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return CertificateError(_broker_fault(error, host, credentials))
    reason = (error.reason or "").upper()
    if "ALERT" in reason and ("CERT" in reason or "UNKNOWN_CA" in reason or "ACCESS_DENIED" in reason):
        said = reason.partition("ALERT_")[2].replace("_", " ").lower()
        return CertificateError(
            f"the broker {host} refused {credentials.certificate_name} ({said}){_dates(credentials)}: enrol again, and "
            "check this computer's clock"
        )
    return ConnectionFailedError(f"TLS with {host} failed ({reason or error}): is this the broker's TLS port?")


def refused(host: str, reason: str, credentials: Credentials) -> CertificateError:
    """The broker speaks MQTT with us, but does not let this identity in."""
    return CertificateError(
        f"the broker {host} does not accept {credentials.certificate_name} ({reason}){_dates(credentials)}: the client "
        "may have been revoked; ask an administrator, or enrol again"
    )


def _broker_fault(error: ssl.SSLCertVerificationError, host: str, credentials: Credentials) -> str:
    # Numbers of X509_V_ERR_… in OpenSSL.
    if error.verify_code == 10:
        return f"the certificate of the broker {host} has expired: it must be renewed there (or this clock is wrong)"
    if error.verify_code == 9:
        return f"the certificate of the broker {host} is not valid yet: check this computer's clock"
    if error.verify_code in (62, 63, 64):
        return f"the broker's certificate is for another name than {host}: connect by a name that it holds"
    if error.verify_code in (2, 18, 19, 20, 21):
        return (
            f"the certificate of the broker {host} was not issued by {credentials.ca_name}: this is another broker, "
            "or its site has a new CA; enrol again"
        )
    return f"the certificate of the broker {host} is not acceptable: {error.verify_message}"


def _dates(credentials: Credentials) -> str:
    from cryptography import x509  # 2 MB that a connection which works does not need

    with contextlib.suppress(ValueError):
        certificate = x509.load_pem_x509_certificate(credentials.certificate)
        now = dt.datetime.now(dt.UTC)
        if certificate.not_valid_after_utc < now:
            return f"; it expired on {certificate.not_valid_after_utc:%Y-%m-%d}"
        if certificate.not_valid_before_utc > now:
            return f"; it is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
    return ""


def _load_own(context: ssl.SSLContext, credentials: Credentials) -> None:
    # The ssl module reads keys from files only; so that none lies on a disk in clear, this one is encrypted.
    key: Any = serialization.load_pem_private_key(credentials.private_key, password=None)
    password = secrets.token_hex(16)
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    )
    handle, name = tempfile.mkstemp(suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(credentials.certificate.rstrip() + b"\n" + encrypted)
        context.load_cert_chain(name, password=password)
    finally:
        Path(name).unlink()
