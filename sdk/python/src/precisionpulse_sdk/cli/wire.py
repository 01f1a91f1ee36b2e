"""Where serialised protobuf is broken: a walk over the bytes that stops at the first fault and names its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_MAX_VARINT_BYTES = 10


@dataclass(frozen=True, slots=True)
class Region:
    """Bytes `start` to `end` (not included) hold the content of a field."""

    start: int
    end: int


class WireError(Exception):
    """The first fault: a sentence that names byte and field."""


def regions(kind: type[Message], data: bytes) -> dict[str, Region]:
    """Where each length-delimited field of the message lies, the last one where a field comes twice.

    Raises `WireError`."""
    found: dict[str, Region] = {}
    descriptor = cast("Descriptor", kind.DESCRIPTOR)
    _walk(descriptor, data, 0, len(data), descriptor.name, found)
    return found


def first_fault(kind: type[Message], data: bytes) -> str:
    """The first fault in words; empty when the bytes are well formed."""
    try:
        regions(kind, data)
    except WireError as error:
        return str(error)
    return ""


def _walk(
    descriptor: Descriptor, data: bytes, at: int, end: int, path: str, found: dict[str, Region] | None = None
) -> None:
    while at < end:
        start = at
        tag, at = _varint(data, at, end, f"the tag of a field of {path}")
        number, kind = tag >> 3, tag & 7
        field = descriptor.fields_by_number.get(number)
        name = f"{path}.{field.name}" if field is not None else f"{path}, unknown field {number}"
        if number == 0:
            raise WireError(f"byte {start}: field number 0 in {path}")
        if kind == _VARINT:
            _, at = _varint(data, at, end, name)
        elif kind in (_FIXED64, _FIXED32):
            at += 8 if kind == _FIXED64 else 4
            if at > end:
                raise WireError(f"byte {end}: {name} is cut short")
        elif kind == _LENGTH:
            length, content = _varint(data, at, end, f"the length of {name}")
            at = content + length
            if at > end:
                raise WireError(f"byte {content}: {name} should have {length} bytes, but only {end - content} are left")
            if field is not None:
                _content(field, data, content, at, name)
                if found is not None:
                    found[field.name] = Region(content, at)
        else:
            raise WireError(f"byte {start}: wire type {kind} in {name} does not exist")


def _content(field: FieldDescriptor, data: bytes, start: int, end: int, name: str) -> None:
    if field.message_type is not None:
        _walk(field.message_type, data, start, end, name)
    elif field.type == FieldDescriptor.TYPE_STRING:
        try:
            data[start:end].decode()
        except UnicodeDecodeError as error:
            raise WireError(f"byte {start + error.start}: {name} is not UTF-8") from None


def _varint(data: bytes, at: int, end: int, what: str) -> tuple[int, int]:
    value = 0
    for step in range(_MAX_VARINT_BYTES):
        if at + step >= end:
            raise WireError(f"byte {end}: {what} is cut short")
        byte = data[at + step]
        value |= (byte & 0x7F) << 7 * step
        if byte < 0x80:
            return value, at + step + 1
    raise WireError(f"byte {at}: {what} is a number of more than {_MAX_VARINT_BYTES} bytes")
