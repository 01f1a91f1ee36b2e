"""The `pp` command. One file per subcommand; errors are one line on stderr, and exit code 1."""

from __future__ import annotations

import sys

from precisionpulse_sdk.errors import PrecisionPulseError

_INTERRUPTED = 130


def main() -> None:
    """Entry point of the console script."""
    try:
        from precisionpulse_sdk.cli.app import app
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("typer", "rich"):
            raise
        print("pp: install the command's own parts first: pip install 'precisionpulse-sdk[cli]'", file=sys.stderr)
        sys.exit(1)
    try:
        app()
    except PrecisionPulseError as error:
        print(f"pp: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
