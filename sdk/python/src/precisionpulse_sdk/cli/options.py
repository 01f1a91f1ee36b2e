"""Options that several subcommands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Directory = Annotated[
    Path,
    typer.Option("--directory", "-d", help="Where the client's identity and outbox are.", show_default=True),
]

DEFAULT_DIRECTORY = Path("~/.precisionpulse")
