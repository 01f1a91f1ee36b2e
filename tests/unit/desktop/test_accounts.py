"""Signing in against the desktop's own replica, with no network anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy import inspect, select, text

from precisionpulse_desktop.accounts import ACCESS_CHANGED, SESSIONS_ENDED, Accounts, Readiness
from precisionpulse_desktop.errors import AccountRuleError, CredentialsError, LockedError, SignedOutError
from precisionpulse_desktop.replica import FILE_NAME, open_replica
from precisionpulse_sdk import Identity
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import RightsExpiredError
from precisionpulse_sdk.replica import DELETE, Edit, Kind, Replica, passwords
from precisionpulse_sdk.replica.access import find_user
from precisionpulse_sdk.replica.database import reading, writing
from precisionpulse_sdk.replica.lockout import LOCK_S, MAX_FAILURES
from precisionpulse_sdk.replica.tables import audit_log, users
from precisionpulse_sdk.sync.edit import take_role
from precisionpulse_sdk.sync.kinds import built_in_role_id

from .conftest import ADMIN, PASSWORD, Site


class Clock:
    """A wall clock that stands still, in s since 1970."""

    def __init__(self) -> None:
        self.now_s = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def replica(tmp_path: Path, identity: Identity) -> Iterator[Replica]:
    replica = open_replica(tmp_path, identity)
    yield replica
    replica.engine.dispose()


@pytest.fixture
def accounts(replica: Replica, clock: Clock) -> Accounts:
    return Accounts(replica, "main", now=clock)


def _hash_of(replica: Replica, user_id: UUID) -> str:
    with reading(replica.engine) as connection:
        return connection.scalars(select(users.c.password_hash).where(users.c.id == user_id)).one()


@pytest.mark.proves("C1", "C2", "DT13")
def test_a_user_made_at_the_hub_signs_in_with_no_network(site: Site, replica: Replica, accounts: Accounts) -> None:
    alice = site.add_user("Alice", "operator")
    site.bring_to(replica)
    session = accounts.sign_in(" alice ", PASSWORD)
    assert (session.person.id, session.person.username) == (alice, "Alice")
    assert session.may("client:command", "bench-7")
    assert not session.may("user:read")
    assert (replica.engine.url.database or "").endswith(FILE_NAME)


def test_before_anything_came_nobody_can_sign_in_and_the_parts_are_counted(
    site: Site, replica: Replica, accounts: Accounts
) -> None:
    for number in range(3):
        site.add_user(f"user-{number}", display_name="x" * 100)
    assert accounts.readiness() is Readiness.WAITING
    assert accounts.arrival() == (0, 0)
    with pytest.raises(CredentialsError):
        accounts.sign_in(ADMIN, PASSWORD)
    whole = site.replica.feed(0)
    assert isinstance(whole, list)
    part = pb.SnapshotChunk.FromString(whole[0].SerializeToString())
    part.count += 1
    replica.apply_snapshot(part)
    assert accounts.arrival() == (1, len(whole) + 1)
    site.bring_to(replica)
    assert accounts.readiness() is Readiness.READY


@pytest.mark.proves("C1", "DT13")
def test_a_desktop_that_may_hold_no_accounts_says_so_and_whoever_was_signed_in_is_not_any_more(
    site: Site, replica: Replica, accounts: Accounts
) -> None:
    site.bring_to(replica)
    session = site.session(replica, site.admin)
    withheld = site.replica.feed(replica.cursor(), holds_accounts=False)
    assert isinstance(withheld, pb.ChangeFeed)
    assert not replica.apply_feed(withheld)
    assert accounts.readiness() is Readiness.READY  # until the whole has come again, what is known counts
    configuration = site.replica.feed(0, holds_accounts=False)
    assert isinstance(configuration, list)
    for chunk in configuration:
        replica.apply_snapshot(chunk)
    assert accounts.readiness() is Readiness.NO_ACCOUNTS
    with pytest.raises(SignedOutError):
        accounts.refreshed(session)


@pytest.mark.proves("DT12")
@pytest.mark.parametrize(("name", "password"), [("nobody", PASSWORD), ("alice", "wrong"), ("barred", PASSWORD)])
def test_every_failure_is_the_same(site: Site, replica: Replica, accounts: Accounts, name: str, password: str) -> None:
    site.add_user("alice")
    site.add_user("barred", enabled=False)
    site.bring_to(replica)
    with pytest.raises(CredentialsError, match="User name or password is wrong"):
        accounts.sign_in(name, password)


@pytest.mark.proves("DT12", "W25", "C1")
@pytest.mark.parametrize("name", ["admin", "nobody"])
def test_wrong_passwords_lock_a_name_by_the_rule_of_the_web_also_over_a_restart(
    site: Site, replica: Replica, accounts: Accounts, clock: Clock, name: str
) -> None:
    site.bring_to(replica)
    for _ in range(MAX_FAILURES):
        with pytest.raises(CredentialsError):
            accounts.sign_in(name, "wrong")
        clock.now_s += 1
    with pytest.raises(LockedError, match="Try again in 15 min") as locked:
        Accounts(replica, "main", now=clock).sign_in(name.upper(), PASSWORD)
    assert locked.value.retry_after_s == LOCK_S - 1
    clock.now_s += locked.value.retry_after_s
    with pytest.raises(CredentialsError):
        accounts.sign_in(name, "wrong")
    with pytest.raises(CredentialsError):
        accounts.sign_in(name, "wrong")


@pytest.mark.proves("DT12")
def test_a_clock_that_is_set_back_neither_ends_a_lock_nor_makes_it_longer_than_the_rule(
    site: Site, replica: Replica, accounts: Accounts, clock: Clock
) -> None:
    site.bring_to(replica)
    for _ in range(MAX_FAILURES):
        with pytest.raises(CredentialsError):
            accounts.sign_in(ADMIN, "wrong")
    clock.now_s -= 100 * LOCK_S
    with pytest.raises(LockedError) as locked:
        accounts.sign_in(ADMIN, PASSWORD)
    assert locked.value.retry_after_s == LOCK_S
    clock.now_s += LOCK_S
    accounts.sign_in(ADMIN, PASSWORD)


def test_failures_with_long_pauses_lock_nobody(site: Site, replica: Replica, accounts: Accounts, clock: Clock) -> None:
    site.bring_to(replica)
    for _ in range(2):
        for _ in range(MAX_FAILURES - 1):
            with pytest.raises(CredentialsError):
                accounts.sign_in(ADMIN, "wrong")
        clock.now_s += LOCK_S
    accounts.sign_in(ADMIN, PASSWORD)


def test_the_counts_of_an_earlier_version_are_forgotten(site: Site, replica: Replica, clock: Clock) -> None:
    site.bring_to(replica)
    with writing(replica.engine) as connection:
        connection.execute(text("CREATE TABLE login_attempts (name_key TEXT PRIMARY KEY, failures INTEGER)"))
    Accounts(replica, "main", now=clock).sign_in(ADMIN, PASSWORD)
    with reading(replica.engine) as connection:
        assert not inspect(connection).has_table("login_attempts")


def test_the_right_password_ends_the_count(site: Site, replica: Replica, accounts: Accounts) -> None:
    site.bring_to(replica)
    for _ in range(2):
        for _ in range(MAX_FAILURES - 1):
            with pytest.raises(CredentialsError):
                accounts.sign_in(ADMIN, "wrong")
        accounts.sign_in(ADMIN, PASSWORD)


@pytest.mark.proves("C2")
def test_a_password_changed_offline_verifies_here_at_once_and_at_the_hub_when_it_has_it(
    site: Site, replica: Replica, accounts: Accounts
) -> None:
    alice = site.add_user("alice", must_change_password=True)
    site.bring_to(replica)
    session = accounts.sign_in("alice", PASSWORD)
    assert session.person.must_change_password
    session = accounts.change_password(session, PASSWORD, "seven quiet otters juggle")
    assert not session.person.must_change_password
    assert accounts.refreshed(session) == session
    with pytest.raises(CredentialsError):
        accounts.sign_in("alice", PASSWORD)
    assert accounts.sign_in("alice", "seven quiet otters juggle").person.id == alice
    site.settle(replica)
    assert passwords.verify(_hash_of(site.replica, alice), "seven quiet otters juggle")
    assert replica.pending() == []
    assert accounts.refreshed(session) == session


def test_a_new_password_that_can_not_be_is_refused_with_the_reason(
    site: Site, replica: Replica, accounts: Accounts
) -> None:
    site.bring_to(replica)
    session = accounts.sign_in(ADMIN, PASSWORD)
    with pytest.raises(CredentialsError, match="The present password is wrong"):
        accounts.change_password(session, "wrong", "seven quiet otters juggle")
    with pytest.raises(AccountRuleError, match="at least 15 characters"):
        accounts.change_password(session, PASSWORD, "too short")


@pytest.mark.proves("C2")
def test_a_hash_of_weaker_parameters_is_renewed_at_the_sign_in(
    site: Site, replica: Replica, accounts: Accounts
) -> None:
    weak = PasswordHasher(1, 8, 1).hash(PASSWORD)
    alice = site.add_user("alice", password_hash=weak)
    site.bring_to(replica)
    earlier = site.session(replica, alice)
    session = accounts.sign_in("alice", PASSWORD)
    assert not passwords.needs_rehash(_hash_of(replica, alice))
    assert accounts.refreshed(session) == session == earlier, "the password is the same: nobody's session ends"
    site.settle(replica)
    assert accounts.refreshed(earlier) == earlier
    assert _hash_of(site.replica, alice) == _hash_of(replica, alice) != weak


@pytest.mark.proves("C2", "C4")
def test_a_hash_that_is_renewed_offline_does_not_bring_back_a_password_that_was_changed_meanwhile(
    site: Site, replica: Replica, accounts: Accounts
) -> None:
    alice = site.add_user("alice", password_hash=PasswordHasher(1, 8, 1).hash(PASSWORD))
    site.bring_to(replica)
    changed = passwords.hash_password("seven quiet otters juggle")
    site.change_user(alice, password_hash=changed)
    accounts.sign_in("alice", PASSWORD)
    site.settle(replica)
    assert _hash_of(site.replica, alice) == _hash_of(replica, alice) == changed
    with pytest.raises(CredentialsError):
        accounts.sign_in("alice", PASSWORD)


@pytest.mark.proves("C6", "DT13")
@pytest.mark.parametrize(
    ("fields", "reason"),
    [({"enabled": False}, ACCESS_CHANGED), ({"session_generation": 7}, SESSIONS_ENDED)],
)
def test_what_an_administrator_does_to_the_account_ends_its_session(
    site: Site, replica: Replica, accounts: Accounts, fields: dict[str, object], reason: str
) -> None:
    alice = site.add_user("alice", "operator")
    site.bring_to(replica)
    session = accounts.sign_in("alice", PASSWORD)
    site.change_user(alice, **fields)
    site.settle(replica)
    with pytest.raises(SignedOutError) as ended:
        accounts.refreshed(session)
    assert str(ended.value) == reason


@pytest.mark.proves("C6")
def test_a_role_that_is_taken_away_takes_its_rights_and_a_deleted_user_is_gone(
    site: Site, replica: Replica, accounts: Accounts
) -> None:
    alice = site.add_user("alice", "operator", "viewer")
    site.bring_to(replica)
    session = accounts.sign_in("alice", PASSWORD)
    site.replica.edit([take_role(alice, built_in_role_id("operator"))], actor=site.admin)
    site.settle(replica)
    session = accounts.refreshed(session)
    assert session.may("client:read") and not session.may("client:command")
    site.replica.edit([Edit(Kind.USER, alice, DELETE)], actor=site.admin)
    site.settle(replica)
    with pytest.raises(SignedOutError):
        accounts.refreshed(session)


@pytest.mark.proves("PP-SY-9", "DT13")
def test_too_long_without_the_hub_lets_nobody_in_and_ends_sessions_until_there_is_contact(
    site: Site, tmp_path: Path, identity: Identity
) -> None:
    late_us = [0]
    online = open_replica(tmp_path, identity)
    site.bring_to(online)
    accounts = Accounts(online, "main")
    session = accounts.sign_in(ADMIN, PASSWORD)
    place_us = 40 * 86_400 * 1_000_000
    late_us[0] = int(Clock().now_s * 1e6) + place_us * 100
    later = Replica(online.engine, node="bench-7", is_hub=False, wall_us=lambda: late_us[0])
    accounts = Accounts(later, "main")
    assert accounts.readiness() is Readiness.EXPIRED
    with pytest.raises(RightsExpiredError, match="Connect it"):
        accounts.sign_in(ADMIN, PASSWORD)
    with pytest.raises(SignedOutError, match="too long without contact"):
        accounts.refreshed(session)
    later.contact()
    assert accounts.sign_in(ADMIN, PASSWORD) == session
    online.engine.dispose()


@pytest.mark.proves("C7")
def test_signing_in_and_out_is_in_the_audit_log(site: Site, replica: Replica, accounts: Accounts) -> None:
    site.bring_to(replica)
    with pytest.raises(CredentialsError):
        accounts.sign_in("mallory", PASSWORD)
    accounts.sign_out(accounts.sign_in(ADMIN, PASSWORD))
    with reading(replica.engine) as connection:
        rows = connection.execute(select(audit_log.c.actor, audit_log.c.action, audit_log.c.address)).all()
    assert [tuple(row) for row in rows if row.action.startswith("session:")] == [
        ("mallory", "session:refuse", "bench-7"),
        (ADMIN, "session:begin", "bench-7"),
        (ADMIN, "session:end", "bench-7"),
    ]


def test_parallel_guesses_are_all_counted(site: Site, replica: Replica, accounts: Accounts) -> None:
    site.bring_to(replica)
    outcomes: list[type[Exception]] = []

    def guess() -> None:
        try:
            accounts.sign_in(ADMIN, "wrong")
        except (CredentialsError, LockedError) as error:
            outcomes.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(MAX_FAILURES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(outcomes) == MAX_FAILURES
    with pytest.raises(LockedError):
        accounts.sign_in(ADMIN, PASSWORD)
    with reading(replica.engine) as connection:
        assert find_user(connection, ADMIN) is not None


@pytest.mark.proves("C1")
@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({}, True),
        ({"site": "other"}, False),
        ({"client": "other"}, False),
        ({"hub_public_key": bytes(31) + b"1"}, False),
    ],
)
def test_the_people_of_an_earlier_enrolment_do_not_come_in_at_the_next(
    site: Site, tmp_path: Path, identity: Identity, changes: dict[str, object], kept: bool
) -> None:
    earlier = open_replica(tmp_path, identity)
    site.bring_to(earlier)
    earlier.engine.dispose()
    later = open_replica(tmp_path, replace(identity, **changes))  # type: ignore[arg-type]
    assert Accounts(later, "main").readiness() is (Readiness.READY if kept else Readiness.WAITING)
    later.engine.dispose()
