"""Programs that run once and end: their output is kept, and shown only when they fail."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from precisionpulse_stack.account import Account
from precisionpulse_stack.errors import CommandFailedError

_SHOWN_CHARACTERS = 4000


def run(
    what: str,
    command: Sequence[str | Path],
    *,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    account: Account | None = None,
    timeout_s: float = 600,
) -> str:
    """Runs a program to its end and returns what it wrote.

    CommandFailedError, begun with `what`, when it fails; `environment` adds to ours.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            env={**os.environ, **(environment or {})},
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout_s,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
        )
    except subprocess.TimeoutExpired as error:
        raise CommandFailedError(f"{what} did not end within {timeout_s:.0f} s ({command[0]})") from error
    except OSError as error:
        raise CommandFailedError(f"{what} could not start: {error}") from error
    if done.returncode != 0:
        raise CommandFailedError(
            f"{what} failed with code {done.returncode}:\n{done.stdout[-_SHOWN_CHARACTERS:].rstrip()}"
        )
    return done.stdout
