"""Configuration: every key with the site's value, this desktop's own, and what is in force here."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from precisionpulse_desktop.models.rows import Field
from precisionpulse_desktop.models.setting_text import key_text
from precisionpulse_desktop.settings_book import SettingRow, read_settings
from precisionpulse_desktop.views.admin.confirm import confirm_edits
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.admin.list_panel import ListPanel, push_button
from precisionpulse_desktop.views.admin.setting_dialog import SettingDialog
from precisionpulse_desktop.views.admin.users_page import WAITS
from precisionpulse_sdk.replica import Kind
from precisionpulse_sdk.sync.edit import unset_config

FIELDS = (
    Field("Setting", lambda row: key_text(row.key).capitalize(), 208),
    Field("In force here", lambda row: row.text(row.in_force), 144),
    Field("Set by", lambda row: {"client": "this desktop", "site": "site", "default": "default"}[row.source], 104),
    Field("For the site", lambda row: row.text(row.site.scalar), 120),
    Field("Only here", lambda row: row.text(row.here.scalar), 120),
    Field("What it does", lambda row: row.setting.description if row.setting else "not known to this program"),
    Field("Sync", lambda row: WAITS if row.waits else "", 144, toned=True),
)


class SettingsPage(ListPanel):
    """The list of keys with what can be done to them."""

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(
            desk,
            partial(read_settings, desk.replica),
            FIELDS,
            name="settings",
            title="Configuration",
            hint="What counts on this desktop is its own value, else the site's, else the default. Changes take effect "
            "at once, without a restart.",
            kinds=frozenset({Kind.CONFIG_VALUE}),
            parent=parent,
        )
        for_site, for_here = partial(desk.may, "config:update"), partial(desk.may, "config:update", desk.client)
        add = self.add_button
        add(
            push_button("Set for the &site…", "settingSite"),
            partial(self.edit, client=""),
            allowed=for_site,
            fits=lambda row: row.setting is not None,
        )
        add(
            push_button("Set only &here…", "settingHere"),
            partial(self.edit, client=desk.client),
            allowed=for_here,
            fits=lambda row: row.setting is not None,
        )
        add(
            push_button("&Unset for the site", "settingUnsetSite"),
            partial(self._unset, client=""),
            allowed=for_site,
            fits=lambda row: row.site.scalar is not None,
        )
        add(
            push_button("U&nset here", "settingUnsetHere"),
            partial(self._unset, client=desk.client),
            allowed=for_here,
            fits=lambda row: row.here.scalar is not None,
        )
        self.opened.connect(self._edit_own)

    def edit(self, row: SettingRow, client: str) -> SettingDialog:
        """Open the form for a key, for the site or for this desktop."""
        dialog = SettingDialog(self._desk, row, client, self)
        dialog.open()
        return dialog

    def _edit_own(self, row: SettingRow) -> None:
        if row.setting is None:
            return
        if row.here.scalar is not None and self._desk.may("config:update", self._desk.client):
            self.edit(row, self._desk.client)
        elif self._desk.may("config:update"):
            self.edit(row, "")

    def _unset(self, row: SettingRow, client: str) -> None:
        placed = row.here if client else row.site
        where = "on this desktop" if client else "for the site"
        confirm_edits(
            self,
            self._desk,
            [unset_config(row.key, client, base_version=placed.version)],
            title="Unset a value",
            question=f"Unset {key_text(row.key)} {where}? What stands behind it counts again.",
            action="&Unset",
        )
