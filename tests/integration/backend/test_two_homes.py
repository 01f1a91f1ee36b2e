"""A desktop and the web, two homes of one truth: real programs, broker and database, and a link that is cut and
restored."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import requests
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from precisionpulse_desktop.accounts import ACCESS_CHANGED, Accounts, Readiness
from precisionpulse_desktop.administration import Administration
from precisionpulse_desktop.bootstrap import Streaming, enrol_into
from precisionpulse_desktop.errors import SignedOutError
from precisionpulse_desktop.logbook import read_log
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.window import DesktopWindow
from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.tables import conflicts, refusals, users
from precisionpulse_sdk.sync.kinds import built_in_role_id, role_grant_id

from .conftest import Site

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
_WAIT_MS = 60_000
FIRST, OWN = "six loud kettles by the window", "seven quiet lanterns over the harbour"


class Web:
    """What an administrator does on the web."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._browser = site.administrator()

    def add_user(self, name: str, role: str) -> UUID:
        roles = [{"role_id": str(built_in_role_id(role))}]
        content = {"username": name, "password": FIRST, "roles": roles}
        return UUID(self._call("POST", "users", content)["user"]["id"])

    def change_user(self, user_id: UUID, **fields: object) -> None:
        version = self._call("GET", f"users/{user_id}")["version"]
        self._call("PATCH", f"users/{user_id}", {"version": version, **fields})

    def take_role(self, user_id: UUID, role: str) -> None:
        grant_id = role_grant_id(user_id, built_in_role_id(role))
        answer = self._browser.delete(f"{self._site.api_url}/api/v1/role-grants/{grant_id}")
        assert answer.status_code == 204, answer.text

    def display_name(self, user_id: UUID) -> str:
        return str(self._call("GET", f"users/{user_id}")["display_name"])

    def log_in(self, name: str, password: str) -> int:
        content = {"username": name, "password": password}
        return self._site.browser().post(f"{self._site.api_url}/api/v1/session", json=content).status_code

    def _call(self, method: str, path: str, content: object = None) -> Any:
        answer: requests.Response = self._browser.request(method, f"{self._site.api_url}/api/v1/{path}", json=content)
        assert answer.ok, answer.text
        return answer.json()


@pytest.mark.proves("C1", "C2", "C3", "C4", "C5", "C6", "DT13", "PP-SY-4", "PP-SY-6", "PP-SY-7")
def test_people_and_edits_go_both_ways_over_a_link_that_is_cut(site: Site, client_name: str, tmp_path: Path) -> None:
    site.start("ingest", "web")
    web = Web(site)
    identity = enrol_into(tmp_path, site.api_url, site.run("issue-code", "--accounts", "--client", client_name))
    streaming = Streaming(Settings(data_dir=tmp_path, source="generator"), identity)
    site.stack.callback(streaming.close)
    accounts, administration = Accounts(streaming.replica, streaming.identity.site), Administration(streaming.replica)

    def display_name(user_id: UUID) -> str | None:
        with reading(streaming.replica.engine) as connection:
            found: str | None = connection.scalar(select(users.c.display_name).where(users.c.id == user_id))
        return found

    def cut() -> None:
        streaming.client.pause()
        site.wait_until(lambda: streaming.client.stats().link is LinkState.OFFLINE, "the link is cut")

    def restore() -> None:
        streaming.client.resume()
        site.wait_until(lambda: not streaming.replica.pending(), "everything is judged")
        site.wait_until(lambda: streaming.client.catch_up(5), "the desktop has caught up")

    alice, carol = web.add_user("alice", "operator"), web.add_user("carol", "administrator")
    assert accounts.readiness() is Readiness.WAITING
    streaming.start()
    site.wait_until(lambda: display_name(carol) is not None, "both users are here")

    # Made on the web, logged in on the desktop with the network cut; her password is changed there.
    cut()
    session = accounts.sign_in("alice", FIRST)
    assert session.person.must_change_password and session.may("client:command")
    session = accounts.change_password(session, FIRST, OWN)
    assert web.log_in("alice", OWN) == 401
    # The same field edited on both sides, the desktop first.
    administration.edit([Edit(Kind.USER, alice, {"display_name": "From the desktop"})], carol)
    web.change_user(alice, display_name="From the web")
    restore()
    assert (web.log_in("alice", FIRST), web.log_in("alice", OWN)) == (401, 200)
    assert web.display_name(alice) == display_name(alice) == "From the web"
    lost = [(row.subject, row.losing, row.winning) for row in read_log(streaming.replica, conflicts)]
    assert lost == [("alice", "From the desktop", "From the web")]
    with psycopg.connect(site.database_url) as connection:
        at_hub = connection.execute("SELECT subject, losing, winning FROM conflicts").fetchall()
    assert at_hub == [("alice", "From the desktop", "From the web")]
    assert accounts.refreshed(session).person.id == alice

    # A right that is taken while the link is up is gone on the desktop.
    assert accounts.refreshed(session).may("client:command")
    web.take_role(alice, "operator")
    site.wait_until(lambda: not accounts.refreshed(session).may("client:command"), "the right is gone")

    # Who was demoted meanwhile has offline edits refused, rolled back and shown; who was disabled is signed out.
    cut()
    administration.edit([Edit(Kind.USER, alice, {"display_name": "Not any more"})], carol)
    assert display_name(alice) == "Not any more"
    web.take_role(carol, "administrator")
    web.change_user(alice, enabled=False)
    restore()
    assert display_name(alice) == "From the web"
    refused = [(row.actor, row.subject, row.wanted) for row in read_log(streaming.replica, refusals)]
    assert refused == [("carol", "alice", {"display_name": "Not any more"})]
    with pytest.raises(SignedOutError, match=ACCESS_CHANGED):
        accounts.refreshed(session)
    assert b"$argon2id$" not in (tmp_path / "outbox.sqlite3").read_bytes()


@pytest.mark.proves("C6", "W23", "X4", "DT14")
def test_a_role_taken_on_the_web_takes_the_pages_from_the_desktops_window(
    site: Site, client_name: str, tmp_path: Path, qtbot: QtBot
) -> None:
    site.start("ingest", "web")
    web = Web(site)
    identity = enrol_into(tmp_path, site.api_url, site.run("issue-code", "--accounts", "--client", client_name))
    settings = Settings(data_dir=tmp_path, source="generator", animate=False)
    streaming = Streaming(settings, identity)
    desktop = DesktopWindow(settings, streaming)
    site.stack.callback(desktop.close)
    qtbot.addWidget(desktop.window, before_close_func=lambda window: setattr(window, "hides_on_close", True))
    alice = web.add_user("alice", "operator")
    desktop.start()
    accounts = Accounts(streaming.replica, streaming.identity.site)
    qtbot.waitUntil(lambda: accounts.readiness() is Readiness.READY, timeout=_WAIT_MS)
    session = accounts.change_password(accounts.sign_in("alice", FIRST), FIRST, OWN)
    desktop.window.operator.begin(session)
    tabs = desktop.window.work

    def titles() -> list[str]:
        return [tabs.tabText(at) for at in range(tabs.count())]

    assert titles() == ["Readings", "Asked from afar", "Configuration"]
    web.take_role(alice, "operator")
    qtbot.waitUntil(lambda: "Configuration" not in titles(), timeout=_WAIT_MS)
    assert desktop.window.operator.session is not None
