"""JSON schemas of messages and enums in protobuf's JSON form."""

from __future__ import annotations

from typing import Any

from precisionpulse_codegen.model import Enum, Field, Message

_SCALARS: dict[str, dict[str, Any]] = {
    "bool": {"type": "boolean"},
    "string": {"type": "string"},
    "bytes": {"type": "string", "format": "byte"},
    "float": {"oneOf": [{"type": "number"}, {"type": "string", "enum": ["NaN", "Infinity", "-Infinity"]}]},
    "double": {"oneOf": [{"type": "number"}, {"type": "string", "enum": ["NaN", "Infinity", "-Infinity"]}]},
    **{name: {"type": "integer", "format": "int32"} for name in ("int32", "sint32", "sfixed32")},
    **{name: {"type": "integer", "format": "uint32", "minimum": 0} for name in ("uint32", "fixed32")},
    **{name: {"type": "string", "pattern": "^-?[0-9]+$"} for name in ("int64", "sint64", "sfixed64")},
    **{name: {"type": "string", "pattern": "^[0-9]+$"} for name in ("uint64", "fixed64")},
}
_ANY = "google.protobuf.Any"


def message_schema(message: Message) -> dict[str, Any]:
    """The schema of a message; references lead to `#/components/schemas/<full name>`."""
    if message.full_name == _ANY:
        return {"type": "object", "description": "Any message, with its type's URL.", "required": ["@type"]}
    return {
        "type": "object",
        "description": message.comment,
        "properties": {field.json_name: _field(field) for field in message.fields},
    }


def enum_schema(enum: Enum) -> dict[str, Any]:
    """The schema of an enum: its values' names, each explained in the description."""
    explained = "\n".join(f"- `{value.name}`: {value.comment}" for value in enum.values)
    return {
        "type": "string",
        "description": f"{enum.comment}\n{explained}",
        "enum": [value.name for value in enum.values],
    }


def _field(field: Field) -> dict[str, Any]:
    if field.kind == "scalar":
        one: dict[str, Any] = dict(_SCALARS[field.type])
    else:
        one = {"$ref": f"#/components/schemas/{field.type}"}
    if field.key_type:
        one = {"type": "object", "additionalProperties": one}
    elif field.repeated:
        one = {"type": "array", "items": one}
    elif "$ref" in one:
        one = {"allOf": [one]}
    return {"description": field.comment, **one, "x-field-number": field.number}
