"""Passwords: Argon2id, the same time for a user that does not exist, a bound on how many are hashed at once. Which ones
may be taken is `password_rules`'s to say."""

from __future__ import annotations

import secrets
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_CLEAR_SIGNS = "abcdefghjkmnpqrstvwxyz23456789"
_GROUP, _GROUPS = 5, 4

_hasher = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)  # 64 MiB each
_NOBODY = _hasher.hash("a password that nobody has, so that an unknown user takes as long as a known one")


def hash_password(password: str) -> str:
    """The PHC string to store."""
    with _AT_ONCE:
        return _hasher.hash(password)


def generate() -> str:
    """A first password to hand over: 98 random bits, in signs that nobody takes for one another."""
    groups = ("".join(secrets.choice(_CLEAR_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def verify(stored: str | None, password: str) -> bool:
    """Whether `password` goes with `stored`; None and "" mean that nothing does, and take as long to find out."""
    with _AT_ONCE:
        try:
            return _hasher.verify(stored or _NOBODY, password) and bool(stored)
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(stored: str) -> bool:
    """Whether `stored` was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)
