"""Turns among processes: two runs of one checkout must not unpack or build the same thing at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def one_at_a_time(lock_file: Path) -> Iterator[None]:
    """Waits until no other process is inside with this file; the kernel ends the turn of one that dies."""
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
