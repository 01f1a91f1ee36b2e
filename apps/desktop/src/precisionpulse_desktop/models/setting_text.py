"""Configuration keys and their values, as people read them. Knows no Qt."""

from __future__ import annotations

from precisionpulse_desktop.models.wording import NOTHING, size_text
from precisionpulse_sdk.sync.fields import MASK
from precisionpulse_sdk.sync.settings import Setting, SettingType
from precisionpulse_sdk.sync.state import ConfigScalar

_NAMES = {
    "interval_ms": "interval",
    "enabled_metrics": "enabled metrics",
    "buffer_max_records": "most records in the buffer",
    "buffer_max_bytes": "most bytes of the buffer",
    "buffer_max_age_s": "longest age in the buffer",
    "buffer_policy": "full buffer",
    "heartbeat_interval_ms": "heartbeat interval",
    "offline_validity_s": "sign-in without the hub",
}
_WORDS = {"BUFFER_POLICY_DROP_OLDEST": "drop the oldest", "BUFFER_POLICY_STOP_RECORDING": "stop recording"}
_SPANS = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def key_text(key: str) -> str:
    """What a key is called."""
    return _NAMES.get(key, key)


def scalar_text(scalar: ConfigScalar | None, unit: str = "") -> str:
    """A value with its unit; a secret is not shown."""
    if scalar is None:
        return NOTHING
    value = scalar.value
    if scalar.member == SettingType.SECRET.value:
        return MASK
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "all"
    if isinstance(value, int) and unit in ("ms", "s"):
        return span_text(value if unit == "ms" else 1000 * value)
    if isinstance(value, int) and unit == "By":
        return size_text(value)
    text = f"{value:,}" if isinstance(value, int | float) else _WORDS.get(value, value)
    return f"{text} {unit}".rstrip()


def span_text(span_ms: int) -> str:
    """A span of time in the largest unit that says it exactly: "500 ms", "5 s", "30 d"."""
    for seconds, name in _SPANS:
        if span_ms and span_ms % (1000 * seconds) == 0:
            return f"{span_ms // (1000 * seconds):,} {name}"
    return f"{span_ms:,} ms"


def choice_text(choice: str) -> str:
    """What an enum's value is called."""
    return _WORDS.get(choice, choice)


def bounds_text(setting: Setting) -> str:
    """What a value may be; empty when anything of its type may."""
    low, high = (
        None if bound is None else scalar_text(ConfigScalar(SettingType.INTEGER.value, bound), setting.unit)
        for bound in (setting.minimum, setting.maximum)
    )
    if low and high:
        return f"{low} to {high}"
    return f"at least {low}" if low else f"at most {high}" if high else ""
