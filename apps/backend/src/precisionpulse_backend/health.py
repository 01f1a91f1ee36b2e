"""Whether a program is alive and ready, as answers to probes."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from precisionpulse_sdk.errors import PrecisionPulseError

_log = logging.getLogger(__name__)


class NotReadyError(Exception):
    """A part that the program needs can't be used now."""


class Probes:
    """Named checks, each a function that raises while its part can't be used."""

    def __init__(self, checks: Mapping[str, Callable[[], None]]) -> None:
        self._checks = checks

    def report(self) -> tuple[bool, dict[str, str]]:
        """Whether all is ready, and "ok" or the reason for each part."""
        found = {name: _outcome(check) for name, check in self._checks.items()}
        return all(outcome == "ok" for outcome in found.values()), found


class HealthServer:
    """Serves /healthz, /readyz and /metrics in plain HTTP on an internal address."""

    def __init__(self, host: str, port: int, probes: Probes, registry: CollectorRegistry) -> None:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/healthz":
                    self._answer(200, "application/json", b'{"status":"ok"}')
                elif self.path == "/readyz":
                    ready, parts = probes.report()
                    self._answer(200 if ready else 503, "application/json", json.dumps(parts).encode())
                elif self.path == "/metrics":
                    self._answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
                else:
                    self._answer(404, "text/plain", b"not found")

            def _answer(self, status: int, kind: str, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                _log.debug(format, *args)

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, name="health", daemon=True)

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._server.server_port

    def start(self) -> None:
        """Serve. Returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except (NotReadyError, PrecisionPulseError) as error:
        return str(error)
    return "ok"
