"""Messages as JSON for people: protobuf's JSON form (64-bit integers as strings), with secrets left out."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, MutableSequence
from typing import Any, cast

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from precisionpulse_sdk import messages as pb

SECRET = "[secret]"

Json = dict[str, Any]

_LONG = frozenset(
    (
        FieldDescriptor.TYPE_INT64,
        FieldDescriptor.TYPE_UINT64,
        FieldDescriptor.TYPE_SINT64,
        FieldDescriptor.TYPE_FIXED64,
        FieldDescriptor.TYPE_SFIXED64,
    )
)


def line(value: Json) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


def readable(message: Message) -> Json:
    """What is set in `message`, by field name. Fields with the schema's `secret` option are shown as "[secret]"."""
    if isinstance(message, AnyMessage):
        return _any(message)
    found: Json = {}
    for field, value in message.ListFields():
        options: Any = field.GetOptions()
        if options.Extensions[pb.secret]:
            found[field.name] = SECRET
        elif field.message_type is not None and field.message_type.GetOptions().map_entry:
            value_field = field.message_type.fields_by_name["value"]
            found[field.name] = {str(key): _one(value_field, value[key]) for key in value}
        elif isinstance(value, MutableSequence):
            found[field.name] = [_one(field, each) for each in value]
        else:
            found[field.name] = _one(field, value)
    if isinstance(message, pb.Catalogue) and message.content:
        found["content"] = _nested(pb.CatalogueContent, message.content)
    unread: Iterable[Any] = cast("Iterable[Any]", UnknownFieldSet(message))
    unknown = sorted({each.field_number for each in unread})
    if unknown:
        found["[unknown fields]"] = unknown
    return found


def _one(field: FieldDescriptor, value: Any) -> Any:
    if field.type == FieldDescriptor.TYPE_MESSAGE:
        return readable(value)
    if field.enum_type is not None:
        known = field.enum_type.values_by_number.get(value)
        return value if known is None else known.name
    if field.type == FieldDescriptor.TYPE_BYTES:
        return base64.b64encode(value).decode()
    if field.type in _LONG:
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _any(message: AnyMessage) -> Json:
    name = message.type_url.rpartition("/")[2]
    try:
        descriptor = descriptor_pool.Default().FindMessageTypeByName(name)
    except KeyError:
        return {"@type": message.type_url, "value": base64.b64encode(message.value).decode()}
    return {"@type": message.type_url, **_nested(message_factory.GetMessageClass(descriptor), message.value)}


def _nested(kind: type[Message], data: bytes) -> Json:
    try:
        return readable(kind.FromString(data))
    except DecodeError:
        return {"[damaged]": base64.b64encode(data).decode()}
