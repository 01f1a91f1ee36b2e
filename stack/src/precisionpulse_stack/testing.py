"""Real servers for tests, made from the same parts as `make run`.

The pytest fixtures that hand these out are in `tests/conftest.py`.
"""

import datetime as dt
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from precisionpulse_stack import pki, ports
from precisionpulse_stack.access_list import read_access_list
from precisionpulse_stack.broker import Broker
from precisionpulse_stack.credentials import readable_password
from precisionpulse_stack.database import Database
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.mosquitto import ensure_mosquitto
from precisionpulse_stack.pki import KeyPair, SitePki

SITE = "main"


def temporary_layout() -> Layout:
    """A new place for servers, outside pytest's own directories: those are closed to the account that the servers run
    under.
    """
    root = Path(tempfile.mkdtemp(prefix="precisionpulse-test-"))
    root.chmod(0o711)
    layout = Layout(root)
    layout.make()
    return layout


@dataclass
class DatabaseServer:
    """A PostgreSQL server that hands out empty databases."""

    server: Database
    _count: int = field(default=0)

    def new_database(self) -> str:
        """Creates an empty database and returns its URL."""
        self._count += 1
        name = f"test_{self._count}"
        self.server.ensure_exists(name)
        return self.server.url(name)

    def kill(self) -> None:
        self.server.kill()

    def restart(self) -> None:
        self.server.stop()
        self.server.start()


@dataclass
class BrokerSite:
    """A running broker with the authorities behind it.

    Clients connect to `host`:`port`, hub workers to `host`:`hub_port` with the certificate `hub`; both check the broker
    against `ca_file`. `kill` and `restart` act on the real process. Whoever kills the shared broker starts it again.
    """

    broker: Broker
    pki: SitePki
    directory: Path
    site: str = SITE
    host: str = ports.LOOPBACK

    @property
    def port(self) -> int:
        return self.broker.client_port

    @property
    def hub_port(self) -> int:
        return self.broker.hub_port

    @property
    def ca_file(self) -> Path:
        return self.pki.site_ca.certificate

    @property
    def hub(self) -> KeyPair:
        return self.pki.hub

    def client(self, name: str) -> KeyPair:
        """A good certificate for the client `name`."""
        return pki.issue_client(self.directory / "clients", self.pki.site_ca, name)

    def expired_client(self, name: str) -> KeyPair:
        """A certificate of the right authority that ended yesterday."""
        yesterday = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
        return pki.issue_client(
            self.directory / "expired", self.pki.site_ca, name, life=dt.timedelta(days=1), now=yesterday
        )

    def foreign_client(self, name: str) -> KeyPair:
        """A certificate with the right name from an authority that the broker does not know."""
        authority = pki.ensure_authority(self.directory / "foreign", "foreign-ca", "Somebody else's CA")
        return pki.issue_client(self.directory / "foreign", authority, name)

    def kill(self) -> None:
        self.broker.kill()

    def restart(self) -> None:
        self.broker.restart()


def make_database(layout: Layout, *, durable: bool = True) -> Database:
    """A server not yet started. With `durable` false it skips fsync: what it loses only a power cut could take."""
    settings = {} if durable else {"fsync": "off", "full_page_writes": "off"}
    return Database(layout, ports.free_port(), readable_password(), settings=settings, output=subprocess.DEVNULL)


def make_broker(layout: Layout, checkout: Path) -> BrokerSite:
    """A broker not yet started, with authorities of its own; the program is the checkout's."""
    site_pki = pki.ensure_pki(layout.secrets)
    broker = Broker(
        layout,
        ensure_mosquitto(Layout(checkout)),
        site_pki,
        SITE,
        read_access_list(checkout),
        ports.free_port(),
        ports.free_port(),
        output=subprocess.DEVNULL,
    )
    return BrokerSite(broker, site_pki, layout.root)
