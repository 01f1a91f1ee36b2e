"""The account that the database and the broker run under.

PostgreSQL refuses to run as root, and a broker should not. For anybody else the question does not arise: the services
run as that user. For root they run as `nobody`, a name that every Unix has (PostgreSQL asks for a user that exists).
"""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Account:
    """An unprivileged account by its numbers."""

    uid: int
    gid: int


def service_account() -> Account | None:
    """The account to step down to, or None when this process is unprivileged already."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def can_traverse(path: Path, account: Account) -> bool:
    """Whether the account may enter every directory that leads to `path`, and `path` itself if it is one."""
    resolved = path.resolve()
    return all(_may_enter(place, account) for place in (resolved, *resolved.parents) if place.is_dir())


def _may_enter(directory: Path, account: Account) -> bool:
    status = directory.stat()
    if status.st_uid == account.uid:
        return bool(status.st_mode & stat.S_IXUSR)
    if status.st_gid == account.gid:
        return bool(status.st_mode & stat.S_IXGRP)
    return bool(status.st_mode & stat.S_IXOTH)
