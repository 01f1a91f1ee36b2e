from __future__ import annotations

import threading

import pytest
from pytestqt.qtbot import QtBot

from precisionpulse_desktop.views.first_run import FirstRunDialog
from precisionpulse_sdk import Identity
from precisionpulse_sdk.errors import CertificateError, ConfigurationError, ConnectionFailedError, EnrolmentError


class ScriptedServer:
    """Enrols, or raises `fault`."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.fault: Exception | None = None
        self.asked: list[tuple[str, str]] = []
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, url: str, code: str) -> Identity:
        self.asked.append((url, code))
        assert self.gate.wait(30)
        if self.fault is not None:
            raise self.fault
        return self.identity


@pytest.fixture
def server(identity: Identity) -> ScriptedServer:
    return ScriptedServer(identity)


@pytest.fixture
def dialog(qtbot: QtBot, server: ScriptedServer) -> FirstRunDialog:
    dialog = FirstRunDialog(server)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def _ask(dialog: FirstRunDialog, url: str = "https://site.example", code: str = "ABCDE-FGHJK") -> None:
    dialog.url.setText(url)
    dialog.code.setText(code)
    dialog.next.click()


def test_a_code_makes_an_identity_and_the_dialog_is_done(
    qtbot: QtBot, dialog: FirstRunDialog, identity: Identity
) -> None:
    with qtbot.waitSignal(dialog.accepted, timeout=10_000), qtbot.waitSignal(dialog.enrolled, timeout=10_000) as done:
        _ask(dialog)
    assert done.args == [identity]


def test_a_code_is_taken_as_it_was_pasted(qtbot: QtBot, dialog: FirstRunDialog, server: ScriptedServer) -> None:
    _ask(dialog, " https://site.example/ ", " abcde-fghjk\n mnpqr ")
    qtbot.waitUntil(lambda: server.asked == [("https://site.example", "ABCDE-FGHJKMNPQR")], timeout=10_000)
    qtbot.waitUntil(lambda: dialog.code.text() == "", timeout=10_000)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            EnrolmentError("EXPIRED", "the code has expired"),
            "The server refused: the code has expired. Ask an administrator for a new code.",
        ),
        (EnrolmentError("RATE_LIMITED", "wait a minute."), "The server refused: wait a minute."),
        (ConnectionFailedError("connection refused"), "could not be reached: connection refused"),
        (CertificateError("not the site's certificate"), "could not be reached: not the site's certificate"),
        (ConfigurationError("the code has a typing mistake"), "the code has a typing mistake"),
        (RuntimeError("boom"), "unexpected went wrong (RuntimeError: boom)"),
    ],
)
def test_each_failure_is_said_and_leaves_what_was_typed(
    qtbot: QtBot, dialog: FirstRunDialog, server: ScriptedServer, fault: Exception, said: str
) -> None:
    server.fault = fault
    _ask(dialog)
    qtbot.waitUntil(lambda: said in dialog.error.text(), timeout=10_000)
    assert dialog.error.isVisible()
    assert (dialog.url.text(), dialog.code.text()) == ("https://site.example", "ABCDE-FGHJK")
    assert dialog.next.isEnabled()
    server.fault = None
    with qtbot.waitSignal(dialog.accepted, timeout=10_000):
        dialog.next.click()


@pytest.mark.parametrize("url", ["", "http://site.example", "site.example", "https://", "ftp://x", "https:// x"])
def test_an_address_that_can_not_be_one_is_not_tried(dialog: FirstRunDialog, server: ScriptedServer, url: str) -> None:
    _ask(dialog, url)
    assert "must begin with https://" in dialog.error.text()
    assert server.asked == []


def test_without_a_code_nothing_is_tried(dialog: FirstRunDialog, server: ScriptedServer) -> None:
    _ask(dialog, code="  ")
    assert "Paste the enrolment code" in dialog.error.text()
    assert server.asked == []


def test_an_enrolment_shows_progress_and_can_be_given_up(
    qtbot: QtBot, dialog: FirstRunDialog, server: ScriptedServer
) -> None:
    server.gate.clear()
    _ask(dialog)
    assert dialog.progress.isVisible()
    assert not dialog.next.isEnabled()
    dialog.cancel.click()
    assert dialog.isVisible()
    assert not dialog.progress.isVisible()
    with qtbot.assertNotEmitted(dialog.enrolled):
        server.gate.set()
        dialog.cancel.click()
    assert not dialog.isVisible()
