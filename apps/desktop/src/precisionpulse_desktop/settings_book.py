"""The site's configuration as somebody edits it: every key with the site's value, this desktop's own, and what is in
force. Knows no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from precisionpulse_desktop.models.setting_text import scalar_text
from precisionpulse_sdk.replica import Kind, Replica
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.rows import value_from_json
from precisionpulse_sdk.replica.settings import Source, read_effective
from precisionpulse_sdk.replica.tables import config_values
from precisionpulse_sdk.sync.kinds import config_value_id
from precisionpulse_sdk.sync.settings import Setting
from precisionpulse_sdk.sync.state import ConfigScalar


@dataclass(frozen=True, slots=True)
class Placed:
    """A value for the site or for this desktop: None when none is set. `version`: what the next edit gives as its
    base."""

    scalar: ConfigScalar | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One key. `setting` is None for one that is not known here: it can be read, and unset."""

    key: str
    setting: Setting | None
    site: Placed
    here: Placed
    in_force: ConfigScalar
    source: Source
    waits: bool

    @property
    def id(self) -> str:
        """The key."""
        return self.key

    def text(self, scalar: ConfigScalar | None) -> str:
        """A value of this key, as people read it."""
        return scalar_text(scalar, self.setting.unit if self.setting else "")


def read_settings(replica: Replica) -> list[SettingRow]:
    """Every key that is known or set. Raises `StorageError`."""
    client = replica.node
    waiting = {entity_id for kind, entity_id in replica.waiting() if kind is Kind.CONFIG_VALUE}
    with reading(replica.engine) as connection:
        effective = read_effective(connection, replica.settings, client)
        placed = {
            (row.key, row.client): Placed(value_from_json(row.value) if row.deleted_at is None else None, row.version)
            for row in connection.execute(select(config_values).where(config_values.c.client.in_(("", client))))
        }
    return [
        SettingRow(
            key,
            replica.settings.by_key.get(key),
            placed.get((key, ""), Placed()),
            placed.get((key, client), Placed()),
            value.scalar,
            value.source,
            not waiting.isdisjoint((config_value_id(key), config_value_id(key, client))),
        )
        for key, value in effective.values.items()
    ]
