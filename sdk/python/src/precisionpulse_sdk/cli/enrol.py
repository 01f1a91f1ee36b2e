"""`pp enrol`: a one-time code becomes an identity."""

from __future__ import annotations

from typing import Annotated

import typer

from precisionpulse_sdk.cli.options import DEFAULT_DIRECTORY, Directory
from precisionpulse_sdk.enrolment import enrol as enrol_client


def enrol(
    url: Annotated[str, typer.Argument(help="The server's address: https://host[:port].")],
    code: Annotated[str, typer.Argument(help="The one-time code that an administrator gave you.")],
    directory: Directory = DEFAULT_DIRECTORY,
) -> None:
    """Enrol this computer as a client, with a one-time code."""
    place = directory.expanduser()
    identity = enrol_client(url, code, place)
    print(f"enrolled as {identity.client} at site {identity.site}; identity saved in {place}")
