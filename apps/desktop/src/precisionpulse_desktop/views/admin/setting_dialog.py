"""The form for one configuration key: typed, with its unit and bounds, and the web's messages for what can't be."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget

from precisionpulse_desktop.models.setting_text import bounds_text, choice_text, key_text
from precisionpulse_desktop.settings_book import SettingRow
from precisionpulse_desktop.views.admin.desk import Desk
from precisionpulse_desktop.views.admin.edit_dialog import Collect, EditDialog
from precisionpulse_desktop.views.forms import password_field, text_field
from precisionpulse_desktop.views.theme import set_role
from precisionpulse_sdk.errors import InvalidChangeError, UsageError
from precisionpulse_sdk.sync.edit import set_config
from precisionpulse_sdk.sync.settings import Setting, SettingType
from precisionpulse_sdk.sync.state import ConfigScalar


class SettingDialog(EditDialog):
    """Sets the key of `row` for `client`, or for the site when that is empty. The key must be known here."""

    def __init__(self, desk: Desk, row: SettingRow, client: str, parent: QWidget | None = None) -> None:
        placed = row.here if client else row.site
        super().__init__(
            desk, key_text(row.key).capitalize(), name="settingDialog", version=placed.version, parent=parent
        )
        if row.setting is None:
            raise UsageError(f"the key {row.key} is not known here")
        self._key, self._client, self._setting = row.key, client, row.setting
        self.add_note(row.setting.description)
        where = f"only for {client}" if client else "for the whole site"
        facts = (
            f"Key {row.key}, {where}",
            f"Unit: {row.setting.unit}" if row.setting.unit else "",
            bounds_text(row.setting),
            f"default: {row.text(row.setting.default)}",
        )
        self.add_note(" · ".join(filter(None, facts)))
        self.field, self._typed = editor(row.setting, placed.scalar or row.in_force)
        self.add_field("&Value", self.field)
        self.change = QLabel()
        self.change.setObjectName("settingChange")
        set_role(self.change, "waiting")
        self.body.addWidget(self.change)
        self.body.addStretch()
        self._before = row.text(placed.scalar) if placed.scalar else "not set"
        self._row = row
        watch(self.field, self._show_change)
        self._show_change()
        self.collect_with(self._read)

    def _show_change(self) -> None:
        """Say what is there and what will be, while that can be."""
        try:
            wanted = self._row.text(self._setting.check(self._typed()))
        except InvalidChangeError:
            wanted = ""
        self.change.setText(f"{self._before} → {wanted}")
        self.change.setVisible(wanted not in ("", self._before))

    def _read(self) -> Collect | None:
        try:
            scalar = self._setting.check(self._typed())
        except InvalidChangeError as error:
            self.error.say(str(error))
            self.field.setFocus()
            return None
        key, client = self._key, self._client
        return lambda version: [set_config(key, scalar, client, base_version=version)]


def editor(setting: Setting, scalar: ConfigScalar) -> tuple[QWidget, Callable[[], object]]:
    """A field for values of `setting` that shows `scalar`, and what reads it."""
    value = scalar.value
    match setting.type:
        case SettingType.BOOLEAN:
            tick = QCheckBox("Yes")
            tick.setChecked(bool(value))
            return _named(tick, setting), tick.isChecked
        case SettingType.ENUM:
            choices = QComboBox()
            for choice in setting.choices:
                choices.addItem(choice_text(choice), choice)
            choices.setCurrentIndex(max(0, choices.findData(value)))
            return _named(choices, setting), choices.currentData
        case SettingType.WORDS:
            words = QPlainTextEdit("\n".join(value) if isinstance(value, tuple) else "")
            words.setPlaceholderText("One in each line; none means all")
            words.setTabChangesFocus(True)
            return _named(words, setting), lambda: [
                line.strip() for line in words.toPlainText().splitlines() if line.strip()
            ]
        case SettingType.SECRET:
            secret = password_field("settingValue", key_text(setting.key))
            secret.setPlaceholderText("write only: it is never shown")
            return secret, secret.text
        case SettingType.INTEGER | SettingType.FLOAT:
            number = text_field("settingValue", key_text(setting.key), str(value))
            return number, lambda: _number(setting, number)
        case _:
            text = text_field("settingValue", key_text(setting.key), str(value))
            return text, text.text


def watch(field: QWidget, look: Callable[[], None]) -> None:
    """Call `look` whenever the field holds something else."""
    if isinstance(field, QLineEdit):
        field.textChanged.connect(lambda _: look())
    elif isinstance(field, QPlainTextEdit):
        field.textChanged.connect(look)
    elif isinstance(field, QComboBox):
        field.currentIndexChanged.connect(lambda _: look())
    elif isinstance(field, QCheckBox):
        field.toggled.connect(lambda _: look())


def _number(setting: Setting, field: QLineEdit) -> object:
    """The number that was typed; what can't be one is handed on, for the setting to say what it must be."""
    text = field.text().strip().replace(",", "").replace(" ", "")
    try:
        return int(text) if setting.type is SettingType.INTEGER else float(text)
    except ValueError:
        return text


def _named(field: QWidget, setting: Setting) -> QWidget:
    field.setObjectName("settingValue")
    field.setAccessibleName(key_text(setting.key))
    return field
