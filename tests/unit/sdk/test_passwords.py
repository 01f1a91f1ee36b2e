"""Passwords."""

from __future__ import annotations

import re

import pytest
from argon2 import PasswordHasher

from precisionpulse_sdk.replica import passwords


@pytest.mark.proves("C2")
def test_a_password_is_kept_as_argon2id_and_verifies() -> None:
    stored = passwords.hash_password("correct horse battery staple")
    assert stored.startswith("$argon2id$")
    assert passwords.verify(stored, "correct horse battery staple")
    assert not passwords.verify(stored, "correct horse battery stable")


@pytest.mark.parametrize("stored", [None, "", "not a hash"])
def test_without_a_sound_hash_nothing_verifies(stored: str | None) -> None:
    assert not passwords.verify(stored, "")
    assert not passwords.verify(
        stored, "a password that nobody has, so that an unknown user takes as long as a known one"
    )


@pytest.mark.proves("W25")
@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("", "at least 15"),
        ("short", "at least 15"),
        ("x" * 2000, "at most 1024"),
        ("1234567890123456789", "easy|tried first|sequence|common"),
        ("Passwordpassword", "tried first|similar|easy|common"),
        ("aaaaaaaaaaaaaaaaaaaa", "repeats"),
        ("qwertyuiopasdfghjkl", "similar to a commonly used"),
        ("alice2024alice2024", "words"),
        ("PrecisionPulse!", "tried first"),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(password: str, word: str) -> None:
    assert re.search(word, passwords.weakness(password, "alice"), re.IGNORECASE)


@pytest.mark.proves("W25")
def test_a_sentence_is_a_good_password() -> None:
    assert passwords.estimate("the tide was out and we walked", "alice") == passwords.Estimate(4, "")


def test_the_least_length_can_be_set() -> None:
    assert passwords.weakness("tide-walked-out", "alice", min_length=20)
    assert passwords.weakness("xk4-qu9-wv2", "alice", min_length=10) == ""


def test_a_hash_with_weaker_parameters_is_due_for_another() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192).hash("correct horse battery staple")
    assert passwords.verify(weak, "correct horse battery staple")
    assert passwords.needs_rehash(weak)
    assert not passwords.needs_rehash(passwords.hash_password("correct horse battery staple"))
