"""Passwords: Argon2id, the same time for a user that does not exist, a bound on how many are hashed at once, and which
ones are too easy to guess."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 15
MAX_LENGTH = 1024
STRONG_ENOUGH = 3
"""Of zxcvbn's scores 0 to 4: more than 10^8 guesses."""

_CLEAR_SIGNS = "abcdefghjkmnpqrstvwxyz23456789"
_GROUP, _GROUPS = 5, 4
_ESTIMATED_LENGTH = 72  # the estimate's time grows with the cube of the length
_OURS = ("precisionpulse", "precision", "pulse")

_hasher = PasswordHasher()
_AT_ONCE = threading.BoundedSemaphore(2)  # 64 MiB each
_NOBODY = _hasher.hash("a password that nobody has, so that an unknown user takes as long as a known one")


@dataclass(frozen=True, slots=True)
class Estimate:
    """How good a password is. `score`: 0 (guessed at once) to 4; `fault`: why it can't be taken, for people; empty when
    it can."""

    score: int
    fault: str


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


def weakness(password: str, *names: str, min_length: int = MIN_LENGTH) -> str:
    """Why `password` can't be taken by somebody with these `names`, for people; empty when it can."""
    return estimate(password, *names, min_length=min_length).fault


def estimate(password: str, *names: str, min_length: int = MIN_LENGTH) -> Estimate:
    """How good `password` is for somebody with these `names`: those are guessed first."""
    from zxcvbn import zxcvbn  # its word lists take 10 MB, which who only verifies does not need

    known = [name for name in (*names, *_OURS) if name]
    if not password:
        return Estimate(0, _fault(password, known, 0, "", min_length))
    guessed = zxcvbn(password[:_ESTIMATED_LENGTH], user_inputs=known)
    score, warning = int(guessed["score"]), str(guessed["feedback"]["warning"])
    return Estimate(score, _fault(password, known, score, warning, min_length))


def _fault(password: str, known: Collection[str], score: int, warning: str, min_length: int) -> str:
    if len(password) < min_length:
        return f"Use at least {min_length} characters; a sentence is easiest to remember."
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    if _bare(password) in _blocked() or any(_bare(password) == _bare(name) for name in known):
        return "This is among the passwords that are tried first. Choose another."
    if score < STRONG_ENOUGH:
        reason = warning.rstrip(".") or "It is easy to guess"
        return f"{reason}. Use a few words that do not belong together."
    return ""


@cache
def _blocked() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def _bare(text: str) -> str:
    return "".join(sign for sign in text.casefold() if sign.isalnum())
