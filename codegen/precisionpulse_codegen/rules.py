"""What the contract demands of a schema's options; a schema that breaks a rule generates nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from precisionpulse_codegen.contract_version import MAJOR
from precisionpulse_codegen.errors import SchemaError
from precisionpulse_codegen.model import Channel, Enum, Field, Message, Schema, SettingRule

OURS = "precisionpulse."
"""Packages that may use the type numbers below `FIRST_FOREIGN_TYPE`."""

FIRST_FOREIGN_TYPE = 1000

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_RESERVED = frozenset(("by-type", "channels", "commands", "major", "minor", "schema-fingerprint", "settings"))
"""Names whose constants the registries need for themselves."""
_LEVEL = re.compile(r"[a-z0-9][a-z0-9-]*\Z")
_PERMISSION = re.compile(r"([a-z0-9-]+|\*):([a-z0-9-]+|\*)\Z")
_PREFIXES = {
    "DIRECTION_UP": f"pp/{MAJOR}/{{site}}/c/{{client}}/up/",
    "DIRECTION_DOWN": f"pp/{MAJOR}/{{site}}/c/{{client}}/down/",
    "DIRECTION_HUB": f"pp/{MAJOR}/{{site}}/hub/",
}
_SEALINGS = ("SEALING_SEALED", "SEALING_CLEAR")
_INTEGERS = frozenset(
    ("int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32", "sfixed64")
)
_NUMBERS = _INTEGERS | {"double", "float"}


def check(schema: Schema) -> None:
    """Raise `SchemaError`, naming every fault at once, unless the schema keeps all rules."""
    every = [message for file in (*schema.imports, *schema.files) for message in file.messages]
    enums = {enum.full_name: enum for file in (*schema.imports, *schema.files) for enum in file.enums}
    faults = [
        *(fault for message in every for channel in message.channels for fault in _channel_faults(channel)),
        *_duplicates([channel for message in every for channel in message.channels]),
        *(fault for message in every for fault in _command_faults(message)),
        *(fault for message in every for field in message.fields for fault in _setting_faults(field, enums)),
    ]
    if faults:
        raise SchemaError("\n".join(faults))


def _channel_faults(channel: Channel) -> Iterator[str]:
    where = f"{channel.place}: channel {channel.name!r} of {channel.message}"
    if not _NAME.match(channel.name):
        yield f"{where}: the name must be lower-case words joined by '-'"
    elif channel.name in _RESERVED:
        yield f"{where}: the name is reserved; choose another"
    if channel.type == 0:
        yield f"{where}: type is missing or 0; give it a number of its own"
    elif (channel.type < FIRST_FOREIGN_TYPE) != channel.message.startswith(OURS):
        yield (
            f"{where}: type {channel.type} is not free for this package; 1 to {FIRST_FOREIGN_TYPE - 1} belong to "
            f"PrecisionPulse, {FIRST_FOREIGN_TYPE} and above to everybody else"
        )
    if channel.qos not in (0, 1):
        yield f"{where}: qos {channel.qos} is not supported; use 0 or 1"
    if channel.sealing not in _SEALINGS:
        yield f"{where}: sealing is missing; use SEALING_SEALED"
    if channel.retain and channel.sealing == "SEALING_CLEAR":
        yield f"{where}: a clear frame must not be retained; seal it, or set retain to false"
    if channel.permission and not _PERMISSION.match(channel.permission):
        yield f"{where}: permission {channel.permission!r} is not of the form resource:action"
    yield from _topic_faults(channel, where)


def _topic_faults(channel: Channel, where: str) -> Iterator[str]:
    for placeholder in re.findall(r"\{[^}]*\}?", channel.topic):
        if placeholder not in ("{site}", "{client}"):
            yield f"{where}: {placeholder} in the topic is not known; only {{site}} and {{client}} are"
            return
    prefix = _PREFIXES.get(channel.direction)
    if prefix is None:
        yield f"{where}: direction is missing; use DIRECTION_UP, DIRECTION_DOWN or DIRECTION_HUB"
        return
    rest = channel.topic.removeprefix(prefix)
    if not channel.topic.startswith(prefix) or not rest:
        yield f"{where}: the topic {channel.topic!r} of a {channel.direction} channel must be {prefix}<name>"
        return
    for level in rest.split("/"):
        if not _LEVEL.match(level):
            yield f"{where}: the topic level {level!r} must be lower-case letters, digits and '-'"


def _duplicates(channels: Iterable[Channel]) -> Iterator[str]:
    seen: dict[tuple[str, object], Channel] = {}
    for channel in channels:
        for what, value in (("name", channel.name), ("type", channel.type), ("topic", channel.topic)):
            first = seen.setdefault((what, value), channel)
            if first is not channel and value:
                yield (
                    f"{channel.place}: channel {channel.name!r} of {channel.message}: {what} {value!r} is already "
                    f"taken by channel {first.name!r} of {first.message} ({first.place})"
                )


def _command_faults(message: Message) -> Iterator[str]:
    if message.command is None:
        return
    where = f"{message.place}: command {message.full_name}"
    if not _PERMISSION.match(message.command.permission):
        yield f"{where}: permission {message.command.permission!r} is not of the form resource:action"
    if not message.command.label.strip():
        yield f"{where}: label is missing; say in one line what it does"
    if message.channels:
        yield f"{where}: a command travels inside `Command` and has no channel of its own"


def _setting_faults(field: Field, enums: dict[str, Enum]) -> Iterator[str]:
    rule = field.setting
    if rule is None:
        return
    where = f"{field.place}: setting {field.name!r}"
    if field.kind == "message" or field.key_type:
        yield f"{where}: a configuration key is a scalar, an enum or a list of strings"
        return
    if field.repeated and field.type != "string":
        yield f"{where}: only lists of strings are supported"
    bounded = rule.minimum is not None or rule.maximum is not None
    if bounded and (field.repeated or field.type not in _NUMBERS):
        yield f"{where}: a bound needs a number, and the field is {field.type}"
        return
    if rule.minimum is not None and rule.maximum is not None and rule.minimum > rule.maximum:
        yield f"{where}: minimum {rule.minimum} is above maximum {rule.maximum}"
    if rule.default_value:
        yield from _default_faults(field, rule, enums, where)


def _default_faults(field: Field, rule: SettingRule, enums: dict[str, Enum], where: str) -> Iterator[str]:
    default = rule.default_value
    if field.repeated:
        yield f"{where}: the default of a list is always the empty list"
    elif field.kind == "enum":
        enum = enums.get(field.type)
        if enum is not None and default not in (value.name for value in enum.values):
            yield f"{where}: default_value {default!r} is not a value of {field.type}"
    elif field.type == "bool":
        if default not in ("true", "false"):
            yield f"{where}: default_value {default!r} is not true or false"
    elif field.type in _NUMBERS:
        try:
            value = Decimal(default)
        except InvalidOperation:
            yield f"{where}: default_value {default!r} is not a number"
            return
        if field.type in _INTEGERS and value != value.to_integral_value():
            yield f"{where}: default_value {default!r} is not an integer"
        if (rule.minimum is not None and value < rule.minimum) or (rule.maximum is not None and value > rule.maximum):
            yield f"{where}: default_value {default!r} is outside {rule.minimum} to {rule.maximum}"
