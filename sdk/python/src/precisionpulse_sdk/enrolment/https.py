"""The way to the hub: its CA first, checked against the code, and everything else over TLS that this CA vouches for."""

from __future__ import annotations

import contextlib
import http.client
import logging
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from google.protobuf.message import DecodeError

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.enrolment.client import make_request, open_grant
from precisionpulse_sdk.enrolment.code import EnrolmentCode
from precisionpulse_sdk.errors import CertificateError, ConfigurationError, ConnectionFailedError, EnrolmentError
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.outbox import OUTBOX_NAME, Outbox

logger = logging.getLogger(__name__)

_PATH = "/api/v1/enrolment"
_MAX_ANSWER_BYTES = 1 << 20
_MAX_TEXT = 500


def enrol(
    api_url: str,
    code: str,
    directory: Path | str,
    *,
    sdk_name: str = "precisionpulse-sdk-python",
    sdk_version: str | None = None,
    timeout_s: float = 15.0,
) -> Identity:
    """Enrol this client with the hub at `api_url` (https://host[:port]) and save its identity in `directory`.

    Blocks; logs its progress. Raises `EnrolmentError` when the hub refuses (its code says why), when the server is not
    the one that issued the code (UNTRUSTED_CA) or its answer does not fit (UNTRUSTED_GRANT); `LinkError` if it can't
    be reached; `ConfigurationError` for an address or directory that can't work; `StorageError` for the outbox."""
    parsed = EnrolmentCode.parse(code)
    host, port = _address(api_url)
    ca_der = _fetch_ca(host, port, parsed, timeout_s)
    logger.info("%s:%d has the CA that the code names", host, port)
    outbox = Outbox(Path(directory) / OUTBOX_NAME)
    install_id = outbox.install_id
    outbox.close()
    request, pending = make_request(parsed, install_id=install_id, sdk_name=sdk_name, sdk_version=sdk_version)
    identity = open_grant(pending, _ask(host, port, ca_der, request, timeout_s))
    identity.save(directory)
    logger.info("enrolled as %s at site %s, identity saved in %s", identity.client, identity.site, directory)
    return identity


def _address(api_url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(api_url if "://" in api_url else f"https://{api_url}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme != "https" or not host:
        raise ConfigurationError(f"{api_url!r} is not an address to enrol with: it must be https://host[:port]")
    return host, port or 443


def _fetch_ca(host: str, port: int, code: EnrolmentCode, timeout_s: float) -> bytes:
    """The site's CA certificate (DER). Nothing that this connection says is believed but what the code confirms."""
    unverified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    unverified.check_hostname = False
    unverified.verify_mode = ssl.CERT_NONE
    with _connection(host, port, unverified, timeout_s) as connection:
        connection.request("GET", f"{_PATH}/ca")
        answer = connection.getresponse()
        body = answer.read(_MAX_ANSWER_BYTES)
    if answer.status != 200:
        raise EnrolmentError(
            "UNAVAILABLE", f"{host}:{port} does not tell its CA (HTTP {answer.status}): is this the server's address?"
        )
    with contextlib.suppress(ValueError):
        for certificate in x509.load_pem_x509_certificates(body):
            der = certificate.public_bytes(serialization.Encoding.DER)
            if code.fits(der):
                return der
    raise EnrolmentError(
        "UNTRUSTED_CA",
        f"{host}:{port} is not the server that issued this code (its CA is another): check address and code; if both "
        "are right, somebody is between you and the server",
    )


def _ask(host: str, port: int, ca_der: bytes, request: pb.EnrolmentRequest, timeout_s: float) -> pb.EnrolmentGrant:
    verified = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    verified.minimum_version = ssl.TLSVersion.TLSv1_2
    verified.load_verify_locations(cadata=ca_der)
    with _connection(host, port, verified, timeout_s) as connection:
        headers = {"Content-Type": "application/x-protobuf", "Accept": "application/x-protobuf"}
        connection.request("POST", _PATH, request.SerializeToString(), headers)
        answer = connection.getresponse()
        body = answer.read(_MAX_ANSWER_BYTES)
    if answer.status not in (200, 201):
        raise _refusal(answer.status, answer.headers.get_content_type(), body)
    try:
        return pb.EnrolmentGrant.FromString(body)
    except DecodeError:
        raise EnrolmentError("UNTRUSTED_GRANT", f"{host}:{port} answered something else than a grant") from None


def _refusal(status: int, content_type: str, body: bytes) -> EnrolmentError:
    if content_type == "application/x-protobuf":
        with contextlib.suppress(DecodeError):
            refusal = pb.EnrolmentRefusal.FromString(body)
            known = refusal.code in pb.EnrolmentRefusalCode.values()
            name = pb.EnrolmentRefusalCode.Name(refusal.code) if known else f"CODE_{refusal.code}"
            return EnrolmentError(name.removeprefix("ENROLMENT_REFUSAL_CODE_"), _printable(refusal.text))
    if status == 429:
        return EnrolmentError("RATE_LIMITED", "too many tries from this address: wait a minute and try again")
    return EnrolmentError("UNAVAILABLE", f"the server did not answer the enrolment (HTTP {status}): try again later")


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text[:_MAX_TEXT])


@contextlib.contextmanager
def _connection(
    host: str, port: int, context: ssl.SSLContext, timeout_s: float
) -> Iterator[http.client.HTTPSConnection]:
    connection = http.client.HTTPSConnection(host, port, timeout=timeout_s, context=context)
    try:
        yield connection
    except ssl.SSLCertVerificationError as error:
        raise CertificateError(
            f"the certificate of {host}:{port} is not acceptable ({error.verify_message}): use a name that it holds"
        ) from error
    except ssl.SSLError as error:
        raise ConnectionFailedError(f"{host}:{port} does not speak TLS: is this the https address?") from error
    except socket.gaierror as error:
        raise ConnectionFailedError(f"the name {host} does not resolve: check the address and the network") from error
    except TimeoutError as error:
        raise ConnectionFailedError(f"{host}:{port} did not answer within {timeout_s:g} s") from error
    except ConnectionRefusedError as error:
        raise ConnectionFailedError(f"nothing listens on {host}:{port}: is the server running?") from error
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionFailedError(f"no answer from {host}:{port}: {error or type(error).__name__}") from error
    finally:
        connection.close()
