"""An entity as a replica has it, with all that merging needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from precisionpulse_sdk.sync.clock import HybridTime
from precisionpulse_sdk.sync.kinds import Kind

Value = object
"""A field's value: str, bool, int or UUID; `ConfigScalar` for the value of a configuration key."""


class ConfigScalar(NamedTuple):
    """A configuration value in the type of its key: the name in `ConfigValue.value`, and str, int, float, bool or
    tuple of str."""

    member: str
    value: str | int | float | bool | tuple[str, ...]

    def __repr__(self) -> str:
        shown = "…" if self.member == "secret_value" else repr(self.value)
        return f"ConfigScalar({self.member}={shown})"


class Stamp(NamedTuple):
    """Where a field's present value came from. `version`: the entity's version that it made; `actor` is None when the
    value came with a snapshot."""

    at: HybridTime
    version: int
    actor: UUID | None


@dataclass(frozen=True, slots=True)
class State:
    """One entity. `version` counts accepted changes over all lives; `removals`: the version of each node's latest
    delete or disable (complete only at the hub); a deleted entity has no values."""

    kind: Kind
    id: UUID
    incarnation: int
    version: int
    values: Mapping[str, Value] = field(default_factory=dict, repr=False)
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    removals: Mapping[str, int] = field(default_factory=dict)
    deleted_at: HybridTime | None = None

    @property
    def lives(self) -> bool:
        """Whether it is not deleted."""
        return self.deleted_at is None
