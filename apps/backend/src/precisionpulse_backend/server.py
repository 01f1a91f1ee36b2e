"""HTTPS for the web program: one gunicorn worker with threads, since a Socket.IO connection belongs to one process."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from precisionpulse_backend.settings import WebSettings
from precisionpulse_backend.tls_socket import share_websockets
from precisionpulse_backend.web import Web
from precisionpulse_backend.web_worker import Worker, tls_context

_KEEPALIVE_S = 15
_GOODBYE_S = 3


class _Log(Logger):
    """Gunicorn's own lines, in the form of all others."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        self.error_log.propagate = True
        self.error_log.setLevel(logging.INFO)


class Server(BaseApplication):
    """Serves what `build` makes. The worker builds it, after the fork: threads and connections do not survive one."""

    def __init__(self, settings: WebSettings, build: Callable[[], Web]) -> None:
        self._settings = settings
        self._build = build
        self._web: Web | None = None
        super().__init__()

    def load_config(self) -> None:
        settings = self._settings
        options: dict[str, Any] = {
            "bind": f"{settings.api_host}:{settings.api_port}",
            "workers": 1,
            "worker_class": Worker,
            "threads": settings.web_threads,
            "certfile": str(settings.api_cert_file),
            "keyfile": str(settings.api_key_file),
            "ssl_context": tls_context,
            "keepalive": _KEEPALIVE_S,
            "graceful_timeout": _GOODBYE_S,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "control_socket_disable": True,
            "worker_exit": lambda _server, _worker: self._close(),
            "logger_class": _Log,
        }
        for name, value in options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        self._web = self._build()
        self._web.start()
        return share_websockets(self._web.app)

    def _close(self) -> None:
        if self._web is not None:
            self._web.close()
