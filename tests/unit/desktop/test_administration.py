"""Administration in the window: offline, by the rights of who works, with everything that the hub says about it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from PySide6.QtWidgets import QLabel, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from precisionpulse_desktop.accounts import Session
from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_desktop.models.rows import RowsModel
from precisionpulse_desktop.settings import Settings
from precisionpulse_desktop.views.admin.edit_dialog import EditDialog
from precisionpulse_desktop.views.admin.list_panel import ListPanel
from precisionpulse_desktop.views.admin.log_pages import AuditPage, ConflictsPage
from precisionpulse_desktop.views.admin.permissions_page import PermissionsPage
from precisionpulse_desktop.views.admin.roles_page import RolesPage
from precisionpulse_desktop.views.admin.settings_page import SettingsPage
from precisionpulse_desktop.views.admin.users_page import WAITS, UsersPage
from precisionpulse_desktop.views.password_form import PasswordDialog
from precisionpulse_desktop.window import DesktopWindow
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.access import find_user, load_person
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.directory import User
from precisionpulse_sdk.replica.passwords import verify
from precisionpulse_sdk.replica.tables import users
from precisionpulse_sdk.sync.edit import create_permission, give_permission, give_role, set_config, take_role
from precisionpulse_sdk.sync.kinds import built_in_role_id, permission_id

from .conftest import ADMIN, CLIENT, PASSWORD, Site

WAIT_MS = 30_000


@pytest.fixture
def desktop(qtbot: QtBot, settings: Settings, streaming: Streaming, admin: Session) -> Iterator[DesktopWindow]:
    """A window with no network, at which the site's administrator works."""
    desktop = DesktopWindow(settings, streaming)
    qtbot.addWidget(desktop.window, before_close_func=lambda window: setattr(window, "hides_on_close", True))
    desktop.window.show()
    desktop.window.operator.begin(admin)
    yield desktop
    desktop.close()


def _open(qtbot: QtBot, desktop: DesktopWindow, title: str) -> QWidget:
    """The page of that title, with its rows."""
    page = desktop.window.work.page(title)
    panel = page.refusals if isinstance(page, ConflictsPage) else page
    assert isinstance(panel, ListPanel)
    if not panel.isVisible():
        with qtbot.waitSignal(panel.loaded, timeout=WAIT_MS):
            desktop.window.work.go_to(title)
    return page


def _texts(model: RowsModel, column: int) -> list[object]:
    return [model.index(row, column).data() for row in range(model.rowCount())]


def _save(qtbot: QtBot, dialog: EditDialog) -> None:
    with qtbot.waitSignal(dialog.saved, timeout=WAIT_MS):
        dialog.save.click()


def _user(site: Site, name: str) -> UUID:
    with reading(site.replica.engine) as connection:
        found = find_user(connection, name)
    assert found is not None, f"the hub knows no {name}"
    return found


def _select(panel: ListPanel, name: str) -> User:
    for at in range(panel.model.rowCount()):
        if panel.model.index(at, 0).data() == name:
            panel.table.selectRow(at)
            row: User = panel.model.row(at)
            return row
    raise AssertionError(f"{name} is not in the list")


def _answer(qtbot: QtBot, page: QWidget, name: str) -> str:
    """Press the button that goes ahead, in the box that asks; what it asked."""
    qtbot.waitUntil(lambda: page.findChild(QMessageBox, name) is not None, timeout=WAIT_MS)
    box = page.findChild(QMessageBox, name)
    assert isinstance(box, QMessageBox)
    buttons = [each for each in box.buttons() if box.buttonRole(each) is QMessageBox.ButtonRole.DestructiveRole]
    (buttons[0] if buttons else box.buttons()[0]).click()
    return box.text()


