"""Values, units, sizes and times as people read them. Exact values stay exact: nothing is rounded but doubles and
ages."""

from __future__ import annotations

from decimal import Decimal

from precisionpulse_sdk.moments import from_us
from precisionpulse_sdk.values import Value

NOTHING = "—"
_UNITS = {"1": "", "By": "B", "By/s": "B/s", "Cel": "°C", "[EUR]": "€"}
_SIZES = ("B", "kB", "MB", "GB", "TB")


def value_text(value: Value) -> str:
    """A value alone: integers and decimals exactly, with separators; doubles to six digits."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:,.0f}" if 1e6 <= abs(value) < 1e15 else f"{value:,.6g}"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return f"{value:,}"


def unit_text(unit: str) -> str:
    """A UCUM unit in the form that people know; an unknown one as it is."""
    return _UNITS.get(unit, unit)


def size_text(size: int) -> str:
    """A number of bytes, to three digits."""
    scaled = float(size)
    for unit in _SIZES[:-1]:
        if scaled < 999.5:
            return f"{scaled:.3g} {unit}"
        scaled /= 1000
    return f"{scaled:.3g} {_SIZES[-1]}"


def age_text(age_us: int) -> str:
    """How long ago, in one unit, whole seconds at the finest. A time ahead of the clock counts as now."""
    seconds = max(0, age_us) // 1_000_000
    if seconds < 1:
        return "now"
    if seconds < 120:
        return f"{seconds} s"
    if seconds < 7200:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 172_800 else f"{seconds / 86_400:.0f} d"


def left_text(seconds: float | None) -> str:
    """A time still to go: "~12 s", "~4 min", "~2.5 h"; a dash when it can't be said."""
    if seconds is None:
        return NOTHING
    if seconds < 90:
        return f"~{max(1, round(seconds))} s"
    return f"~{seconds / 60:.0f} min" if seconds < 5400 else f"~{seconds / 3600:.3g} h"


def day_text(at_us: int) -> str:
    """Local date and time of day."""
    return from_us(at_us).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def time_text(at_us: int) -> str:
    """Local time of day with milliseconds."""
    return from_us(at_us).astimezone().strftime("%H:%M:%S.%f")[:-3]
