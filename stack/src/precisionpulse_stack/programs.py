"""The programs of the system, each with what it must be told."""

import os
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from precisionpulse_stack import ports
from precisionpulse_stack.broker import Broker
from precisionpulse_stack.credentials import Credentials
from precisionpulse_stack.database import STOP_SIGNAL, Database
from precisionpulse_stack.node import Dashboard
from precisionpulse_stack.pki import SitePki
from precisionpulse_stack.processes import Program
from precisionpulse_stack.settings import RealBroker

_PROBE_TIMEOUT_S = 5


@dataclass(frozen=True)
class Addresses:
    """Where each part of this run is found."""

    web_url: str
    web_port: int
    api_url: str
    api_port: int
    ingest_http_port: int
    broker: RealBroker
    database_url: str


def database_program(database: Database) -> Program:
    """The embedded PostgreSQL."""
    return Program(
        name="database",
        command=database.command(),
        environment=os.environ,
        account=database.account,
        stop_signal=STOP_SIGNAL,
        grace_s=20,
        before_start=database.prepare,
        is_ready=database.is_ready,
    )


def broker_program(broker: Broker) -> Program:
    """The local Mosquitto."""
    return Program(
        name="broker",
        command=broker.command(),
        environment={**os.environ, **broker.environment()},
        account=broker.account,
        before_start=broker.prepare,
        is_ready=broker.is_ready,
    )


def backend_environment(addresses: Addresses, pki: SitePki, credentials: Credentials, site: str) -> dict[str, str]:
    """Every setting of the backend, for all of its programs."""
    broker = addresses.broker
    return {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "PP_SITE": site,
        "PP_DATABASE_URL": addresses.database_url,
        "PP_BROKER_HOST": broker.host,
        "PP_BROKER_PORT": str(broker.port),
        "PP_HUB_BROKER_HOST": broker.hub_host,
        "PP_HUB_BROKER_PORT": str(broker.hub_port),
        "PP_HUB_CA_FILE": str(broker.ca_file or pki.site_ca.certificate),
        "PP_HUB_CERT_FILE": str(broker.hub_cert_file or pki.hub.certificate),
        "PP_HUB_KEY_FILE": str(broker.hub_key_file or pki.hub.key),
        "PP_SITE_CA_CERT_FILE": str(pki.site_ca.certificate),
        "PP_SITE_CA_KEY_FILE": str(pki.site_ca.key),
        "PP_KEY_ENCRYPTION_KEY_FILE": str(credentials.key_encryption_key),
        "PP_SESSION_SECRET_FILE": str(credentials.session_secret),
        "PP_ADMIN_PASSWORD_FILE": str(credentials.admin_password),
        "PP_API_HOST": ports.LOOPBACK,
        "PP_API_PORT": str(addresses.api_port),
        "PP_API_CERT_FILE": str(pki.api.certificate),
        "PP_API_KEY_FILE": str(pki.api.key),
        "PP_WEB_ORIGIN": addresses.web_url,
        "PP_INGEST_HTTP_HOST": ports.LOOPBACK,
        "PP_INGEST_HTTP_PORT": str(addresses.ingest_http_port),
        "PP_LOG_FORMAT": "console",
    }


def backend_command(*arguments: str) -> list[str | Path]:
    """One of the backend's programs."""
    return [sys.executable, "-m", "precisionpulse_backend", *arguments]


def ingest_program(environment: Mapping[str, str], addresses: Addresses) -> Program:
    """Takes what clients send, commits it and acknowledges."""
    ready = _answers(f"http://{ports.LOOPBACK}:{addresses.ingest_http_port}/readyz")
    return Program("ingest", backend_command("ingest"), environment, is_ready=ready)


def web_program(environment: Mapping[str, str], addresses: Addresses, pki: SitePki) -> Program:
    """REST, Socket.IO and enrolment, over TLS."""
    context = ssl.create_default_context(cafile=str(pki.site_ca.certificate))
    ready = _answers(f"{addresses.api_url}/readyz", context)
    return Program("web", backend_command("web"), environment, is_ready=ready)


def dashboard_program(dashboard: Dashboard, addresses: Addresses, pki: SitePki) -> Program:
    """The built web app."""
    environment = {
        **dashboard.node.environment(),
        "NODE_ENV": "production",
        "HOSTNAME": ports.LOOPBACK,
        "PORT": str(addresses.web_port),
        "API_ORIGIN": addresses.api_url,
        "NODE_EXTRA_CA_CERTS": str(pki.site_ca.certificate),
    }
    return Program(
        name="dashboard",
        command=[dashboard.node.program, dashboard.server],
        environment=environment,
        directory=dashboard.server.parent,
        is_ready=_answers(f"{addresses.web_url}/login"),
    )


def desktop_program(data: Path, *, window: bool, name: str = "desktop", source: str = "host") -> Program:
    """A desktop, in a window or without; its identity is in `data`."""
    arguments = ["--data-dir", str(data), "--profile", data.name, "--source", source]
    if not window:
        arguments.append("--headless")
    return Program(
        name=name,
        command=[sys.executable, "-m", "precisionpulse_desktop", *arguments],
        environment={**os.environ, "PYTHONUNBUFFERED": "1"},
        ends_when_closed=window,
    )


def _answers(url: str, context: ssl.SSLContext | None = None) -> Callable[[int], bool]:
    """A readiness check: whether the address answers without a fault of its own (a refusal is an answer)."""

    def check(pid: int) -> bool:
        try:
            with urllib.request.urlopen(url, timeout=_PROBE_TIMEOUT_S, context=context):
                return True
        except urllib.error.HTTPError as error:
            return error.code < 500
        except OSError:
            return False

    return check
