"""The desktop of the local system: how it is shown, and how it gets its identity."""

import dataclasses
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from precisionpulse_sdk.enrolment import enrol
from precisionpulse_sdk.errors import PrecisionPulseError
from precisionpulse_sdk.identity import FILE_NAME, Identity
from precisionpulse_stack import commands, system_packages
from precisionpulse_stack.errors import StackError
from precisionpulse_stack.processes import Program
from precisionpulse_stack.programs import Addresses, backend_command, desktop_program
from precisionpulse_stack.settings import DesktopMode, Settings

CLIENT = "desktop-1"


def choose_mode(settings: Settings) -> tuple[DesktopMode, str | None]:
    """How to show the desktop, and a remark for the person when that is not what they might expect.

    Chosen is chosen. Otherwise a window where there is a screen and Qt can draw on it, else headless.
    """
    if settings.desktop is not None:
        return settings.desktop, None
    if not settings.has_display and sys.platform.startswith("linux"):
        return DesktopMode.HEADLESS, None
    missing = system_packages.missing_for_window()
    if missing:
        install = f"apt install {' '.join(missing)}"
        return (
            DesktopMode.HEADLESS,
            f"The desktop runs without a window: Qt needs libraries that are missing ({install}).",
        )
    return DesktopMode.WINDOW, None


def station(data: Path, mode: DesktopMode, addresses: Addresses) -> "Station":
    """The desktop that measures this machine."""
    program = desktop_program(data, window=mode is DesktopMode.WINDOW)
    return Station(CLIENT, data, addresses.broker.host, addresses.broker.port, program)


@dataclass(frozen=True)
class Station:
    """A desktop of the local system: who it is, where its data are, where it finds the broker, and its program."""

    client: str
    data: Path
    broker_host: str
    broker_port: int
    program: Program

    @property
    def is_enrolled(self) -> bool:
        """Whether it has an identity."""
        return (self.data / FILE_NAME).exists()

    def enrol(self, addresses: Addresses, backend: Mapping[str, str]) -> None:
        """Gives it its identity by a fresh one-time code, so that a window opens on a stream and not on a question.

        The API must be up. StackError when it refuses.
        """
        issue = backend_command("issue-code", "--accounts", "--client", self.client)
        told = commands.run("Issuing an enrolment code", issue, environment=backend, timeout_s=60)
        try:
            enrol(addresses.api_url, told.strip().splitlines()[-1], self.data)
        except PrecisionPulseError as error:
            raise StackError(f"{self.client} could not be enrolled with {addresses.api_url}: {error}") from error
        self.follow_broker()

    def follow_broker(self) -> None:
        """Corrects its broker's address when that is not what its enrolment named."""
        identity = Identity.load(self.data)
        if (identity.broker_host, identity.broker_port) != (self.broker_host, self.broker_port):
            dataclasses.replace(identity, broker_host=self.broker_host, broker_port=self.broker_port).save(self.data)
