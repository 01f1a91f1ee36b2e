"""A change as a replica works with it: a `pb.Change` that was read and found sound."""

from __future__ import annotations

import os
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import InvalidChangeError
from precisionpulse_sdk.sync import clock, fields
from precisionpulse_sdk.sync.clock import HybridTime
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.state import Value

MAX_CHANGE_BYTES = 64 * 1024
"""Largest change accepted."""


@dataclass(frozen=True, slots=True)
class Change:
    """One edit by one person, to one entity. `values`: what it sets; None means that it deletes."""

    id: UUID
    kind: Kind
    entity_id: UUID
    incarnation: int
    base_version: int
    at: HybridTime
    actor: UUID
    values: Mapping[str, Value] | None = field(repr=False)
    same_password: bool = False
    """Only the hash of the password is made anew."""

    @property
    def deletes(self) -> bool:
        """Whether it deletes the entity."""
        return self.values is None


def to_message(change: Change) -> pb.Change:
    """As it travels."""
    values = change.values or {}
    return pb.Change(
        id=change.id.bytes,
        entity_id=change.entity_id.bytes,
        incarnation=change.incarnation,
        op=pb.CHANGE_OP_DELETE if change.deletes else pb.CHANGE_OP_SET,
        base_version=change.base_version,
        at=clock.to_message(change.at),
        actor_id=change.actor.bytes,
        fields=list(values),
        entity=fields.write(change.kind, values),
        same_password=change.same_password,
    )


def from_message(message: pb.Change, *, known_only: bool = False) -> Change:
    """As it came. With `known_only`, fields of a newer schema are passed over.

    Raises `InvalidChangeError` when it is not a sound change."""
    if message.ByteSize() > MAX_CHANGE_BYTES:
        raise InvalidChangeError(f"The change is larger than {MAX_CHANGE_BYTES} bytes.")
    if any(len(id_) != 16 for id_ in (message.id, message.entity_id, message.actor_id)):
        raise InvalidChangeError("The change has no sound ids.")
    if not 0 < message.incarnation < 1 << 63 or not message.base_version < 1 << 63:
        raise InvalidChangeError("The change has no sound incarnation or base version.")
    if message.op not in (pb.CHANGE_OP_SET, pb.CHANGE_OP_DELETE):
        raise InvalidChangeError("The change does something that is not known here.")
    kind = fields.kind_of(message.entity)
    deletes = message.op == pb.CHANGE_OP_DELETE
    return Change(
        id=UUID(bytes=message.id),
        kind=kind,
        entity_id=UUID(bytes=message.entity_id),
        incarnation=message.incarnation,
        base_version=message.base_version,
        at=clock.from_message(message.at),
        actor=UUID(bytes=message.actor_id),
        values=None if deletes else fields.read(message.entity, message.fields, known_only=known_only),
        same_password=message.same_password,
    )


def new_id(wall_us: int) -> UUID:
    """A UUIDv7 (RFC 9562): ids of changes sort roughly by time."""
    random = int.from_bytes(os.urandom(10), "big")
    value = (wall_us // 1000 & (1 << 48) - 1) << 80 | 7 << 76 | (random >> 64 & 0xFFF) << 64
    return uuid.UUID(int=value | 0b10 << 62 | random & (1 << 62) - 1)
