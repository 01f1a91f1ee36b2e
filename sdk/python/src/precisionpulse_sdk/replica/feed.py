"""The hub's side of the downlink: the log without gaps, and the whole in chunks for who is new or too far behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import Connection, delete, func, select

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica import wire
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.replica.tables import changes
from precisionpulse_sdk.replica.transaction import Transaction, read_place
from precisionpulse_sdk.sync.change import new_id
from precisionpulse_sdk.sync.kinds import ACCOUNTS, Kind

PAGE_CHANGES = 500
PAGE_BYTES = 256 * 1024
"""A frame holds more; this leaves room for what is around it."""

_WITHHELD = ACCOUNTS | {None}
"""A kind that is not known here is nobody's who does not hold all."""


def page(connection: Connection, after_cursor: int, *, holds_accounts: bool) -> pb.ChangeFeed | None:
    """What follows `after_cursor`, as much as fits; None when not all of it is in the log any more. Without accounts,
    their places are empty."""
    place = read_place(connection)
    feed = pb.ChangeFeed(after_cursor=after_cursor, latest_cursor=place.cursor, accounts_withheld=not holds_accounts)
    if after_cursor >= place.cursor:
        return feed
    if after_cursor < place.horizon or after_cursor == 0:
        return None
    query = select(changes.c.content).where(changes.c.cursor > after_cursor).order_by(changes.c.cursor)
    size = 0
    for content in connection.scalars(query.limit(PAGE_CHANGES)):
        size += len(content)
        if feed.changes and size > PAGE_BYTES:
            break
        change = pb.CommittedChange.FromString(content)
        if not holds_accounts and wire.kind_or_none(change.change.entity) in _WITHHELD:
            change = pb.CommittedChange(cursor=change.cursor)
        feed.changes.append(change)
    return feed


def snapshot(
    connection: Connection, wall_us: int, valid_until_us: int, *, holds_accounts: bool
) -> list[pb.SnapshotChunk]:
    """Everything, in chunks; without accounts, configuration only. In one transaction that sees one moment."""
    place = read_place(connection)
    id_ = new_id(wall_us).bytes
    kinds = [kind for kind in Kind if holds_accounts or kind not in _WITHHELD]
    parts = list(_parts(Entities(connection), kinds))
    return [
        pb.SnapshotChunk(
            snapshot_id=id_,
            index=index,
            count=len(parts),
            cursor=place.cursor,
            entities=part,
            valid_until_us=valid_until_us,
            accounts_withheld=not holds_accounts,
        )
        for index, part in enumerate(parts)
    ]


def compact(tx: Transaction, *, keep: int, older_than_us: int) -> int:
    """Drop from the log what is older than `older_than_us` and not among the newest `keep`; how many are gone."""
    newest_old = tx.connection.scalar(select(func.max(changes.c.cursor)).where(changes.c.committed_us < older_than_us))
    horizon = min(newest_old or 0, tx.cursor - keep)
    if horizon <= tx.horizon:
        return 0
    gone = tx.connection.execute(delete(changes).where(changes.c.cursor <= horizon)).rowcount
    tx.horizon = horizon
    return gone


def changed_since(connection: Connection, cursor: int) -> tuple[int, frozenset[tuple[Kind, UUID]]]:
    """The newest place, and what looks different since `cursor`."""
    place = read_place(connection)
    found = set()
    if place.cursor != cursor:
        for content in connection.scalars(select(changes.c.content).where(changes.c.cursor > cursor)):
            change = pb.CommittedChange.FromString(content).change
            kind = wire.kind_or_none(change.entity)
            if kind is not None:
                found.add((kind, UUID(bytes=change.entity_id)))
    return place.cursor, frozenset(found)


def _parts(entities: Entities, kinds: Iterable[Kind]) -> Iterator[list[pb.EntityState]]:
    part: list[pb.EntityState] = []
    size = 0
    for kind in kinds:
        for state in entities.all(kind):
            message = wire.to_message(state)
            size += message.ByteSize()
            if part and size > PAGE_BYTES:
                yield part
                part, size = [], message.ByteSize()
            part.append(message)
    yield part
