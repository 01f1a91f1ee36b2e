"""Configuration keys, as the schema's `setting` options declare them: type, unit, bounds, default (PP-SY-8)."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from google.protobuf import descriptor_pool

from precisionpulse_sdk.channels import SETTINGS, SettingRule
from precisionpulse_sdk.errors import ConfigurationError, InvalidChangeError
from precisionpulse_sdk.sync.state import ConfigScalar

MAX_TEXT = 4096
MAX_WORDS = 1000
_INT64_MIN, _INT64_MAX = -(1 << 63), (1 << 63) - 1
_KEY = re.compile(r"[A-Za-z0-9_.]{1,200}\Z")


class SettingType(enum.StrEnum):
    """What kind of value a key has; the value is the name in `ConfigValue.value`."""

    INTEGER = "int64_value"
    FLOAT = "double_value"
    DECIMAL = "decimal_value"
    BOOLEAN = "bool_value"
    TEXT = "string_value"
    ENUM = "enum_value"
    WORDS = "list_value"
    SECRET = "secret_value"


@dataclass(frozen=True, slots=True)
class Setting:
    """One key. `minimum` and `maximum` are None without a bound; `choices` are an enum's names without its first;
    `default` is what is in force when nobody set anything."""

    key: str
    type: SettingType
    description: str
    unit: str
    minimum: int | None
    maximum: int | None
    choices: tuple[str, ...]
    default: ConfigScalar

    def check(self, value: object) -> ConfigScalar:
        """`value` in the key's type: as people's programs hand it in, or as `ConfigScalar`.

        Raises `InvalidChangeError` with a text that both UIs show."""
        if isinstance(value, ConfigScalar):
            if value.member != self.type.value:
                raise self._wrong(f"Expected {_WORDS[self.type]}.")
            value = value.value
        scalar = ConfigScalar(self.type.value, self._typed(value))
        if self.type in (SettingType.INTEGER, SettingType.FLOAT):
            self._check_bounds(float(scalar.value) if self.type is SettingType.FLOAT else int(scalar.value))  # type: ignore[arg-type]
        return scalar

    def _typed(self, value: object) -> str | int | float | bool | tuple[str, ...]:
        match self.type, value:
            case SettingType.BOOLEAN, bool():
                return value
            case SettingType.INTEGER, int() if not isinstance(value, bool) and _INT64_MIN <= value <= _INT64_MAX:
                return value
            case SettingType.FLOAT, int() | float() if not isinstance(value, bool) and math.isfinite(value):
                return float(value)
            case SettingType.DECIMAL, str() | Decimal():
                return self._decimal(value)
            case SettingType.TEXT | SettingType.SECRET, str():
                return self._text(value)
            case SettingType.ENUM, str() if value in self.choices:
                return value
            case SettingType.WORDS, list() | tuple() if all(isinstance(word, str) for word in value):
                if len(value) > MAX_WORDS:
                    raise self._wrong(f"At most {MAX_WORDS} entries.")
                return tuple(self._text(word) for word in value)
        hint = f": {', '.join(self.choices)}" if self.choices else ""
        raise self._wrong(f"Expected {_WORDS[self.type]}{hint}.")

    def _decimal(self, value: str | Decimal) -> str:
        try:
            number = Decimal(value)
        except InvalidOperation as error:
            raise self._wrong(f"Expected {_WORDS[self.type]}.") from error
        text = str(number)
        if not number.is_finite() or len(text) > 100:
            raise self._wrong(f"Expected {_WORDS[self.type]}.")
        self._check_bounds(number)
        return text

    def _text(self, value: str) -> str:
        if len(value) > MAX_TEXT or "\x00" in value:
            raise self._wrong(f"At most {MAX_TEXT} characters, none of them zero.")
        return value

    def _check_bounds(self, number: float | Decimal) -> None:
        unit = f" {self.unit}" if self.unit else ""
        if self.minimum is not None and number < self.minimum:
            raise self._wrong(f"At least {self.minimum}{unit}.")
        if self.maximum is not None and number > self.maximum:
            raise self._wrong(f"At most {self.maximum}{unit}.")

    def _wrong(self, text: str) -> InvalidChangeError:
        return InvalidChangeError(f"{self.key}: {text}", {"value": text})


_WORDS: Mapping[SettingType, str] = {
    SettingType.INTEGER: "a whole number",
    SettingType.FLOAT: "a number",
    SettingType.DECIMAL: "a decimal number",
    SettingType.BOOLEAN: "true or false",
    SettingType.TEXT: "text",
    SettingType.ENUM: "one of the choices",
    SettingType.WORDS: "a list of words",
    SettingType.SECRET: "text",
}

_TYPES: Mapping[str, SettingType] = {
    **dict.fromkeys(
        ("int32", "sint32", "sfixed32", "uint32", "fixed32", "int64", "sint64", "sfixed64", "uint64", "fixed64"),
        SettingType.INTEGER,
    ),
    "double": SettingType.FLOAT,
    "float": SettingType.FLOAT,
    "bool": SettingType.BOOLEAN,
    "string": SettingType.TEXT,
}


_others: dict[str, Setting] = {}


def register(*rules: SettingRule) -> None:
    """Make a third party's keys known to every `Settings` that is made from now on, from the `SETTINGS` of its
    generated channels, after its messages were imported; see `schemas`. Raises `ConfigurationError` for a key that
    can't be."""
    found = {}
    for rule in rules:
        if "." not in rule.key or rule.key in SETTINGS:
            raise ConfigurationError(f"{rule.key!r} can't be a key of a third party's: those are package.Message.field")
        try:
            found[rule.key] = setting = _setting(rule)
            if rule.default_value:
                setting.check(setting.default)
        except (KeyError, ValueError) as error:
            raise ConfigurationError(
                f"{rule.key}: a setting of the type {rule.type} with the default {rule.default_value!r} can't be"
            ) from error
        except InvalidChangeError as error:
            raise ConfigurationError(f"the default of {error}") from error
    _others.update(found)


