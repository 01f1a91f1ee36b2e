"""Enrolment over HTTPS, against a small hub made of the SDK's own half."""

import datetime as dt
import http.server
import ipaddress
import logging
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.enrolment import (
    IssuedCode,
    enrol,
    issue_code,
    parse_request,
    seal_grant,
    sign_certificate,
    verify_request,
)
from precisionpulse_sdk.errors import (
    CertificateError,
    ConfigurationError,
    ConnectionFailedError,
    EnrolmentError,
)
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.outbox import Outbox

PEM, DER = serialization.Encoding.PEM, serialization.Encoding.DER


class Authority:
    """A CA, and the TLS files of servers that it vouches for."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = self._sign("Test CA", self.key.public_key(), None)
        self.der = self.certificate.public_bytes(DER)

    def server_files(self, directory: Path, address: str) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._sign("server", key.public_key(), address)
        path = directory / f"{address}.pem"
        path.write_bytes(
            certificate.public_bytes(PEM)
            + key.private_bytes(PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        )
        return path

    def _sign(self, name: str, public_key: ec.EllipticCurvePublicKey, address: str | None) -> x509.Certificate:
        now = dt.datetime.now(dt.UTC)
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
            .issuer_name(issuer)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(minutes=1))
            .not_valid_after(now + dt.timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=address is None, path_length=None), critical=True)
        )
        if address is not None:
            names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256())


class Server(http.server.ThreadingHTTPServer):
    """The enrolment's two addresses. `refusal` makes it refuse."""

    daemon_threads = True

    def __init__(self, authority: Authority, files: Path) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.authority = authority
        self.told_ca = authority
        self.issued: IssuedCode = issue_code(authority.der)
        self.refusal: tuple[int, bytes, str] | None = None
        self.requests: list[pb.EnrolmentRequest] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        self.url = f"https://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A handshake that the client broke off is what some tests are about."""


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        known = self.path == "/api/v1/enrolment/ca"
        self._answer(200 if known else 404, self.server.told_ca.certificate.public_bytes(PEM), "application/x-pem-file")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.refusal is not None:
            self._answer(*self.server.refusal)
            return
        request = parse_request(body)
        self.server.requests.append(request)
        issued = self.server.issued
        verified = verify_request(request, issued.binding)
        authority = self.server.authority
        grant = seal_grant(
            verified,
            issued.binding,
            client="press-7",
            site="main",
            certificate=sign_certificate(
                verified, "press-7", ca_certificate=authority.certificate, ca_key=authority.key
            ),
            ca_certificates=[authority.certificate],
            broker_host="127.0.0.1",
            broker_port=8883,
            key_id=1,
            master_key=b"k" * 32,
            hub_public_key=b"h" * 32,
        )
        self._answer(200, grant.SerializeToString(), "application/x-protobuf")

    def _answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the tests' output clean."""


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def serve(authority: Authority, directory: Path, address: str = "127.0.0.1") -> Iterator[Server]:
    server = Server(authority, authority.server_files(directory, address))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def server(authority: Authority, tmp_path: Path) -> Iterator[Server]:
    yield from serve(authority, tmp_path)


@pytest.fixture
def misnamed_server(authority: Authority, tmp_path: Path) -> Iterator[Server]:
    yield from serve(authority, tmp_path, "192.0.2.1")


def test_enrolling_saves_an_identity_beside_its_outbox(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "precisionpulse_sdk"):
        identity = enrol(server.url, server.issued.text.lower(), tmp_path / "press")
    assert Identity.load(tmp_path / "press") == identity
    outbox = Outbox(tmp_path / "press" / "outbox.sqlite3")
    assert server.requests[0].install_id == outbox.install_id
    outbox.close()
    assert "enrolled as press-7" in caplog.text
    assert server.issued.text not in caplog.text


@pytest.mark.parametrize("code", ["EXPIRED", "USED", "RATE_LIMITED", "INVALID", "UNAVAILABLE"])
def test_each_refusal_has_its_code_and_the_hubs_words(server: Server, tmp_path: Path, code: str) -> None:
    number = pb.EnrolmentRefusalCode.Value(f"ENROLMENT_REFUSAL_CODE_{code}")
    refusal = pb.EnrolmentRefusal(code=number, text="ask\x1b[31m for another")  # type: ignore[arg-type]
    server.refusal = (403, refusal.SerializeToString(), "application/x-protobuf")
    with pytest.raises(EnrolmentError) as told:
        enrol(server.url, server.issued.text, tmp_path / "press")
    assert told.value.code == code
    assert told.value.text == "ask [31m for another"
    assert not (tmp_path / "press" / "identity.json").exists()


def test_a_refusal_in_other_words_is_told_by_its_status(server: Server, tmp_path: Path) -> None:
    for status, code in ((429, "RATE_LIMITED"), (503, "UNAVAILABLE")):
        server.refusal = (status, b"<html>", "text/html")
        with pytest.raises(EnrolmentError) as told:
            enrol(server.url, server.issued.text, tmp_path)
        assert told.value.code == code


def test_an_answer_that_is_no_grant_is_not_trusted(server: Server, tmp_path: Path) -> None:
    server.refusal = (200, b"\xff\xff\xff", "application/x-protobuf")
    with pytest.raises(EnrolmentError) as told:
        enrol(server.url, server.issued.text, tmp_path)
    assert told.value.code == "UNTRUSTED_GRANT"


@pytest.mark.proves("PP-FR-3")
def test_a_server_with_another_ca_than_the_codes_gets_no_request(server: Server, tmp_path: Path) -> None:
    server.told_ca = Authority()
    with pytest.raises(EnrolmentError) as told:
        enrol(server.url, server.issued.text, tmp_path)
    assert told.value.code == "UNTRUSTED_CA"
    assert server.requests == []


@pytest.mark.proves("PP-FR-3")
def test_somebody_who_shows_the_right_ca_but_is_not_vouched_for_gets_no_request(
    authority: Authority, tmp_path: Path
) -> None:
    for server in serve(Authority(), tmp_path):
        server.told_ca = authority
        with pytest.raises(CertificateError):
            enrol(server.url, issue_code(authority.der).text, tmp_path)
        assert server.requests == []


def test_a_server_under_a_name_that_is_not_its_own_gets_no_request(misnamed_server: Server, tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="name"):
        enrol(misnamed_server.url, misnamed_server.issued.text, tmp_path)
    assert misnamed_server.requests == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "ftp://x", "https://", "https://host:port", ""])
def test_an_address_that_is_not_https_is_refused(authority: Authority, tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match="https"):
        enrol(url, issue_code(authority.der).text, tmp_path)


def test_a_server_that_is_not_there_is_told(authority: Authority, tmp_path: Path, free_port: int) -> None:
    with pytest.raises(ConnectionFailedError, match=str(free_port)):
        enrol(f"https://127.0.0.1:{free_port}", issue_code(authority.der).text, tmp_path)
    with pytest.raises(ConnectionFailedError, match="resolve"):
        enrol("https://no-such-host.invalid", issue_code(authority.der).text, tmp_path)
