"""The client's side of a snapshot: chunks wait until all are there, then everything is replaced at once."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, insert, select

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import MalformedMessageError
from precisionpulse_sdk.replica import logs
from precisionpulse_sdk.replica.follow import show
from precisionpulse_sdk.replica.tables import committed, snapshot_chunks, uploads
from precisionpulse_sdk.replica.transaction import Transaction
from precisionpulse_sdk.replica.wire import from_message
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.state import State


def take_chunk(tx: Transaction, chunk: pb.SnapshotChunk) -> bool:
    """Take a part. True once the whole is applied, or is not needed any more."""
    if len(chunk.snapshot_id) != 16 or chunk.index >= chunk.count:
        raise MalformedMessageError("a snapshot's chunk that is no part of it")
    if 0 < chunk.cursor <= tx.cursor:
        return True
    id_ = UUID(bytes=chunk.snapshot_id)
    here = select(snapshot_chunks.c.number, snapshot_chunks.c.content).where(snapshot_chunks.c.snapshot_id == id_)
    parts = {row.number: row.content for row in tx.connection.execute(here)}
    if chunk.index not in parts:
        content = parts[chunk.index] = chunk.SerializeToString()
        tx.connection.execute(insert(snapshot_chunks).values(snapshot_id=id_, number=chunk.index, content=content))
    if len(parts) < chunk.count:
        return False
    chunks = [pb.SnapshotChunk.FromString(parts[number]) for number in sorted(parts)]
    states = [from_message(entity) for part in chunks for entity in part.entities]
    _apply(tx, chunk.cursor, [state for state in states if state is not None])
    tx.accounts_withheld = chunk.accounts_withheld
    tx.connection.execute(delete(snapshot_chunks))
    return True


def _apply(tx: Transaction, cursor: int, states: list[State]) -> None:
    tx.connection.execute(delete(uploads).where(uploads.c.accepted_cursor <= cursor))
    waiting = _waiting(tx)
    given = {state.id: state for state in states}
    for kind in Kind:
        kept = [state for state in states if state.kind is kind]
        tx.changed |= {(kind, id_) for id_ in tx.entities.ids(kind)} | {(kind, state.id) for state in kept}
        tx.entities.replace(kind, kept)
    tx.connection.execute(delete(committed))
    for entity_id, kind in waiting.items():
        show(tx, kind, entity_id, given.get(entity_id))
    for state in states:
        newest = max((stamp.at for stamp in state.stamps.values()), default=state.deleted_at)
        tx.clock_seen = max(tx.clock_seen, newest or tx.clock_seen, state.deleted_at or tx.clock_seen)
    tx.observe(tx.clock_seen)
    tx.cursor = cursor
    logs.record(
        tx.connection, at=tx.now, actor="", address="hub", action="replica:snapshot", subject=f"{len(states)} entities"
    )


def _waiting(tx: Transaction) -> dict[UUID, Kind]:
    found = tx.connection.execute(select(uploads.c.entity_id, uploads.c.kind))
    return {row.entity_id: Kind(row.kind) for row in found}
