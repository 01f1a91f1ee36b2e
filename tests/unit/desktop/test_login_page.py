from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.accounts import Operator
from precisionpulse_desktop.errors import CredentialsError, LockedError
from precisionpulse_desktop.views.login_page import LoginPage


class ScriptedAccounts:
    """Answers with `answer` once `gate` is open."""

    def __init__(self) -> None:
        self.answer: Operator | Exception = Operator("alice")
        self.gate = threading.Event()
        self.gate.set()
        self.threads: list[str] = []

    def any_exist(self) -> bool:
        return True

    def create_first(self, name: str, password: str) -> Operator:
        return Operator(name)

    def sign_in(self, name: str, password: str) -> Operator:
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
    assert signed_in.args == [Operator("alice")]
    assert accounts.threads == ["background task"]
    assert (page.name.text(), page.password.text()) == ("", "")


@pytest.mark.proves("DT12")
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CredentialsError("Wrong name or password."), "Wrong name or password."),
        (LockedError(30), "Too many wrong passwords. Try again in 30 s."),
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
        qtbot.wait(0)
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
