"""Permissions: what there is to be allowed, and which roles allow it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtWidgets import QWidget

from precisionpulse_desktop.administration import held_edits
from precisionpulse_desktop.models.rows import Field
from precisionpulse_desktop.views.admin.checklist import Checklist, Choice
from precisionpulse_desktop.views.admin.confirm import confirm_edits
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.admin.edit_dialog import Collect, EditDialog
from precisionpulse_desktop.views.admin.list_panel import ListPanel, push_button
from precisionpulse_desktop.views.admin.users_page import WAITS
from precisionpulse_desktop.views.forms import text_field
from precisionpulse_sdk.replica import DELETE, Edit, Kind
from precisionpulse_sdk.replica.directory import Permission
from precisionpulse_sdk.sync.kinds import permission_id

FIELDS = (
    Field("Permission", lambda row: row.name, 184),
    Field("What it allows", lambda row: row.description),
    Field("Roles", lambda row: ", ".join(held.role for held in row.roles), 240),
    Field("Kind", lambda row: "built in" if row.built_in else "own", 80),
    Field("Sync", lambda row: WAITS if row.waits else "", 152, toned=True),
)


class PermissionsPage(ListPanel):
    """The list of permissions with what can be done to them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            desk.administration.permissions,
            FIELDS,
            name="permissions",
            title="Permissions",
            hint="A permission is resource:action; a lone * stands for all of them. Programs of your own may ask for "
            "permissions that you create here.",
            kinds=frozenset({Kind.ROLE, Kind.PERMISSION, Kind.PERMISSION_GRANT}),
            parent=parent,
        )
        add, may = self.add_button, desk.may
        add(
            push_button("&New permission…", "permissionNew"),
            lambda _: self.edit(None),
            allowed=partial(may, "permission:create"),
        )
        add(
            push_button("&Edit…", "permissionEdit"),
            self.edit,
            allowed=lambda: may("permission:update") or may("role:update"),
            fits=lambda row: True,
        )
        add(
            push_button("Dele&te…", "permissionDelete"),
            self._delete,
            allowed=partial(may, "permission:delete"),
            fits=lambda row: not row.built_in,
        )
        self.opened.connect(self.edit)

    def edit(self, row: Permission | None) -> PermissionDialog:
        """Open the form for a permission, or for a new one."""
        dialog = PermissionDialog(self._desk, row, self)
        dialog.open()
        return dialog

    def _delete(self, row: Permission) -> None:
        names = ", ".join(held.role for held in row.roles)
        held = f"The roles {names} lose it." if names else "No role holds it."
        confirm_edits(
            self,
            self._desk,
            [Edit(Kind.PERMISSION, row.id, DELETE)],
            title="Delete a permission",
            question=f"Delete the permission {row.name}? {held}",
            action="&Delete",
        )


class PermissionDialog(EditDialog):
    """Edits `permission`, or makes a new one. Its name can't be changed later."""

    def __init__(self, desk: Desk, permission: Permission | None, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            f"Permission {permission.name}" if permission else "New permission",
            name="permissionDialog",
            version=permission.version if permission else None,
            parent=parent,
        )
        self._permission = permission
        self._held = frozenset(held.role_id for held in permission.roles) if permission else frozenset()
        built_in = permission is not None and permission.built_in
        if built_in:
            self.add_note("Shipped with the product: it can't be changed, but roles of your own can hold it.")
        self.name = text_field("permissionName", "Name", permission.name if permission else "")
        self.name.setPlaceholderText("resource:action")
        self.name.setEnabled(permission is None)
        self.description = text_field(
            "permissionDescription", "What it allows", permission.description if permission else ""
        )
        self.description.setEnabled(
            not built_in and desk.may("permission:update" if permission else "permission:create")
        )
        self.add_field("&Name", self.name)
        self.add_field("&What it allows", self.description)
        may_give = desk.may("role:update")
        self.roles = Checklist(
            [Choice(row.id, row.name, row.built_in or not may_give) for row in desk.administration.role_names()],
            self._held,
            name="permissionRoles",
            title="Roles",
        )
        self.add_field("&Roles that hold it", self.roles, 1)
        self.collect_with(self._read)

    def _read(self) -> Collect | None:
        permission = self._permission
        name, description = self.name.text().strip(), self.description.text().strip()
        entity_id = permission.id if permission else permission_id(name)
        fields: dict[str, object] = {}
        if permission is None:
            fields = {"name": name, "description": description}
        elif description != permission.description:
            fields = {"description": description}
        links = held_edits(
            ((role_id, entity_id) for role_id in self._held), ((role_id, entity_id) for role_id in self.roles.chosen)
        )

        def collect(version: int | None) -> Sequence[Edit]:
            return [Edit(Kind.PERMISSION, entity_id, fields, version), *links] if fields else links

        return collect
