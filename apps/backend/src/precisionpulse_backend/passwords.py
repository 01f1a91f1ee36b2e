"""Passwords: Argon2id, the same time for a user that does not exist, and a bound on how many are hashed at once."""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 15
MAX_LENGTH = 1024

_hasher = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)  # 64 MiB each
_NOBODY = _hasher.hash("a password that nobody has, so that an unknown user takes as long as a known one")


def hash_password(password: str) -> str:
    """The PHC string to store."""
    with _AT_ONCE:
        return _hasher.hash(password)


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


def weakness(password: str, username: str) -> str:
    """Why `password` can't be taken, for people; empty when it can."""
    if len(password) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters; a sentence is easiest to remember."
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    if username and username.casefold() in password.casefold() and len(password) < MIN_LENGTH + len(username):
        return "Do not build the password around the user name."
    if len(set(password)) < 5:
        return "Use more than a few different characters."
    return ""
