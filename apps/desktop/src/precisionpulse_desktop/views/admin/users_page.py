"""Users: who there is, who may log in, and with which roles."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from precisionpulse_desktop.administration import grant_text
from precisionpulse_desktop.models.rows import Field
from precisionpulse_desktop.views.admin.confirm import confirm_edits
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.admin.list_panel import ListPanel, push_button
from precisionpulse_desktop.views.admin.user_dialog import UserDialog
from precisionpulse_desktop.views.admin.why_dialog import WhyDialog
from precisionpulse_sdk.replica import DELETE, Edit, Kind
from precisionpulse_sdk.replica.directory import User

WAITS = "waiting to sync"


def state_text(row: User) -> str:
    """Whether the user may log in, and what is in the way."""
    if not row.enabled:
        return "renamed, disabled" if row.wanted_username else "disabled"
    if not row.has_password:
        return "no password"
    return "first password" if row.must_change_password else "enabled"


FIELDS = (
    Field("User", lambda row: row.username, 168),
    Field("Name", lambda row: row.display_name, 184),
    Field("State", state_text, 144, toned=True),
    Field("Roles", lambda row: ", ".join(grant_text(held.role, held.client) for held in row.roles)),
    Field("Sync", lambda row: WAITS if row.waits else "", 152, toned=True),
)


class UsersPage(ListPanel):
    """The list of users with what can be done to them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            desk.administration.users,
            FIELDS,
            name="users",
            title="Users",
            hint="The people of the site. What you change counts here at once, and everywhere once the hub agrees.",
            kinds=frozenset({Kind.USER, Kind.ROLE, Kind.ROLE_GRANT}),
            parent=parent,
        )
        add, may = self.add_button, desk.may
        add(push_button("&New user…", "userNew"), lambda _: self.edit(None), allowed=partial(may, "user:create"))
        add(
            push_button("&Edit…", "userEdit"),
            self.edit,
            allowed=lambda: may("user:update") or may("role:assign"),
            fits=lambda row: True,
        )
        add(
            push_button("&Disable", "userDisable", "The user is logged out everywhere"),
            partial(self._set_enabled, False),
            allowed=partial(may, "user:update"),
            fits=lambda row: bool(row.enabled),
        )
        add(
            push_button("Ena&ble", "userEnable"),
            partial(self._set_enabled, True),
            allowed=partial(may, "user:update"),
            fits=lambda row: not row.enabled,
        )
        add(
            push_button("End sess&ions", "userEndSessions", "The user must log in again, everywhere"),
            self._end_sessions,
            allowed=lambda: may("session:end") or may("user:update"),
            fits=lambda row: True,
        )
        add(
            push_button("Dele&te…", "userDelete"),
            self._delete,
            allowed=partial(may, "user:delete"),
            fits=lambda row: True,
        )
        add(push_button("Wh&y…", "userWhy", "Why may this user do what?"), self.explain, fits=lambda row: True)
        self.opened.connect(self.edit)

    def edit(self, row: User | None) -> UserDialog | None:
        """Open the form for a user, or for a new one."""
        allowed = ("user:create",) if row is None else ("user:update", "role:assign")
        if not any(self._desk.may(permission) for permission in allowed):
            return None
        dialog = UserDialog(self._desk, row, self)
        dialog.open()
        return dialog

    def explain(self, row: User) -> WhyDialog:
        """Open "why may this user do what?"."""
        dialog = WhyDialog(self._desk, row.id, row.username, self)
        dialog.open()
        return dialog

    def _set_enabled(self, enabled: bool, row: User) -> None:
        edits = [Edit(Kind.USER, row.id, {"enabled": enabled})]
        question = f"Disable {row.username}? Every session of theirs ends." if not enabled else ""
        confirm_edits(self, self._desk, edits, title="Disable a user", question=question, action="&Disable")

    def _end_sessions(self, row: User) -> None:
        edits = [Edit(Kind.USER, row.id, {"session_generation": row.session_generation + 1})]
        question = f"End every session of {row.username}, on the web and on desktops?"
        confirm_edits(self, self._desk, edits, title="End sessions", question=question, action="&End them")

    def _delete(self, row: User) -> None:
        confirm_edits(
            self,
            self._desk,
            [Edit(Kind.USER, row.id, DELETE)],
            title="Delete a user",
            question=f"Delete {row.username} for good? The audit log keeps the name.",
            action="&Delete",
        )