@pytest.mark.proves("C3", "DT13", "DT14")
def test_a_user_made_offline_waits_shows_so_and_is_at_the_hub_once_it_is_reached(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming
) -> None:
    page = _open(qtbot, desktop, "Users")
    assert isinstance(page, UsersPage)
    dialog = page.edit(None)
    assert dialog is not None
    dialog.username.setText("alice")
    dialog.display_name.setText("Alice Example")
    dialog.go_on()
    assert dialog.error.text() == "Type a first password for the person."
    dialog.password.setText("password")
    dialog.go_on()
    qtbot.waitUntil(lambda: "at least 15 characters" in dialog.error.text(), timeout=WAIT_MS)
    dialog.password.setText("seven quiet otters juggle")
    viewer = next(grant for grant in dialog.roles.offered if grant.role_id == built_in_role_id("viewer"))
    dialog.roles.tick(viewer)
    dialog.scoped_role.setCurrentText("operator")
    dialog.scoped_client.setText("press-7")
    dialog.add_scoped()
    _save(qtbot, dialog)
    model = page.model
    qtbot.waitUntil(lambda: _texts(model, 0) == [ADMIN, "alice"], timeout=WAIT_MS)
    assert model.index(1, 3).data() == "operator @ press-7, viewer"
    assert model.index(1, 4).data() == WAITS
    waiting = desktop.window.findChild(QLabel, "editsWaiting")
    assert waiting is not None
    qtbot.waitUntil(lambda: waiting.text() == "3 edits wait to sync", timeout=WAIT_MS)
    site.settle(streaming.replica)
    qtbot.waitUntil(lambda: model.index(1, 4).data() == "", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not waiting.isVisible(), timeout=WAIT_MS)
    with reading(site.replica.engine) as connection:
        person = load_person(connection, _user(site, "alice"))
        stored = connection.scalar(select(users.c.password_hash).where(users.c.username == "alice"))
    assert person is not None and person.must_change_password
    assert {(right.permission, right.client) for right in person.rights} >= {
        ("client:read", ""),
        ("client:command", "press-7"),
    }
    assert verify(stored, "seven quiet otters juggle")


@pytest.mark.proves("C5", "DT13", "DT14", "PP-SY-4")
def test_an_administrator_who_was_demoted_meanwhile_has_offline_edits_refused_rolled_back_and_shown(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming
) -> None:
    alice = site.add_user("alice", "administrator", "viewer")
    bob = site.add_user("bob", display_name="Bob")
    site.settle(streaming.replica)
    desktop.window.operator.begin(site.session(streaming.replica, alice))
    page = _open(qtbot, desktop, "Users")
    assert isinstance(page, UsersPage)
    dialog = page.edit(_select(page, "bob"))
    assert dialog is not None
    dialog.display_name.setText("Robert")
    _save(qtbot, dialog)
    qtbot.waitUntil(lambda: "Robert" in _texts(page.model, 1), timeout=WAIT_MS)
    site.replica.edit([take_role(alice, built_in_role_id("administrator"))], actor=site.admin)
    site.settle(streaming.replica)
    qtbot.waitUntil(desktop.window.banner.isVisible, timeout=WAIT_MS)
    said = desktop.window.banner.text.text()
    assert "The hub refused a change by alice, and it is rolled back here: user bob." in said
    assert "alice needs the permission user:update" in said
    tabs = desktop.window.work
    qtbot.waitUntil(
        lambda: [tabs.tabText(at) for at in range(tabs.count())] == ["Readings", "Asked from afar"], timeout=WAIT_MS
    )
    with reading(streaming.replica.engine) as connection:
        assert connection.scalar(select(users.c.display_name).where(users.c.id == bob)) == "Bob"
    desktop.window.operator.begin(site.session(streaming.replica, site.admin))
    conflicts = _open(qtbot, desktop, "Conflicts")
    assert isinstance(conflicts, ConflictsPage)
    model = conflicts.refusals.model
    assert [model.index(0, column).data() for column in (1, 2, 3, 4)] == [
        "alice",
        "user",
        "bob",
        "display_name: Robert",
    ]


@pytest.mark.proves("C4", "PP-SY-6", "DT14")
def test_the_same_field_edited_on_both_sides_ends_the_same_with_the_loser_in_both_logs(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming
) -> None:
    alice = site.add_user("alice", display_name="Alice")
    site.settle(streaming.replica)
    desktop.window.desk.edit([Edit(Kind.USER, alice, {"display_name": "From the desktop"})])
    site.change_user(alice, display_name="From the web")
    site.settle(streaming.replica)
    names = []
    for replica in (site.replica, streaming.replica):
        with reading(replica.engine) as connection:
            names.append(connection.scalar(select(users.c.display_name).where(users.c.id == alice)))
    assert names == ["From the web", "From the web"]
    page = _open(qtbot, desktop, "Conflicts")
    assert isinstance(page, ConflictsPage)
    with qtbot.waitSignal(page.conflicts.loaded, timeout=WAIT_MS):
        page.setCurrentWidget(page.conflicts)
    model = page.conflicts.model
    assert [model.index(0, column).data() for column in (3, 4, 6)] == [
        "display_name",
        "From the desktop",
        "From the web",
    ]


