"""Files that only their owner can read."""

import os
from pathlib import Path

from precisionpulse_stack.account import Account


def write_private(path: Path, content: bytes, account: Account | None = None, *, mode: int = 0o600) -> None:
    """Writes a file that has `mode` from its first moment on; it replaces what was there in one step.

    `account` becomes its owner.
    """
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        if account is not None:
            os.fchown(file.fileno(), account.uid, account.gid)
    unfinished.rename(path)
