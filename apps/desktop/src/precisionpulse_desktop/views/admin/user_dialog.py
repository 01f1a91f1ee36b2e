"""The form for one user: names, password, whether they may log in, and roles, for all clients or for some."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from uuid import UUID

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QWidget

from precisionpulse_desktop.administration import Grant, grant_edits, grant_text, grants_of
from precisionpulse_desktop.errors import AccountRuleError
from precisionpulse_desktop.views.admin.checklist import Checklist, Choice
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.admin.edit_dialog import Collect, EditDialog
from precisionpulse_desktop.views.forms import password_field, text_field
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.directory import User


class UserDialog(EditDialog):
    """Edits `user`, or makes a new one. Fields that the editor's rights do not cover are closed."""

    def __init__(self, desk: Desk, user: User | None, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            f"User {user.username}" if user else "New user",
            name="userDialog",
            version=user.version if user else None,
            parent=parent,
        )
        self._user = user
        self._id = user.id if user else uuid.uuid4()
        self._roles = desk.administration.role_names()
        self.username = text_field("userUsername", "User name", user.username if user else "")
        self.display_name = text_field("userDisplayName", "Name", user.display_name if user else "")
        self.password = password_field("userPassword", "Password")
        self.password.setPlaceholderText("leave it as it is" if user else "the person changes it at the first log-in")
        self.enabled = QCheckBox("May &log in")
        self.enabled.setObjectName("userEnabled")
        self.enabled.setChecked(user.enabled if user else True)
        self.must_change = QCheckBox("Must change the pass&word at the next log-in")
        self.must_change.setObjectName("userMustChange")
        self.must_change.setChecked(user.must_change_password if user else True)
        if user is not None and user.wanted_username:
            self.add_note(
                f"Two users wanted the name “{user.wanted_username}” at once. This one came later: it was renamed and "
                "disabled. Give it another name, then let it log in."
            )
        self.add_field("&User name", self.username)
        self.add_field("&Name", self.display_name)
        self.add_field("&Password", self.password)
        self.body.addWidget(self.enabled)
        self.body.addWidget(self.must_change)
        self.password.textEdited.connect(lambda _: self.must_change.setChecked(True))
        self.roles = self._role_list()
        if not desk.may("user:update" if user else "user:create"):
            for field in (self.username, self.display_name, self.password, self.enabled, self.must_change):
                field.setEnabled(False)
        self.collect_with(self._read)

    def _role_list(self) -> Checklist:
        held = grants_of(self._user) if self._user else frozenset()
        fixed = not self._desk.may("role:assign")
        names = {role.id: role.name for role in self._roles}
        places = {Grant(self._id, role.id, "") for role in self._roles} | set(held)
        choices = [Choice(grant, grant_text(names.get(grant.role_id, "?"), grant.client), fixed) for grant in places]
        self._ticks = Checklist(choices, held, name="userRoles", title="Roles")
        self.add_field("&Roles", self._ticks, 1)
        if not fixed:
            self._add_scoped_row(names)
        return self._ticks

    def _add_scoped_row(self, names: dict[UUID, str]) -> None:
        self.scoped_role = QComboBox()
        self.scoped_role.setObjectName("userScopedRole")
        self.scoped_role.setAccessibleName("Role for one client")
        for role_id, name in names.items():
            self.scoped_role.addItem(name, role_id)
        self.scoped_client = text_field("userScopedClient", "Client that the role is for", self._desk.client)
        add = QPushButton("&Only for this client")
        add.setObjectName("userScopedAdd")
        add.setAutoDefault(False)
        add.clicked.connect(self.add_scoped)
        row = QHBoxLayout()
        row.addWidget(self.scoped_role, 1)
        row.addWidget(self.scoped_client, 1)
        row.addWidget(add)
        self.body.addLayout(row)

    def add_scoped(self) -> None:
        """Offer the chosen role for the client that was typed, ticked."""
        client = self.scoped_client.text().strip()
        if client and self.scoped_role.currentIndex() >= 0:
            grant = Grant(self._id, self.scoped_role.currentData(), client)
            self._ticks.add(Choice(grant, grant_text(self.scoped_role.currentText(), client)))

    def _read(self) -> Collect | None:
        user = self._user
        typed: dict[str, object] = {
            "username": self.username.text().strip(),
            "display_name": self.display_name.text().strip(),
            "enabled": self.enabled.isChecked(),
            "must_change_password": self.must_change.isChecked(),
        }
        fields = {name: value for name, value in typed.items() if user is None or value != getattr(user, name)}
        if user is not None and user.wanted_username and "username" in fields:
            fields["wanted_username"] = ""
        password = self.password.text()
        grants = grant_edits(grants_of(user) if user else (), self.roles.chosen)
        if user is None and not password:
            self.error.say("Type a first password for the person.")
            self.password.setFocus()
            return None
        names = (self.username.text(), self.display_name.text(), self._desk.site)

        def collect(version: int | None) -> Sequence[Edit]:
            if password:
                fields["password_hash"] = _hashed(password, *names)
            return [Edit(Kind.USER, self._id, fields, version), *grants] if fields else grants

        return collect


def _hashed(password: str, *names: str) -> str:
    from precisionpulse_sdk.replica import password_rules, passwords  # their word lists take a while to load

    weakness = password_rules.weakness(password, *names)
    if weakness:
        raise AccountRuleError(weakness)
    return passwords.hash_password(password)
