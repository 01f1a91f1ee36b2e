from __future__ import annotations

import logging
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from precisionpulse_desktop.accounts import FREE_TRIES, LONGEST_LOCK_S, LocalAccounts, Operator
from precisionpulse_desktop.errors import AccountFileError, AccountRuleError, CredentialsError, LockedError

PASSWORD = "correct horse battery staple"
FAST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Clock:
    def __init__(self) -> None:
        self.seconds = 1_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(tmp_path: Path, clock: Clock) -> Callable[[], LocalAccounts]:
    return lambda: LocalAccounts(tmp_path / "operator.sqlite3", now=clock, hasher=FAST)


@pytest.fixture
def accounts(make: Callable[[], LocalAccounts]) -> LocalAccounts:
    accounts = make()
    accounts.create_first("Alice", PASSWORD)
    return accounts


def _fail(accounts: LocalAccounts, name: str, times: int) -> None:
    for _ in range(times):
        with pytest.raises(CredentialsError):
            accounts.sign_in(name, "not the password at all")


@pytest.mark.proves("DT12")
def test_the_first_operator_signs_in_whatever_the_case_of_the_name(accounts: LocalAccounts) -> None:
    assert accounts.any_exist()
    assert accounts.sign_in(" alice ", PASSWORD) == Operator("Alice")


def test_only_the_first_operator_is_made_this_way(accounts: LocalAccounts) -> None:
    with pytest.raises(AccountRuleError, match="already has an operator"):
        accounts.create_first("mallory", PASSWORD)


@pytest.mark.proves("DT12", "C2")
def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(accounts: LocalAccounts) -> None:
    answers = []
    for name in ("alice", "nobody"):
        with pytest.raises(CredentialsError) as caught:
            accounts.sign_in(name, "not the password at all")
        answers.append(str(caught.value))
    assert answers[0] == answers[1]


@pytest.mark.proves("DT12")
@pytest.mark.parametrize("name", ["alice", "nobody"])
def test_too_many_wrong_passwords_lock_the_name_for_a_stated_time(
    accounts: LocalAccounts, clock: Clock, name: str
) -> None:
    _fail(accounts, name, FREE_TRIES)
    with pytest.raises(LockedError, match="30 s") as caught:
        accounts.sign_in(name, PASSWORD)
    clock.seconds += caught.value.retry_after_s
    _fail(accounts, name, 1)
    with pytest.raises(LockedError, match="60 s"):
        accounts.sign_in(name, PASSWORD)


def test_a_lock_survives_a_restart_and_the_right_password_ends_the_count(
    accounts: LocalAccounts, make: Callable[[], LocalAccounts], clock: Clock
) -> None:
    _fail(accounts, "alice", FREE_TRIES)
    again = make()
    with pytest.raises(LockedError):
        again.sign_in("alice", PASSWORD)
    clock.seconds += LONGEST_LOCK_S
    again.sign_in("alice", PASSWORD)
    _fail(again, "alice", FREE_TRIES - 1)
    again.sign_in("alice", PASSWORD)


def test_a_clock_that_was_set_back_locks_nobody_out_for_good(accounts: LocalAccounts, clock: Clock) -> None:
    _fail(accounts, "alice", FREE_TRIES)
    clock.seconds -= 365 * 86_400
    with pytest.raises(LockedError) as caught:
        accounts.sign_in("alice", PASSWORD)
    assert caught.value.retry_after_s <= LONGEST_LOCK_S


def test_a_damaged_file_is_named_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "operator.sqlite3"
    file.write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(AccountFileError, match=r"operator\.sqlite3 can't be used"):
        LocalAccounts(file, hasher=FAST)
    assert file.read_bytes().startswith(b"not a database")


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("alice", "too short", "at least 15"),
        ("alice", "x" * 129, "at most 128"),
        ("alice", "aaaaaaaaaaaaaaaaaaaa", "too easy"),
        ("", PASSWORD, "1 to 64"),
        ("a\nb", PASSWORD, "1 to 64"),
    ],
)
def test_names_and_passwords_against_the_rules_are_refused(
    make: Callable[[], LocalAccounts], name: str, password: str, said: str
) -> None:
    accounts = make()
    with pytest.raises(AccountRuleError, match=said):
        accounts.create_first(name, password)
    assert not accounts.any_exist()


def test_a_hash_of_weaker_settings_is_renewed_at_sign_in(tmp_path: Path, accounts: LocalAccounts) -> None:
    stronger = LocalAccounts(
        tmp_path / "operator.sqlite3", hasher=PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    )
    stronger.sign_in("alice", PASSWORD)
    assert b"m=16,t=2" in (tmp_path / "operator.sqlite3").read_bytes()


@pytest.mark.proves("DT12")
def test_passwords_are_neither_logged_nor_stored_and_the_file_is_private(
    tmp_path: Path, accounts: LocalAccounts, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    accounts.sign_in("alice", PASSWORD)
    _fail(accounts, "alice", 1)
    file = tmp_path / "operator.sqlite3"
    assert "horse" not in caplog.text
    assert b"horse" not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
