"""Roles: what each holds, and who has it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from precisionpulse_desktop.models.rows import Field
from precisionpulse_desktop.views.admin.confirm import confirm_edits
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.admin.list_panel import ListPanel, push_button
from precisionpulse_desktop.views.admin.role_dialog import RoleDialog
from precisionpulse_desktop.views.admin.users_page import WAITS
from precisionpulse_sdk.replica import DELETE, Edit, Kind
from precisionpulse_sdk.replica.directory import Role

FIELDS = (
    Field("Role", lambda row: row.name, 168),
    Field("What it is for", lambda row: row.description, 240),
    Field("Permissions", lambda row: ", ".join(held.permission for held in row.permissions)),
    Field("Users", lambda row: f"{row.users:,}", 72, order=lambda row: row.users),
    Field("Kind", lambda row: "built in" if row.built_in else "own", 80),
    Field("Sync", lambda row: WAITS if row.waits else "", 152, toned=True),
)


class RolesPage(ListPanel):
    """The list of roles with what can be done to them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            desk.administration.roles,
            FIELDS,
            name="roles",
            title="Roles",
            hint="A role is a set of permissions that people can have, for all clients or for some. Built-in roles "
            "can't be changed, only given.",
            kinds=frozenset({Kind.USER, Kind.ROLE, Kind.PERMISSION, Kind.ROLE_GRANT, Kind.PERMISSION_GRANT}),
            parent=parent,
        )
        add, may = self.add_button, desk.may
        add(push_button("&New role…", "roleNew"), lambda _: self.edit(None), allowed=partial(may, "role:create"))
        add(
            push_button("&Edit…", "roleEdit"),
            self.edit,
            allowed=lambda: may("role:update") or may("role:assign"),
            fits=lambda row: True,
        )
        add(
            push_button("Dele&te…", "roleDelete"),
            self._delete,
            allowed=partial(may, "role:delete"),
            fits=lambda row: not row.built_in,
        )
        self.opened.connect(self.edit)

    def edit(self, row: Role | None) -> RoleDialog:
        """Open the form for a role, or for a new one."""
        dialog = RoleDialog(self._desk, row, self)
        dialog.open()
        return dialog

    def _delete(self, row: Role) -> None:
        hit = "1 user has it and loses" if row.users == 1 else f"{row.users:,} users have it and lose"
        confirm_edits(
            self,
            self._desk,
            [Edit(Kind.ROLE, row.id, DELETE)],
            title="Delete a role",
            question=f"Delete the role {row.name}? {hit} what it gives."
            if row.users
            else f"Delete the role {row.name}? Nobody has it.",
            action="&Delete",
        )