@pytest.mark.proves("C5", "DT14", "W24")
def test_the_last_administrator_can_not_be_disabled_and_the_reason_is_said(
    qtbot: QtBot, desktop: DesktopWindow, streaming: Streaming
) -> None:
    page = _open(qtbot, desktop, "Users")
    assert isinstance(page, UsersPage)
    _select(page, ADMIN)
    button = page.findChild(QPushButton, "userDisable")
    assert button is not None
    button.click()
    assert "Every session of theirs ends" in _answer(qtbot, page, "confirmation")
    assert "Make somebody else an administrator first" in _answer(qtbot, page, "refusal")
    assert streaming.replica.pending() == []


@pytest.mark.proves("DT14", "X4")
def test_what_somebody_may_not_do_is_not_there(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming
) -> None:
    reader = site.add_user("reader")
    role = built_in_role_id("viewer")
    site.replica.edit(
        [
            Edit(Kind.ROLE, permission_id("reader-role"), {"name": "reader", "description": ""}),
            give_permission(permission_id("reader-role"), permission_id("user:read")),
            give_role(reader, permission_id("reader-role")),
            give_role(reader, role, "another-desktop"),
        ],
        actor=site.admin,
    )
    site.settle(streaming.replica)
    desktop.window.operator.begin(site.session(streaming.replica, reader))
    tabs = desktop.window.work
    assert [tabs.tabText(at) for at in range(tabs.count())] == ["Users"]
    view = {action.text() for action in desktop.window.menuBar().actions() if action.isVisible()}
    assert view == {"&Desktop", "&View", "&Help"}
    page = _open(qtbot, desktop, "Users")
    shown = [button.text() for button in page.findChildren(QPushButton) if button.isVisible()]
    assert shown == ["Wh&y…"]
    assert isinstance(page, UsersPage)
    assert page.edit(_select(page, "reader")) is None


@pytest.mark.proves("C3", "DT14")
def test_a_role_of_ones_own_is_made_with_permissions_and_people_and_deleted_with_a_warning(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming
) -> None:
    alice = site.add_user("alice")
    site.settle(streaming.replica)
    page = _open(qtbot, desktop, "Roles")
    assert isinstance(page, RolesPage)
    dialog = page.edit(None)
    dialog.name.setText("reporter")
    dialog.permissions.tick(permission_id("audit:read"))
    qtbot.waitUntil(lambda: len(dialog.users.offered) == 2, timeout=WAIT_MS)
    dialog.users.tick(next(grant for grant in dialog.users.offered if grant.user_id == alice))
    _save(qtbot, dialog)
    site.settle(streaming.replica)
    with reading(site.replica.engine) as connection:
        person = load_person(connection, alice)
    assert person is not None and {right.permission for right in person.rights} == {"audit:read"}
    qtbot.waitUntil(lambda: "reporter" in _texts(page.model, 0), timeout=WAIT_MS)
    _select(page, "reporter")
    delete = page.findChild(QPushButton, "roleDelete")
    assert delete is not None
    delete.click()
    assert _answer(qtbot, page, "confirmation") == "Delete the role reporter? 1 user has it and loses what it gives."
    qtbot.waitUntil(lambda: "reporter" not in _texts(page.model, 0), timeout=WAIT_MS)
    _select(page, "viewer")
    assert not delete.isEnabled()


@pytest.mark.proves("C3", "DT14")
def test_a_permission_is_made_and_given_from_its_own_side(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming
) -> None:
    own = permission_id("own-role")
    site.replica.edit([Edit(Kind.ROLE, own, {"name": "own", "description": ""})], actor=site.admin)
    site.settle(streaming.replica)
    page = _open(qtbot, desktop, "Permissions")
    assert isinstance(page, PermissionsPage)
    dialog = page.edit(None)
    dialog.name.setText("Report Print")
    dialog.go_on()
    qtbot.waitUntil(lambda: "resource:action" in dialog.error.text(), timeout=WAIT_MS)
    dialog.name.setText("report:print")
    dialog.roles.tick(own)
    _save(qtbot, dialog)
    qtbot.waitUntil(lambda: "report:print" in _texts(page.model, 0), timeout=WAIT_MS)
    row = page.model.row(_texts(page.model, 0).index("report:print"))
    assert ([held.role for held in row.roles], row.waits) == (["own"], True)


