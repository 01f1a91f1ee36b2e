"""What the person who runs the stack may choose, read from the environment here and nowhere else.

Every fault is told at once.
"""

import enum
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from precisionpulse_stack import display
from precisionpulse_stack.errors import StackError

_DEFAULT_PORTS = {
    "WEB_PORT": 3000,
    "API_PORT": 8443,
    "BROKER_PORT": 8883,
    "HUB_BROKER_PORT": 8884,
    "DATABASE_PORT": 54329,
    "INGEST_HTTP_PORT": 8444,
    "DEMO_LINK_PORT": 8885,
    "DEMO_CONTROL_PORT": 8445,
}
_MQTTS_PORT = 8883


class DesktopMode(enum.Enum):
    """How the desktop is started."""

    WINDOW = "window"
    HEADLESS = "headless"
    NONE = "none"


@dataclass(frozen=True)
class RealBroker:
    """A broker that somebody else runs.

    It must ask for certificates, trust the site's authority on the client listener and the hub's on the hub listener,
    and enforce `generated/acl/`. `ca_file` is what signed its own certificate (None: the site's authority).
    """

    host: str
    port: int
    hub_host: str
    hub_port: int
    ca_file: Path | None
    hub_cert_file: Path | None
    hub_key_file: Path | None


@dataclass(frozen=True)
class Settings:
    """One run's choices. `ports` are wishes: a taken port is replaced, 0 is any; those in `named_ports` were asked for,
    the others are defaults. `desktop` is None where nothing was chosen."""

    ports: Mapping[str, int]
    named_ports: frozenset[str]
    site: str
    database_url: str | None
    broker: RealBroker | None
    desktop: DesktopMode | None
    has_display: bool
    demo: bool
    """Whether the demonstration client runs too."""


def load(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads WEB_PORT, API_PORT, BROKER_PORT, HUB_BROKER_PORT, DATABASE_PORT, INGEST_HTTP_PORT, DEMO_LINK_PORT,
    DEMO_CONTROL_PORT, PP_SITE, DATABASE_URL, BROKER_URL (with HUB_BROKER_URL, BROKER_CA_FILE, HUB_CERT_FILE,
    HUB_KEY_FILE), DESKTOP, DEMO and what names a display. StackError lists all that is wrong.
    """
    faults: list[str] = []
    ports = {name: _port(name, environ.get(name), default, faults) for name, default in _DEFAULT_PORTS.items()}
    desktop = _desktop(environ.get("DESKTOP"), faults)
    database_url = environ.get("DATABASE_URL") or None
    if database_url and urlsplit(database_url).scheme not in ("postgresql", "postgres"):
        faults.append(f"DATABASE_URL must begin with postgresql:// (it begins with {urlsplit(database_url).scheme!r})")
    broker = _broker(environ, faults)
    demo = _demo(environ.get("DEMO"), faults)
    if faults:
        raise StackError("The settings cannot work:\n" + "\n".join(f"  - {fault}" for fault in faults))
    return Settings(
        ports=ports,
        named_ports=frozenset(name for name, port in ports.items() if environ.get(name) and port),
        site=environ.get("PP_SITE") or "main",
        database_url=database_url,
        broker=broker,
        desktop=desktop,
        has_display=display.is_reachable(environ),
        # Its link leads over this machine: a real broker's certificate does not name that.
        demo=demo and broker is None and desktop is not DesktopMode.NONE,
    )


def must_run_all_tests(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a test that cannot run here is a fault: in continuous integration (CI) it is."""
    return environ.get("CI", "").lower() not in ("", "0", "false")


def _port(name: str, text: str | None, default: int, faults: list[str]) -> int:
    if not text:
        return default
    if text.isdecimal() and int(text) < 65536:
        return int(text)
    faults.append(f"{name} must be a port number up to 65535, or 0 for any, not {text!r}")
    return default


def _desktop(text: str | None, faults: list[str]) -> DesktopMode | None:
    if not text:
        return None
    try:
        return DesktopMode(text)
    except ValueError:
        faults.append(f"DESKTOP must be one of {', '.join(mode.value for mode in DesktopMode)}, not {text!r}")
        return None


def _demo(text: str | None, faults: list[str]) -> bool:
    if text not in (None, "", "on", "off"):
        faults.append(f"DEMO must be on or off, not {text!r}")
    return text != "off"


def _broker(environ: Mapping[str, str], faults: list[str]) -> RealBroker | None:
    url = environ.get("BROKER_URL")
    if not url:
        return None
    host, port = _mqtts("BROKER_URL", url, faults)
    hub_host, hub_port = _mqtts("HUB_BROKER_URL", environ.get("HUB_BROKER_URL") or url, faults)
    return RealBroker(
        host=host,
        port=port,
        hub_host=hub_host,
        hub_port=hub_port,
        ca_file=_file("BROKER_CA_FILE", environ, faults),
        hub_cert_file=_file("HUB_CERT_FILE", environ, faults),
        hub_key_file=_file("HUB_KEY_FILE", environ, faults),
    )


def _mqtts(name: str, url: str, faults: list[str]) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _MQTTS_PORT
    except ValueError:
        host, port, parts = None, 0, urlsplit("")
    if parts.scheme != "mqtts" or not host:
        faults.append(f"{name} must have the form mqtts://host:port (TLS is not optional), not {url!r}")
        return "", 0
    return host, port


def _file(name: str, environ: Mapping[str, str], faults: list[str]) -> Path | None:
    text = environ.get(name)
    if not text:
        return None
    path = Path(text).expanduser().absolute()
    if not path.is_file():
        faults.append(f"{name} names a file that does not exist: {path}")
    return path
