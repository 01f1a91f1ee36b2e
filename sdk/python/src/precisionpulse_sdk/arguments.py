"""What the fields of a command's body accept, read from the schema's options: for the client that runs it, the hub that
takes it, and the form that asks for it (PP-CM-3)."""

from __future__ import annotations

from collections.abc import MutableSequence
from typing import Any, NamedTuple, cast

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.channels import COMMANDS, CommandRule, class_named
from precisionpulse_sdk.errors import CommandArgumentError

_INTEGERS = {
    FieldDescriptor.CPPTYPE_INT32: (-(1 << 31), (1 << 31) - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, (1 << 32) - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(1 << 63), (1 << 63) - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, (1 << 64) - 1),
}
_TYPES = {
    FieldDescriptor.CPPTYPE_DOUBLE: "number",
    FieldDescriptor.CPPTYPE_FLOAT: "number",
    FieldDescriptor.CPPTYPE_BOOL: "boolean",
    FieldDescriptor.CPPTYPE_ENUM: "choice",
    FieldDescriptor.CPPTYPE_STRING: "text",
}


class Argument(NamedTuple):
    """One field of a command's body. `type`: integer, number, boolean, choice, text, or json for what a plain form
    can't ask for. `optional`: absent is another thing than zero."""

    name: str
    label: str
    type: str
    unit: str
    minimum: int | None
    maximum: int | None
    choices: tuple[str, ...]
    optional: bool
    repeated: bool


class CommandKind(NamedTuple):
    """A message that may be the body of a command, ours or a third party's."""

    name: str
    rule: CommandRule
    arguments: tuple[Argument, ...]


_others: dict[str, CommandRule] = {}


def register(*rules: CommandRule) -> None:
    """Make a third party's commands known, from the `COMMANDS` of its generated channels, after its messages were
    imported; see `schemas`."""
    _others.update((rule.message, rule) for rule in rules)


def command_kinds() -> dict[str, CommandKind]:
    """Every kind of command that is known here, by the full name of its message."""
    rules = {**COMMANDS, **_others}
    return {name: CommandKind(name, rule, arguments_of(class_named(name))) for name, rule in rules.items()}


def arguments_of(kind: type[Message]) -> tuple[Argument, ...]:
    """The fields of a body, in the order of the schema."""
    empty = kind()
    return tuple(
        _argument(field, repeated=isinstance(getattr(empty, field.name), MutableSequence)) for field in _fields(kind)
    )


def body_from_json(kind: type[Message], content: dict[str, object]) -> Message:
    """The body that a form filled in; names as in the schema.

    Raises `CommandArgumentError` for what the schema does not accept."""
    try:
        body = json_format.ParseDict(content, kind())
    except json_format.ParseError as error:
        raise CommandArgumentError(str(error).partition("\n")[0][:300]) from error
    check(body)
    return body


def body_from_bytes(kind: type[Message], content: bytes) -> Message:
    """The body that a command carries. Raises `CommandArgumentError` for what the schema does not accept."""
    try:
        body = kind.FromString(content)
    except DecodeError as error:
        raise CommandArgumentError(f"the body is not a {kind.DESCRIPTOR.full_name}") from error
    check(body)
    return body


def check(body: Message) -> None:
    """Raises `CommandArgumentError` when a field is out of its stated bounds."""
    for field in _fields(type(body)):
        rule, value = _rule(field), getattr(body, field.name)
        if isinstance(value, MutableSequence) or (field.has_presence and not body.HasField(field.name)):
            continue
        if rule.HasField("minimum") and value < rule.minimum:
            raise CommandArgumentError(f"{rule.label or field.name} must be at least {rule.minimum}, not {value}")
        if rule.HasField("maximum") and value > rule.maximum:
            raise CommandArgumentError(f"{rule.label or field.name} must be at most {rule.maximum}, not {value}")


def _fields(kind: type[Message]) -> list[FieldDescriptor]:
    return cast("list[FieldDescriptor]", list(kind.DESCRIPTOR.fields))


def _argument(field: FieldDescriptor, *, repeated: bool) -> Argument:
    rule = _rule(field)
    least, most = _INTEGERS.get(field.cpp_type, (None, None))
    kind = "integer" if field.cpp_type in _INTEGERS else _TYPES.get(field.cpp_type, "json")
    if field.type == FieldDescriptor.TYPE_BYTES:
        kind = "json"
    return Argument(
        name=field.name,
        label=rule.label or field.name.replace("_", " ").capitalize(),
        type=kind,
        unit=rule.unit,
        minimum=rule.minimum if rule.HasField("minimum") else least,
        maximum=rule.maximum if rule.HasField("maximum") else most,
        choices=tuple(value.name for value in field.enum_type.values) if field.enum_type else (),
        optional=field.has_presence,
        repeated=repeated,
    )


def _rule(field: FieldDescriptor) -> pb.ArgumentRule:
    options: Any = field.GetOptions()
    rule: pb.ArgumentRule = options.Extensions[pb.argument]
    return rule
