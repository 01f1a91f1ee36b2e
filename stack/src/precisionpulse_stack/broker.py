"""The site's MQTT broker: Mosquitto with two TLS listeners.

The *client* listener trusts the site's authority and takes both user name and client id from the certificate's common
name: nobody can speak as somebody else, nor end another's session by borrowing its id. The *hub* listener trusts the
hub's authority alone, so that many workers share the name `hub` while each keeps an id of its own. Who may use which
topic is the generated access list, enforced on both.
"""

import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from precisionpulse_stack import leash, ports
from precisionpulse_stack.account import Account, service_account
from precisionpulse_stack.broker_files import CONFIGURATION, BrokerPlace, broker_files
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.mosquitto import Mosquitto
from precisionpulse_stack.pki import SitePki
from precisionpulse_stack.private_files import write_private
from precisionpulse_stack.waiting import wait_until

STOP_SIGNAL = signal.SIGTERM


@dataclass
class Broker:
    """One broker, its configuration and its memory. `start` may be called again after `stop` or `kill`.

    `access_list` is the text of the schema's access list, `{site}` not yet filled in.
    """

    layout: Layout
    mosquitto: Mosquitto
    pki: SitePki
    site: str
    access_list: str
    client_port: int
    hub_port: int
    output: int | IO[bytes] | None = None
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self._account = service_account()
        self._mosquitto = self._reachable(self.mosquitto)
        self._home = self.layout.home("broker", self._account)

    @property
    def account(self) -> Account | None:
        """Who the broker runs as, when it must not be us."""
        return self._account

    @property
    def configuration(self) -> Path:
        return self._home / CONFIGURATION

    def prepare(self) -> None:
        """Writes configuration, access list and the broker's own copies of its certificates."""
        place = BrokerPlace(self._home, self._home, ports.LOOPBACK, self.client_port, self.hub_port)
        for name, content in broker_files(place, self.pki, self.site, self.access_list).items():
            write_private(self._home / name, content, self._account)

    def command(self) -> list[str | Path]:
        """The broker in the foreground, to be run as `account`."""
        return [self._mosquitto.program, "-c", self.configuration]

    def environment(self) -> dict[str, str]:
        """What the broker's process needs to be set."""
        return self._mosquitto.environment()

    def is_ready(self, pid: int) -> bool:
        """Whether the broker `pid` listens on both ports."""
        return ports.listens(pid, self.client_port) and ports.listens(pid, self.hub_port)

    def start(self, timeout_s: float = 20) -> None:
        """Starts the broker and waits until both listeners accept."""
        self.prepare()
        process = leash.spawn(self.command(), environment=self.environment(), account=self._account, output=self.output)
        self.process = process
        wait_until(
            "Mosquitto", lambda: self.is_ready(process.pid), timeout_s, still_alive=lambda: process.poll() is None
        )

    def stop(self) -> None:
        """Ends the broker in an orderly way; it writes its memory."""
        if self.process is not None:
            leash.stop(self.process)

    def kill(self) -> None:
        """Kill -9: the broker forgets whatever it had not written, as a real one does."""
        if self.process is not None:
            leash.kill_group(self.process)
            self.process.wait()

    def restart(self) -> None:
        """Starts the broker again, ending it first when it runs."""
        self.stop()
        self.start()

    def forget(self) -> None:
        """Deletes the broker's memory (retained messages, sessions) while it is stopped."""
        (self._home / "mosquitto.db").unlink(missing_ok=True)

    def _reachable(self, mosquitto: Mosquitto) -> Mosquitto:
        if mosquitto.tree is None:
            return mosquitto
        parent = self.layout.reachable(mosquitto.tree.parent, [mosquitto.tree.name], self._account)
        return mosquitto.moved(parent / mosquitto.tree.name)
