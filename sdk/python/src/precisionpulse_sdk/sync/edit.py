"""What somebody wants changed, before it has a time, a place in the log, or anybody's consent."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from precisionpulse_sdk.sync.kinds import Kind


class _Delete(enum.Enum):
    DELETE = "delete"


DELETE: Final = _Delete.DELETE
"""In place of fields: the entity is to be deleted."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One entity's change. `fields`: the fields to set, by their names in the schema, ids as `UUID`; a configuration
    value's is called `value`. An entity that does not exist (any more) is created. `base_version`: the version that the
    author looked at; None takes the present one, whatever it is."""

    kind: Kind
    entity_id: UUID
    fields: Mapping[str, object] | Literal[_Delete.DELETE] = field(repr=False)
    base_version: int | None = None
