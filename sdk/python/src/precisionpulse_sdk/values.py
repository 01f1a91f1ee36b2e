"""Values as people hand them in and out, and as they are stored: exact, typed, never guessed (PP-TD-1).

In storage and on the wire a decimal is its unscaled integer; everything else is itself. Absent is `None`."""

from __future__ import annotations

import enum
from decimal import Decimal
from typing import NamedTuple

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ValueRangeError, ValueTypeError

Value = int | float | Decimal | bool | None
"""What a caller records: int for INT64, float for DOUBLE, Decimal for DECIMAL, bool for BOOL, None for an explicit
null."""

StoredValue = int | float | None
"""A value in storage: a decimal's unscaled integer (of any size), a bool's 0 or 1, a double's float, an integer."""

INT64_MIN, INT64_MAX = -(1 << 63), (1 << 63) - 1
TIME_MIN_US, TIME_MAX_US = -62_135_596_800_000_000, 253_402_300_799_999_999
MAX_SCALE = 38
MAX_UNSCALED_BITS = 64 * 8 - 1


class ValueType(enum.IntEnum):
    """What kind of value a metric has; the numbers are the contract's."""

    INT64 = pb.VALUE_TYPE_INT64
    DOUBLE = pb.VALUE_TYPE_DOUBLE
    DECIMAL = pb.VALUE_TYPE_DECIMAL
    BOOL = pb.VALUE_TYPE_BOOL


class Quality(enum.IntEnum):
    """How good a value is; the numbers are the contract's."""

    LIVE = pb.QUALITY_LIVE
    STALE = pb.QUALITY_STALE
    BACKFILL = pb.QUALITY_BACKFILL
    OFFLINE = pb.QUALITY_OFFLINE
    BAD = pb.QUALITY_BAD


class Sample(NamedTuple):
    """One value to record. `metric` is a name or a declared metric's id; `at_us` is µs since 1970 (UTC), None for
    now."""

    metric: str | int
    value: Value
    at_us: int | None = None
    quality: Quality = Quality.LIVE


def to_stored(name: str, type_: ValueType, scale: int, value: Value) -> StoredValue:
    """The form in which `value` of a metric is stored.

    Raises `ValueTypeError` for a value of another type, and `ValueRangeError` for one that the type can't hold exactly:
    values are never rounded, wrapped or converted."""
    if value is None:
        return None
    if type_ is ValueType.DOUBLE:
        return _double(name, value)
    if type_ is ValueType.BOOL:
        if not isinstance(value, bool):
            raise ValueTypeError(f"metric {name!r} is BOOL: got {_kind(value)}, expected bool")
        return int(value)
    if type_ is ValueType.INT64:
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueTypeError(f"metric {name!r} is INT64: got {_kind(value)}, expected int")
        if not INT64_MIN <= value <= INT64_MAX:
            raise ValueRangeError(f"metric {name!r}: the value does not fit a signed 64-bit integer")
        return value
    return _unscaled(name, scale, value)


def check_time(name: str, at_us: int) -> int:
    """The capture time, when it is one: µs since 1970-01-01T00:00:00Z, of the years 1 to 9999.

    Raises `ValueTypeError` or `ValueRangeError`."""
    if isinstance(at_us, bool) or not isinstance(at_us, int):
        raise ValueTypeError(f"metric {name!r}: a capture time is an int of µs since 1970, got {_kind(at_us)}")
    if not TIME_MIN_US <= at_us <= TIME_MAX_US:
        raise ValueRangeError(f"metric {name!r}: capture time {at_us} is not of the years 1 to 9999; is it in µs?")
    return at_us


def from_stored(type_: ValueType, scale: int, stored: StoredValue) -> Value:
    """The value that `to_stored` was given, decimals with the metric's scale."""
    if stored is None:
        return None
    if type_ is ValueType.BOOL:
        return bool(stored)
    if type_ is ValueType.DECIMAL:
        return decimal_of(int(stored), scale)
    return stored


def decimal_of(unscaled: int, scale: int) -> Decimal:
    """The exact decimal `unscaled` × 10^-`scale`, whatever the thread's decimal context."""
    sign = 1 if unscaled < 0 else 0
    return Decimal((sign, tuple(map(int, str(abs(unscaled)))), -scale))


def _double(name: str, value: Value) -> float:
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int) and not isinstance(value, bool):
        try:
            exact = float(value)
        except OverflowError:
            exact = float("inf")
        if exact != value:
            raise ValueRangeError(f"metric {name!r} is DOUBLE: the integer can't be held exactly")
        return exact
    raise ValueTypeError(f"metric {name!r} is DOUBLE: got {_kind(value)}, expected float")


def _unscaled(name: str, scale: int, value: Value) -> int:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueTypeError(f"metric {name!r} is DECIMAL: got {_kind(value)}, expected decimal.Decimal")
    sign, digits, exponent = Decimal(value).as_tuple()
    if not isinstance(exponent, int):
        raise ValueRangeError(f"metric {name!r} is DECIMAL: NaN and infinities are not decimals; record None")
    shift = exponent + scale
    unscaled = int("".join(map(str, digits)) or "0")
    if unscaled and shift + len(digits) > MAX_UNSCALED_BITS:
        raise ValueRangeError(f"metric {name!r}: the value has more than {MAX_UNSCALED_BITS} bits unscaled")
    if shift >= 0:
        unscaled = unscaled * 10**shift if unscaled else 0
    elif unscaled:
        factor = 10 ** min(-shift, len(digits) + 1)
        unscaled, rest = divmod(unscaled, factor)
        if rest:
            raise ValueRangeError(
                f"metric {name!r} has scale {scale}: the value has more digits after the point; nothing is rounded"
            )
    if unscaled.bit_length() > MAX_UNSCALED_BITS:
        raise ValueRangeError(f"metric {name!r}: the value has more than {MAX_UNSCALED_BITS} bits unscaled")
    return -unscaled if sign else unscaled


def _kind(value: object) -> str:
    return type(value).__name__
