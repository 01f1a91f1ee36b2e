"""The probe in the backend's image: what it takes for ready."""

import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from precisionpulse_stack.pki import KeyPair, ensure_pki

READY = Path(__file__).resolve().parents[3] / "docker" / "backend" / "ready.py"


@contextmanager
def _server(status: int, identity: KeyPair | None = None) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if identity:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(identity.certificate, identity.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, READY, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_only_a_good_answer_is_ready(status: int, code: int) -> None:
    with _server(status) as port:
        assert _ask(f"http://127.0.0.1:{port}/readyz").returncode == code


def test_nobody_there_is_not_ready_and_says_why(free_port: int) -> None:
    answer = _ask(f"http://127.0.0.1:{free_port}/readyz")
    assert answer.returncode == 1
    assert "refused" in answer.stderr


def test_the_certificate_is_checked(tmp_path: Path) -> None:
    ours, foreign = ensure_pki(tmp_path / "ours"), ensure_pki(tmp_path / "foreign")
    with _server(200, ours.api) as port:
        url = f"https://localhost:{port}/readyz"
        assert _ask(url, str(ours.site_ca.certificate)).returncode == 0
        assert _ask(url, str(foreign.site_ca.certificate)).returncode == 1
