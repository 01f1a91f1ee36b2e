"""Passwords."""

from __future__ import annotations

import pytest

from precisionpulse_backend import passwords


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
@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaaaaaa", "alice123456789!", "x" * 2000])
def test_weak_passwords_are_refused_with_a_reason(password: str) -> None:
    assert passwords.weakness(password, "alice")


def test_a_sentence_is_a_good_password() -> None:
    assert passwords.weakness("the tide was out and we walked", "alice") == ""
