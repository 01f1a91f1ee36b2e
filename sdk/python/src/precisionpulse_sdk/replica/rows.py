"""Entities as rows of their tables, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from precisionpulse_sdk.replica.columns import hybrid_text, hybrid_time
from precisionpulse_sdk.sync.fields import DEFAULTS, NAME, VALUE
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.names import name_key
from precisionpulse_sdk.sync.settings import SettingType
from precisionpulse_sdk.sync.state import ConfigScalar, Stamp, State, Value


def to_row(state: State) -> dict[str, Any]:
    """The columns of an entity."""
    values = {**DEFAULTS[state.kind], **state.values}
    row: dict[str, Any] = dict(values)
    if state.kind is Kind.CONFIG_VALUE:
        row[VALUE] = _value_to_json(values[VALUE])
    if state.kind in NAME:
        row["name_key"] = name_key(str(values[NAME[state.kind]]))
    return {
        **row,
        "id": state.id,
        "incarnation": state.incarnation,
        "version": state.version,
        "field_times": _stamps_to_json(state.stamps),
        "removals": dict(state.removals),
        "deleted_at": state.deleted_at,
    }


def from_row(kind: Kind, row: Mapping[str, Any]) -> State:
    """The entity in a row."""
    values: dict[str, Value] = {}
    if row["deleted_at"] is None:
        values = {name: row[name] for name in DEFAULTS[kind]}
        if kind is Kind.CONFIG_VALUE:
            values[VALUE] = value_from_json(row[VALUE])
    return State(
        kind,
        row["id"],
        row["incarnation"],
        row["version"],
        values,
        _stamps_from_json(row["field_times"]),
        row["removals"],
        row["deleted_at"],
    )


def to_json(state: State) -> dict[str, Any]:
    """An entity in one piece."""
    values = {
        name: value.hex if isinstance(value, UUID) else _value_to_json(value) if name == VALUE else value
        for name, value in state.values.items()
    }
    return {
        "incarnation": state.incarnation,
        "version": state.version,
        "values": values,
        "field_times": _stamps_to_json(state.stamps),
        "removals": dict(state.removals),
        "deleted_at": None if state.deleted_at is None else hybrid_text(state.deleted_at),
    }


def from_json(kind: Kind, id_: UUID, piece: Mapping[str, Any]) -> State:
    """What `to_json` was given."""
    values = {
        name: UUID(hex=value)
        if isinstance(DEFAULTS[kind][name], UUID)
        else value_from_json(value)
        if name == VALUE
        else value
        for name, value in piece["values"].items()
    }
    return State(
        kind,
        id_,
        piece["incarnation"],
        piece["version"],
        values,
        _stamps_from_json(piece["field_times"]),
        piece["removals"],
        None if piece["deleted_at"] is None else hybrid_time(piece["deleted_at"]),
    )


def value_from_json(piece: list[Any] | None) -> ConfigScalar | None:
    """The configuration value in `config_values.value`."""
    if piece is None:
        return None
    member, value = piece
    if member == SettingType.FLOAT.value:
        value = float(value)  # JSON in PostgreSQL does not keep 1.0 apart from 1
    return ConfigScalar(member, tuple(value) if isinstance(value, list) else value)


def _value_to_json(value: Value) -> list[Any] | None:
    if not isinstance(value, ConfigScalar):
        return None
    return [value.member, list(value.value) if isinstance(value.value, tuple) else value.value]


def _stamps_to_json(stamps: Mapping[str, Stamp]) -> dict[str, Any]:
    return {
        name: [hybrid_text(stamp.at), stamp.version, stamp.actor.hex if stamp.actor else None]
        for name, stamp in stamps.items()
    }


def _stamps_from_json(piece: Mapping[str, Any]) -> dict[str, Stamp]:
    return {
        name: Stamp(hybrid_time(at), version, UUID(hex=actor) if actor else None)
        for name, (at, version, actor) in piece.items()
    }
