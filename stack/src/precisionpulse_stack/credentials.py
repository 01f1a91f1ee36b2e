"""Secrets of the local system that are not certificates: drawn at first run, kept in files of 0600, never printed but
the first password.
"""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from precisionpulse_stack.private_files import write_private

_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # no 0/o, 1/l/i: people copy the password by eye
_GROUPS, _GROUP_LENGTH = 5, 4  # 31^20: 99 bits


@dataclass(frozen=True)
class Credentials:
    """Files with one secret each.

    `key_encryption_key`: 32 bytes in base64, wraps the clients' master keys. `session_secret`: signs the web sessions'
    cookies. `admin_password` and `database_password`: text.
    """

    key_encryption_key: Path
    session_secret: Path
    admin_password: Path
    database_password: Path


def ensure_credentials(directory: Path) -> Credentials:
    """Loads the secrets of `directory`, drawing those that are missing."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Credentials(
        key_encryption_key=_ensure(directory / "key-encryption.key", _key),
        session_secret=_ensure(directory / "session.secret", _key),
        admin_password=_ensure(directory / "admin.password", readable_password),
        database_password=_ensure(directory / "database.password", readable_password),
    )


def readable_password() -> str:
    """A strong password that can be read aloud: five groups of four."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _ensure(path: Path, draw: Callable[[], str]) -> Path:
    if not path.exists():
        write_private(path, f"{draw()}\n".encode())
    return path
