"""`stack.json`: what a running system tells scripts, other terminals and its own next run."""

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from precisionpulse_stack.layout import Layout
from precisionpulse_stack.private_files import write_private


@dataclass(frozen=True)
class Address:
    """Where clients find the broker, and the file that they check it against."""

    host: str
    port: int
    ca_file: str


@dataclass(frozen=True)
class Administrator:
    """The first administrator; the password itself is only in the file."""

    username: str
    password_file: str


@dataclass(frozen=True)
class State:
    """The content of `stack.json`.

    `ready` is true once a reading could be seen on the dashboard; `pids` holds what runs now, `stack` itself included.
    """

    web_url: str
    api_url: str
    api_ca_file: str
    broker: Address
    database_url: str
    admin: Administrator
    ports: Mapping[str, int]
    pids: Mapping[str, int] = field(default_factory=dict)
    restarts: Mapping[str, int] = field(default_factory=dict)
    ready: bool = False


@dataclass
class StateFile:
    """Keeps `stack.json` in step with what runs. It holds the database's password: 0600."""

    layout: Layout
    state: State | None = None

    def change(self, **changes: Any) -> None:
        """Replaces fields and writes the file in one step."""
        assert self.state is not None
        self.write(replace(self.state, **changes))

    def write(self, state: State) -> None:
        self.state = state
        write_private(self.layout.state_file, (json.dumps(asdict(state), indent=2) + "\n").encode())


def read(layout: Layout) -> dict[str, Any] | None:
    """What the last run wrote, or None when there was none or the file is damaged."""
    try:
        content = json.loads(layout.state_file.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def forget_last_run(layout: Layout) -> None:
    """Takes back what a run that was killed could not: nothing is ready and nothing runs. Ports and addresses stay."""
    content = read(layout)
    if content is not None:
        write_private(layout.state_file, json.dumps({**content, "ready": False, "pids": {}}, indent=2).encode())


@contextmanager
def only_one(layout: Layout) -> Iterator[bool]:
    """Holds the checkout's lock; yields False when another run holds it.

    The kernel lets go of it however that run ends.
    """
    with _lock_file(layout).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        os.set_inheritable(lock.fileno(), False)
        yield True


def is_running(layout: Layout) -> bool:
    """Whether a stack of this checkout runs now."""
    if not _lock_file(layout).exists():
        return False
    with only_one(layout) as is_free:
        return not is_free


def _lock_file(layout: Layout) -> Path:
    return layout.run / "lock"
