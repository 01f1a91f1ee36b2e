"""Which passwords may be taken: long enough, and harder to guess than 10^8 tries. One rule for the web, the desktop and
whoever builds on the SDK.

The estimate is zxcvbn's, with two of its habits undone. It takes spaces between words for signs that must be guessed,
and it adds 10^4 guesses for each further part: so "password password" is 10^8 guesses to it, where six would do. Here
what joins words counts nothing, and parts count only what they are worth."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from precisionpulse_sdk.replica.famous_phrases import PHRASES

MIN_LENGTH = 15
MAX_LENGTH = 1024
STRONG_ENOUGH = 3
"""Of the scores 0 to 4: more than 10^8 guesses."""

_SCORES = (10**3, 10**6, 10**8, 10**10)
_ESTIMATED_LENGTH = 72  # the estimate's time grows with the cube of the length
_FURTHER_PART = 10_000
_SHORTEST_NAME = 4  # shorter ones are in many words
_OURS = ("precisionpulse", "precision", "pulse")
_JOINTS = re.compile(r"[\s\-_.,;:'+/]+")
_ONE_AT_A_TIME = threading.Lock()  # zxcvbn keeps the words that it is given in a global

_TRIED_FIRST = "This is among the passwords that are tried first. Choose another."
_REPEATS = "It repeats the same word or signs. Use a few words that do not belong together."
_FAMOUS = "It is a phrase that everybody knows. Use a few words that do not belong together."
_NAMES = "It is mostly your name, the site's or the product's. Use a few words that do not belong together."


@dataclass(frozen=True, slots=True)
class Estimate:
    """How good a password is. `score`: 0 (guessed at once) to 4; `fault`: why it can't be taken, for people; empty when
    it can."""

    score: int
    fault: str


def weakness(password: str, *names: str, min_length: int = MIN_LENGTH) -> str:
    """Why `password` can't be taken by somebody with these `names`, for people; empty when it can."""
    return estimate(password, *names, min_length=min_length).fault


def estimate(password: str, *names: str, min_length: int = MIN_LENGTH) -> Estimate:
    """How good `password` is. `names`: those of who is to have it, and the site's; they are guessed first."""
    if not password:
        return Estimate(0, _too_short(min_length))
    known = _guessed_first(names)
    joined = _joined(password)
    rest = _without(joined, known)
    texts = dict.fromkeys(text[:_ESTIMATED_LENGTH] for text in (password, joined, rest) if text)
    weakest = min((_guess(text, known) for text in texts), key=_guesses)
    score = sum(_guesses(weakest) > limit for limit in _SCORES) if rest else 0
    fault = _rule_broken(password, known, min_length)
    if not fault and score < STRONG_ENOUGH:
        fault = _NAMES if rest != joined and weakest["password"] != joined else _too_easy(weakest)
    return Estimate(score, fault)


def _guess(text: str, known: Sequence[str]) -> Mapping[str, Any]:
    from zxcvbn import zxcvbn  # its word lists take 10 MB, which who only verifies does not need

    with _ONE_AT_A_TIME:
        found: Mapping[str, Any] = zxcvbn(text, user_inputs=[*known, *_joined_phrases()])
    return found


def _guesses(found: Mapping[str, Any]) -> int:
    """How many guesses it takes by what its parts are worth."""
    parts = len(found["sequence"])
    return int(found["guesses"]) - (_FURTHER_PART ** (parts - 1) if parts > 1 else 0)


def _rule_broken(password: str, known: Sequence[str], min_length: int) -> str:
    bare = _bare(password)
    if len(password) < min_length:
        return _too_short(min_length)
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    if bare in _blocked() or any(bare == _bare(name) for name in known):
        return _TRIED_FIRST
    if _repeats(bare):
        return _REPEATS
    return ""


def _too_easy(weakest: Mapping[str, Any]) -> str:
    found = {part["matched_word"] for part in weakest["sequence"] if part.get("dictionary_name") == "user_inputs"}
    if found:
        return _FAMOUS if found & _joined_phrases() else _NAMES
    reason = str(weakest["feedback"]["warning"]).rstrip(".") or "It is easy to guess"
    return f"{reason}. Use a few words that do not belong together."


def _too_short(min_length: int) -> str:
    return f"Use at least {min_length} characters; a sentence is easiest to remember."


def _repeats(text: str) -> bool:
    """Whether `text` is one piece over and over, the last time perhaps not to its end."""
    return any(text[period:] == text[:-period] for period in range(1, len(text) // 2 + 1))


def _without(text: str, known: Sequence[str]) -> str:
    """`text` without the names in it."""
    for name in sorted(known, key=len, reverse=True):
        if len(name) >= _SHORTEST_NAME:
            text = text.replace(name, "")
    return text


def _guessed_first(names: Sequence[str]) -> tuple[str, ...]:
    """The names, whole and in their parts."""
    words = [word for name in (*names, *_OURS) for word in (name, _joined(name), *_JOINTS.split(name))]
    return tuple(dict.fromkeys(word.casefold() for word in words if len(word) > 2))


@cache
def _joined_phrases() -> frozenset[str]:
    return frozenset(_joined(phrase) for phrase in PHRASES)


@cache
def _blocked() -> frozenset[str]:
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def _joined(text: str) -> str:
    """`text` without what stands between words."""
    return _JOINTS.sub("", text.casefold())


def _bare(text: str) -> str:
    """Letters and digits only; what has none, as it is."""
    return "".join(sign for sign in text.casefold() if sign.isalnum()) or text
