"""Entities as they travel in snapshots and verdicts."""

from __future__ import annotations

from uuid import UUID

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.sync import clock, fields
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.state import Stamp, State


def to_message(state: State) -> pb.EntityState:
    """An entity with its merge state."""
    message = pb.EntityState(
        entity_id=state.id.bytes,
        incarnation=state.incarnation,
        version=state.version,
        entity=fields.write(state.kind, state.values),
        field_times=[
            pb.FieldTime(field=name, at=clock.to_message(stamp.at)) for name, stamp in sorted(state.stamps.items())
        ],
    )
    if state.deleted_at is not None:
        message.deleted_at.CopyFrom(clock.to_message(state.deleted_at))
    return message


def from_message(message: pb.EntityState) -> State | None:
    """What `to_message` was given; None for a kind that is not known here. When each field was written is known, but
    not by which version and by whom."""
    kind = kind_or_none(message.entity)
    if kind is None:
        return None
    deleted_at = clock.from_message(message.deleted_at) if message.HasField("deleted_at") else None
    stamps = {
        fields.own_name(kind, time.field): Stamp(clock.from_message(time.at), 0, None) for time in message.field_times
    }
    return State(
        kind,
        UUID(bytes=message.entity_id),
        message.incarnation,
        message.version,
        {} if deleted_at is not None else fields.read(message.entity),
        stamps,
        {},
        deleted_at,
    )


def kind_or_none(entity: pb.Entity) -> Kind | None:
    """Which kind `entity` is; None when it is not known here."""
    name = entity.WhichOneof("kind")
    return None if name is None else Kind(name)