class Settings:
    """The keys that a program knows: those of `ClientSettings`, those that third parties registered, and those of
    `rules`."""

    def __init__(self, rules: Iterable[SettingRule] = ()) -> None:
        self.by_key: Mapping[str, Setting] = {
            **{rule.key: _setting(rule) for rule in SETTINGS.values()},
            **_others,
            **{rule.key: _setting(rule) for rule in rules},
        }

    def check(self, key: str, value: object) -> ConfigScalar:
        """`value` in the type of `key`. A third party's key that is not known here is taken as it is.

        Raises `InvalidChangeError` for a value that can't be, and for a key that nobody declares."""
        setting = self.by_key.get(key)
        if setting is not None:
            return setting.check(value)
        if not _KEY.match(key) or "." not in key:
            raise InvalidChangeError(f"There is no configuration key {key[:200]!r}.", {"key": "There is no such key."})
        if not isinstance(value, ConfigScalar):
            raise InvalidChangeError(f"{key}: its type is not known here.", {"value": "The key is not known here."})
        return Setting(key, SettingType(value.member), "", "", None, None, _any_choice(value), value).check(value)


def _any_choice(value: ConfigScalar) -> tuple[str, ...]:
    named = value.member == SettingType.ENUM.value and re.fullmatch(r"[A-Za-z0-9_]{1,100}", str(value.value))
    return (str(value.value),) if named else ()


def _setting(rule: SettingRule) -> Setting:
    choices: tuple[str, ...] = ()
    if rule.secret:
        type_ = SettingType.SECRET
    elif rule.repeated:
        type_ = SettingType.WORDS
    elif "." in rule.type:
        type_ = SettingType.ENUM
        values = descriptor_pool.Default().FindEnumTypeByName(rule.type).values
        choices = tuple(value.name for value in values if value.number)
    else:
        type_ = _TYPES[rule.type]
    return Setting(
        key=rule.key,
        type=type_,
        description=rule.description,
        unit=rule.unit,
        minimum=rule.minimum,
        maximum=rule.maximum,
        choices=choices,
        default=ConfigScalar(type_.value, _default(type_, rule.default_value)),
    )


def _default(type_: SettingType, text: str) -> str | int | float | bool | tuple[str, ...]:
    match type_:
        case SettingType.INTEGER:
            return int(text or 0)
        case SettingType.FLOAT:
            return float(text or 0)
        case SettingType.BOOLEAN:
            return text == "true"
        case SettingType.WORDS:
            return tuple(text.split(",")) if text else ()
        case _:
            return text