@pytest.mark.proves("DT15", "D5", "W21")
def test_a_setting_is_edited_by_its_type_and_what_somebody_else_set_meanwhile_is_asked_about(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming
) -> None:
    page = _open(qtbot, desktop, "Configuration")
    assert isinstance(page, SettingsPage)
    model = page.model
    row = model.row(_texts(model, 0).index("Interval"))
    dialog = page.edit(row, "")
    dialog.field.setText("5")  # type: ignore[attr-defined]
    dialog.go_on()
    assert dialog.error.text() == "interval_ms: At least 10 ms."
    dialog.field.setText("5000")  # type: ignore[attr-defined]
    assert dialog.change.text() == "not set → 5 s"
    site.replica.edit([set_config("interval_ms", 2000)], actor=site.admin)
    site.settle(streaming.replica)
    dialog.save.click()
    qtbot.waitUntil(lambda: "It was changed since you looked" in dialog.error.text(), timeout=WAIT_MS)
    assert set(streaming.acquisition.intervals_ms.values()) == {2000}
    _save(qtbot, dialog)
    assert set(streaming.acquisition.intervals_ms.values()) == {5000}
    qtbot.waitUntil(
        lambda: (
            [model.index(_texts(model, 0).index("Interval"), at).data() for at in (1, 2, 3, 6)]
            == ["5 s", "site", "5 s", WAITS]
        ),
        timeout=WAIT_MS,
    )
    dialog = page.edit(model.row(_texts(model, 0).index("Full buffer")), CLIENT)
    dialog.field.setCurrentIndex(1)  # type: ignore[attr-defined]
    _save(qtbot, dialog)
    assert streaming.configuration.bounds.policy.name == "STOP_RECORDING"


@pytest.mark.proves("X6", "DT14")
def test_why_somebody_may_do_something_is_said_path_by_path(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming
) -> None:
    site.add_user("alice", "operator", client="press-7")
    site.settle(streaming.replica)
    page = _open(qtbot, desktop, "Users")
    assert isinstance(page, UsersPage)
    dialog = page.explain(_select(page, "alice"))
    dialog.permission.setCurrentText("client:command")
    assert dialog.verdict.text() == "alice may not client:command for all clients"
    dialog.client.setText("press-7")
    assert dialog.verdict.text() == "alice may client:command for press-7"
    assert dialog.paths.text() == "alice → role operator @ press-7 → client:command"


@pytest.mark.proves("C7", "DT14")
def test_the_audit_log_is_searched_and_exported(
    qtbot: QtBot, desktop: DesktopWindow, site: Site, streaming: Streaming, tmp_path: Path
) -> None:
    desktop.window.desk.edit([create_permission("report:print", "Print")])
    desktop.window.desk.edit(
        [Edit(Kind.ROLE, uuid4(), {"name": "=cmd()", "description": "not for a spreadsheet to run"})]
    )
    page = _open(qtbot, desktop, "Audit log")
    assert isinstance(page, AuditPage)
    page.search.setText("PERMISSION:create report")
    assert page.model.rowCount() == 1
    assert [page.model.index(0, column).data() for column in (1, 2, 3, 4)] == [
        ADMIN,
        CLIENT,
        "permission:create",
        "report:print",
    ]
    page.write(tmp_path / "audit.csv")
    with (tmp_path / "audit.csv").open(encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows[0][:4] == ["When", "Who", "Where", "What"]
    assert len(rows) == 2
    assert PASSWORD not in str(rows) and "argon2" not in str(rows)
    page.search.setText("=cmd()")
    page.write(tmp_path / "formula.csv")
    with (tmp_path / "formula.csv").open(encoding="utf-8") as file:
        assert [row[4] for row in csv.reader(file)][1:] == ["'=cmd()"]


@pytest.mark.proves("C6", "DT14")
def test_what_is_open_closes_with_the_session(qtbot: QtBot, desktop: DesktopWindow, admin: Session) -> None:
    page = _open(qtbot, desktop, "Users")
    assert isinstance(page, UsersPage)
    for _ in range(2):
        dialog = page.edit(_select(page, ADMIN))
        assert dialog is not None and dialog.isVisible()
        desktop.window.change_password()
        with qtbot.waitSignal(dialog.destroyed, timeout=WAIT_MS):
            desktop.window.sign_out()
        assert desktop.window.login.isVisible()
        qtbot.waitUntil(lambda: not desktop.window.findChildren(PasswordDialog), timeout=WAIT_MS)
        desktop.window.operator.begin(admin)
