"""Settings that can't work are refused where they are made."""

from __future__ import annotations

import math
from dataclasses import fields

import pytest

from precisionpulse_sdk import ClientConfig, HubConfig
from precisionpulse_sdk.errors import ConfigurationError

_NUMBERS = [
    (kind, field.name) for kind in (ClientConfig, HubConfig) for field in fields(kind) if field.type in ("int", "float")
]


@pytest.mark.parametrize(("kind", "name"), _NUMBERS)
@pytest.mark.parametrize("value", [0, -1, math.nan])
def test_a_number_that_is_not_above_zero_is_refused_by_name(
    kind: type[ClientConfig | HubConfig], name: str, value: float
) -> None:
    with pytest.raises(ConfigurationError, match=rf"{kind.__name__}\.{name} must be above 0"):
        kind(**{name: value})


def test_a_longest_pause_below_the_first_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="reconnect_max_s must not be below reconnect_min_s"):
        ClientConfig(reconnect_min_s=2.0, reconnect_max_s=1.0)
