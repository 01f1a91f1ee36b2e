"""Values as they are typed on a command line."""

from __future__ import annotations

import enum
from decimal import Decimal, InvalidOperation

from precisionpulse_sdk.errors import ValueTypeError
from precisionpulse_sdk.values import Value, ValueType


class TypeName(enum.StrEnum):
    """Types of value, as options name them."""

    INT64 = "int64"
    DOUBLE = "double"
    DECIMAL = "decimal"
    BOOL = "bool"


_BOOLS = {"true": True, "false": False, "1": True, "0": False, "on": True, "off": False}


def parse_value(text: str, type_name: TypeName) -> Value:
    """The value that `text` means as a value of this type; "null" is an explicit null. Raises `ValueTypeError`."""
    if text == "null":
        return None
    try:
        match type_name:
            case TypeName.INT64:
                return int(text)
            case TypeName.DOUBLE:
                return float(text)
            case TypeName.DECIMAL:
                return Decimal(text)
            case TypeName.BOOL:
                return _BOOLS[text.lower()]
    except (ValueError, InvalidOperation, KeyError):
        raise ValueTypeError(f"{text!r} is not a value of type {type_name}") from None


def value_type(type_name: TypeName) -> ValueType:
    """The SDK's type of this name."""
    return ValueType[type_name.name]


def scale_of(value: Value) -> int:
    """Digits after the point of a decimal; 0 for anything else."""
    if not isinstance(value, Decimal):
        return 0
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
