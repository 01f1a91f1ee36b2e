"""Configuration values: their types and bounds, and which of a client's, the site's and the default holds."""

from __future__ import annotations

import pytest

from precisionpulse_sdk.errors import InvalidChangeError
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.settings import read_effective
from precisionpulse_sdk.sync.edit import (
    set_config,
    unset_config,
)

from .site import ADMIN, Site


@pytest.mark.proves("PP-SY-8")
@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("interval_ms", 9, "At least 10 ms"),
        ("interval_ms", "fast", "a whole number"),
        ("interval_ms", True, "a whole number"),
        ("enabled_metrics", "one", "a list of words"),
        ("buffer_policy", "BUFFER_POLICY_FORGET", "BUFFER_POLICY_DROP_OLDEST, BUFFER_POLICY_STOP_RECORDING"),
        ("no_such_key", 1, "no configuration key"),
    ],
)
def test_configuration_is_typed_and_bounded(site: Site, key: str, value: object, fault: str) -> None:
    with pytest.raises(InvalidChangeError, match=fault):
        site.hub.edit([set_config(key, value)], actor=ADMIN)


@pytest.mark.proves("PP-SY-8")
def test_a_client_has_its_own_value_else_the_sites_else_the_default(site: Site) -> None:
    def both() -> list[int]:
        with reading(site.hub.engine) as connection:
            found = [read_effective(connection, site.hub.settings, client) for client in ("one", "two")]
        return [effective.number("interval_ms") for effective in found]

    assert both() == [1000, 1000]
    site.hub.edit([set_config("interval_ms", 2000)], actor=ADMIN)
    site.hub.edit([set_config("interval_ms", 500, "one")], actor=ADMIN)
    assert both() == [500, 2000]
    site.hub.edit([unset_config("interval_ms", "one")], actor=ADMIN)
    assert both() == [2000, 2000]
