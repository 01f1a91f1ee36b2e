"""The configuration in force: for each key the client's value, else the site's, else the default (PP-SY-8)."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select

from precisionpulse_sdk.replica.rows import value_from_json
from precisionpulse_sdk.replica.tables import config_values
from precisionpulse_sdk.sync.settings import Setting, Settings, SettingType
from precisionpulse_sdk.sync.state import ConfigScalar

__all__ = ["Effective", "EffectiveValue", "Setting", "SettingType", "Settings", "Source", "read_effective"]


class Source(enum.StrEnum):
    """Who set a value."""

    CLIENT = "client"
    SITE = "site"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class EffectiveValue:
    """A key's value in force, and who set it."""

    scalar: ConfigScalar
    source: Source


@dataclass(frozen=True, slots=True)
class Effective:
    """The configuration in force. `revision` counts every change to the site's configuration, and is the same number on
    every replica that has applied them."""

    revision: int
    values: Mapping[str, EffectiveValue] = field(repr=False)

    def number(self, key: str) -> int:
        """The value of an integer key."""
        return int(self.values[key].scalar.value)  # type: ignore[arg-type]


def read_effective(connection: Connection, settings: Settings, client: str = "") -> Effective:
    """What is in force for `client`; for a client without values of its own when that is empty. Holds the keys that
    `settings` knows and every other that is set."""
    revision = connection.scalar(select(func.coalesce(func.sum(config_values.c.version), 0)))
    rows = connection.execute(
        select(config_values.c.key, config_values.c.client, config_values.c.value)
        .where(config_values.c.deleted_at.is_(None), config_values.c.client.in_({"", client}))
        .order_by(config_values.c.client)
    )
    values = {key: EffectiveValue(setting.default, Source.DEFAULT) for key, setting in settings.by_key.items()}
    for row in rows:
        scalar = value_from_json(row.value)
        if scalar is not None:
            values[row.key] = EffectiveValue(scalar, Source.CLIENT if row.client else Source.SITE)
    return Effective(int(revision or 0), values)
