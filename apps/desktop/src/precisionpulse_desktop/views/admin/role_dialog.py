"""The form for one role: its name, its permissions, and who has it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from precisionpulse_desktop.administration import Grant, grant_edits, grant_text, held_edits
from precisionpulse_desktop.background import Task
from precisionpulse_desktop.views.admin.checklist import Checklist, Choice
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.admin.edit_dialog import Collect, EditDialog
from precisionpulse_desktop.views.forms import captioned, text_field
from precisionpulse_desktop.views.theme import GRID
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.directory import Role, User


class RoleDialog(EditDialog):
    """Edits `role`, or makes a new one. A built-in role can only be given and taken."""

    def __init__(self, desk: Desk, role: Role | None, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            f"Role {role.name}" if role else "New role",
            name="roleDialog",
            version=role.version if role else None,
            parent=parent,
        )
        self._role = role
        self._id = role.id if role else uuid.uuid4()
        self.setMinimumWidth(88 * GRID)
        closed = (role is not None and role.built_in) or not desk.may("role:update" if role else "role:create")
        if role is not None and role.built_in:
            self.add_note("Shipped with the product: what it holds can't be changed, but it can be given and taken.")
        self.name = text_field("roleName", "Name", role.name if role else "")
        self.description = text_field("roleDescription", "What it is for", role.description if role else "")
        self.add_field("&Name", self.name)
        self.add_field("&What it is for", self.description)
        for field in (self.name, self.description):
            field.setEnabled(not closed)
        self._held = frozenset(held.permission_id for held in role.permissions) if role else frozenset()
        self._members = desk.administration.members(role.id) if role else frozenset()
        permissions = desk.administration.permissions()
        may_hold = not closed and (role is None or desk.may("role:update"))
        self.permissions = Checklist(
            [Choice(row.id, f"{row.name}   {row.description}", not may_hold) for row in permissions],
            self._held,
            name="rolePermissions",
            title="Permissions",
        )
        self.users = Checklist([], self._members, name="roleUsers", title="Users")
        if desk.may("user:read"):
            self.users.waiting.show()
            self._people = Task(desk.administration.users, self)
            self._people.done.connect(self._offer)
            self._people.failed.connect(lambda error: self.error.say(str(error)))
            self._people.start()
        lists = QHBoxLayout()
        for caption, widget in (("&Permissions", self.permissions), ("&Users", self.users)):
            column = QVBoxLayout()
            column.addWidget(captioned(caption, widget.view))
            column.addWidget(widget, 1)
            lists.addLayout(column, 1)
        self.body.addLayout(lists, 1)
        self.collect_with(self._read)

    @Slot(object)
    def _offer(self, people: Sequence[User]) -> None:
        """Let the role be given to and taken from these."""
        fixed = not self._desk.may("role:assign")
        names = {row.id: row.username for row in people}
        places = {Grant(row.id, self._id, "") for row in people} | set(self.users.chosen)
        self.users.offer(
            [Choice(grant, grant_text(names.get(grant.user_id, "?"), grant.client), fixed) for grant in places]
        )

    def _read(self) -> Collect | None:
        role = self._role
        typed = {"name": self.name.text().strip(), "description": self.description.text().strip()}
        before = {"name": role.name, "description": role.description} if role else {}
        fields = {name: text for name, text in typed.items() if text != before.get(name)}
        links = held_edits(
            ((self._id, permission) for permission in self._held),
            ((self._id, permission) for permission in self.permissions.chosen),
        )
        links += grant_edits(self._members, self.users.chosen)

        def collect(version: int | None) -> Sequence[Edit]:
            return [Edit(Kind.ROLE, self._id, fields, version), *links] if fields else links

        return collect
