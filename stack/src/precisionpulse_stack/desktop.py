"""The desktop of the local system: how it is shown, and how it gets its identity."""

import dataclasses
import sys
from collections.abc import Mapping
from pathlib import Path

from precisionpulse_sdk.enrolment import enrol
from precisionpulse_sdk.errors import PrecisionPulseError
from precisionpulse_sdk.identity import FILE_NAME, Identity
from precisionpulse_stack import commands, system_packages
from precisionpulse_stack.errors import StackError
from precisionpulse_stack.programs import Addresses, backend_command
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


def is_enrolled(data: Path) -> bool:
    """Whether the desktop with this data directory has an identity."""
    return (data / FILE_NAME).exists()


def enrol_with(data: Path, addresses: Addresses, backend: Mapping[str, str]) -> None:
    """Gives the desktop its identity by a fresh one-time code, so that its window opens on a stream and not on a
    question.

    The API must be up. StackError when it refuses.
    """
    issue = backend_command("issue-code", "--client", CLIENT)
    code = commands.run("Issuing an enrolment code", issue, environment=backend, timeout_s=60).strip().splitlines()[-1]
    try:
        enrol(addresses.api_url, code, data)
    except PrecisionPulseError as error:
        raise StackError(f"the desktop could not be enrolled with {addresses.api_url}: {error}") from error


def follow_broker(data: Path, addresses: Addresses) -> None:
    """Corrects the desktop's broker address when this run had to take another port than its enrolment named."""
    identity = Identity.load(data)
    broker = addresses.broker
    if (identity.broker_host, identity.broker_port) != (broker.host, broker.port):
        dataclasses.replace(identity, broker_host=broker.host, broker_port=broker.port).save(data)
