from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.accounts import Arrival, Readiness, Session
from precisionpulse_desktop.errors import CredentialsError, LockedError
from precisionpulse_desktop.views.login_page import LoginPage
from precisionpulse_sdk.replica.access import Person

ALICE = Session(Person(UUID(int=1), "alice", "Alice", False, frozenset()), 0)


class ScriptedAccounts:
    """Answers with `answer` once `gate` is open."""

    def __init__(self) -> None:
        self.answer: Session | Exception = ALICE
        self.state = Readiness.READY
        self.arrived = Arrival(0, 0)
        self.gate = threading.Event()
        self.gate.set()
        self.threads: list[str] = []

    def readiness(self) -> Readiness:
        return self.state

    def arrival(self) -> Arrival:
        return self.arrived

    def sign_in(self, name: str, password: str) -> Session:
        self.threads.append(threading.current_thread().name)
        assert self.gate.wait(30)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def accounts() -> Iterator[ScriptedAccounts]:
    accounts = ScriptedAccounts()
    yield accounts
    accounts.gate.set()


@pytest.fixture
def page(qtbot: QtBot, accounts: ScriptedAccounts) -> LoginPage:
    page = LoginPage(accounts)
    qtbot.addWidget(page)
    page.show()
    return page


def _type(qtbot: QtBot, page: LoginPage) -> None:
    qtbot.keyClicks(page.name, "alice")
    qtbot.keyClicks(page.password, "a password of many words")


@pytest.mark.proves("DT12")
def test_enter_signs_in_off_the_gui_thread(qtbot: QtBot, page: LoginPage, accounts: ScriptedAccounts) -> None:
    _type(qtbot, page)
    with qtbot.waitSignal(page.signed_in, timeout=10_000) as signed_in:
        qtbot.keyClick(page.password, Qt.Key.Key_Return)
    assert signed_in.args == [ALICE]
    assert accounts.threads == ["background task"]
    assert (page.name.text(), page.password.text()) == ("", "")


@pytest.mark.proves("DT12")
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CredentialsError("User name or password is wrong."), "User name or password is wrong."),
        (LockedError(30), "Too many wrong passwords. Try again in 30 s."),
        (LockedError(899), "Too many wrong passwords. Try again in 15 min."),
    ],
)
def test_a_failure_is_said_and_clears_the_password_only(
    qtbot: QtBot, page: LoginPage, accounts: ScriptedAccounts, error: Exception, said: str
) -> None:
    accounts.answer = error
    _type(qtbot, page)
    page.submit.click()
    qtbot.waitUntil(lambda: page.error.text() == said, timeout=10_000)
    assert page.error.isVisible()
    assert page.error.accessibleName() == said
    assert (page.name.text(), page.password.text()) == ("alice", "")
    assert page.submit.isEnabled()


@pytest.mark.proves("DT12")
def test_a_check_can_be_cancelled_and_its_answer_is_ignored(
    qtbot: QtBot, page: LoginPage, accounts: ScriptedAccounts
) -> None:
    accounts.gate.clear()
    _type(qtbot, page)
    page.submit.click()
    assert page.cancel.isVisible()
    assert not page.submit.isEnabled()
    page.cancel.click()
    with qtbot.assertNotEmitted(page.signed_in):
        accounts.gate.set()
        for thread in threading.enumerate():
            if thread.name == "background task":
                thread.join(10)
        qtbot.wait(0)  # lets Qt's loop do what is queued
    assert page.submit.isEnabled()
    assert not page.cancel.isVisible()


def test_empty_fields_are_not_checked_at_all(qtbot: QtBot, page: LoginPage, accounts: ScriptedAccounts) -> None:
    page.submit.click()
    assert page.error.text() == "Type your name and your password."
    assert accounts.threads == []


@pytest.mark.proves("DT19")
def test_the_fields_are_reached_by_tab_in_reading_order(qtbot: QtBot, page: LoginPage) -> None:
    page.activateWindow()
    page.name.setFocus()
    for following in (page.password, page.submit):
        qtbot.keyClick(page.focusWidget(), Qt.Key.Key_Tab)
        assert page.focusWidget() is following


@pytest.mark.proves("DT13", "C1")
def test_before_the_first_synchronisation_its_progress_stands_in_place_of_the_form(
    page: LoginPage, accounts: ScriptedAccounts
) -> None:
    accounts.state = Readiness.WAITING
    page.look()
    assert not page.is_open
    assert page.arrival.title.text() == "Waiting for the first synchronisation"
    assert page.arrival.parts.text() == "Nothing has come yet"
    accounts.arrived = Arrival(3, 12)
    page.look()
    assert page.arrival.parts.text() == "3 of 12 parts have come"
    assert (page.arrival.progress.value(), page.arrival.progress.maximum()) == (3, 12)
    accounts.state = Readiness.READY
    page.look()
    assert page.is_open and not page.arrival.isVisible()


@pytest.mark.proves("C1")
def test_a_desktop_that_may_hold_no_accounts_says_what_to_do(page: LoginPage, accounts: ScriptedAccounts) -> None:
    accounts.state = Readiness.NO_ACCOUNTS
    page.look()
    assert not page.is_open
    assert page.arrival.title.text() == "This desktop holds no accounts"
    assert "Let it hold accounts" in page.arrival.text.text()
    assert not page.arrival.progress.isVisible()


@pytest.mark.proves("PP-SY-9")
def test_rights_that_are_too_old_are_said_until_there_is_contact(page: LoginPage, accounts: ScriptedAccounts) -> None:
    accounts.state = Readiness.EXPIRED
    page.look()
    assert page.is_open and not page.is_ready
    assert "too long without contact" in page.reason.text()
    accounts.state = Readiness.READY
    page.look()
    assert page.is_ready and not page.reason.isVisible()
