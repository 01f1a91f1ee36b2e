"""Passwords."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from precisionpulse_sdk.replica import lockout, password_rules, passwords


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


NAMES = ("alice", "Alice Smith", "northmill")
_TRIED_FIRST, _REPEATS, _FAMOUS, _NAMED = "tried first", "repeats the same", "everybody knows", "your name, the site's"


@pytest.mark.proves("W25")
@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "at least 15"),
        ("short", "at least 15"),
        ("x" * 2000, "at most 1024"),
        ("1234567890123456789", "Sequences"),
        ("qwertyuiopasdfghjkl", "similar to a commonly used"),
        ("password1234567890", "similar to a commonly used"),
        ("monkey dragon password", "similar to a commonly used|easy to guess"),
        ("PrecisionPulse!", _TRIED_FIRST),
        ("Passwordpassword", _REPEATS),
        ("password password", _REPEATS),
        ("Password. Password?", _REPEATS),
        ("aaaaaaaaaaaaaaaaaaaa", _REPEATS),
        ("abcabcabcabcabcabc", _REPEATS),
        ("abcabcabcabcabcab", _REPEATS),
        ("river river river river", _REPEATS),
        ("!?!?!?!?!?!?!?!?", _REPEATS),
        ("hello hello world world", "Repeats"),
        ("correct horse battery staple", _FAMOUS),
        ("Correct-Horse-Battery-Staple7", _FAMOUS),
        ("To be, or not to be...", _FAMOUS),
        ("may the f0rce be with you", _FAMOUS),
        ("alice2024alice2024", _REPEATS),
        ("alicesmith12345", _NAMED),
        ("Alice loves Smith 1", _NAMED),
        ("northmill 2024 alice", _NAMED),
        ("NorthMill2024 PrecisionPulse", _NAMED),
        ("precision pulse login", _NAMED),
    ],
)
def test_weak_passwords_are_refused_with_a_reason(password: str, reason: str) -> None:
    estimate = password_rules.estimate(password, *NAMES)
    assert re.search(reason, estimate.fault)
    if len(password) >= password_rules.MIN_LENGTH:
        assert estimate.score < password_rules.STRONG_ENOUGH


@pytest.mark.proves("W25")
@pytest.mark.parametrize(
    "password",
    [
        "the tide was out and we walked",
        "seven quiet otters juggle",
        "river table candle",
        "alice keeps seven quiet otters",
        "kx7wp-3hq9z-mn2vt-8bcde",
        "}%~*$^@!#(a)[]{",
    ],
)
def test_words_that_do_not_belong_together_and_chance_are_good(password: str) -> None:
    assert password_rules.weakness(password, *NAMES) == ""


@pytest.mark.proves("W25")
def test_what_is_generated_is_good() -> None:
    for _ in range(20):
        assert password_rules.estimate(passwords.generate(), *NAMES) == password_rules.Estimate(4, "")


@pytest.mark.proves("W25")
def test_who_judges_at_the_same_time_for_others_does_not_mix_up_their_names() -> None:
    people = [f"bartholomew{number} jojoba" for number in range(4)]
    judged: list[tuple[int, int, str]] = []

    def judge(owner: int) -> None:
        for word, name in enumerate(people):
            judged.append((owner, word, password_rules.weakness(f"{name} ok", people[owner])))

    threads = [threading.Thread(target=judge, args=(owner,)) for owner in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    alone = {(owner, word): password_rules.weakness(f"{people[word]} ok", people[owner]) for owner, word, _ in judged}
    assert len(judged) == len(people) ** 2
    assert {(owner, word): fault for owner, word, fault in judged} == alone


def test_the_least_length_can_be_set() -> None:
    assert password_rules.weakness("tide-walked-out", "alice", min_length=20)
    assert password_rules.weakness("xk4-qu9-wv2", "alice", min_length=10) == ""


def test_a_hash_with_weaker_parameters_is_due_for_another() -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192).hash("correct horse battery staple")
    assert passwords.verify(weak, "correct horse battery staple")
    assert passwords.needs_rehash(weak)
    assert not passwords.needs_rehash(passwords.hash_password("correct horse battery staple"))


@pytest.mark.proves("W25", "DT12")
def test_the_rule_of_lock_outs_is_the_one_that_the_docs_state() -> None:
    stated = (Path(__file__).parents[4] / "docs" / "sync.md").read_text()
    minutes = lockout.LOCK_S // 60
    assert f"locked for {minutes} minutes after {lockout.MAX_FAILURES} wrong passwords in a row" in stated
    assert lockout.locked_for_s(lockout.MAX_FAILURES - 1, 0) == 0
    assert lockout.locked_for_s(lockout.MAX_FAILURES, 0) == lockout.LOCK_S
    assert lockout.locked_for_s(lockout.MAX_FAILURES + 5, lockout.LOCK_S - 0.5) == 0.5
    assert lockout.locked_for_s(lockout.MAX_FAILURES, lockout.LOCK_S) == 0
