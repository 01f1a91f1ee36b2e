"""The client's side: what waits for the hub, and taking in what the hub says."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Row, delete, func, insert, select, update

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica import logs, rows
from precisionpulse_sdk.replica.tables import committed, config_values, uploads
from precisionpulse_sdk.replica.transaction import Transaction
from precisionpulse_sdk.replica.wire import kind_or_none
from precisionpulse_sdk.sync import fields
from precisionpulse_sdk.sync.change import Change, from_message, to_message
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.merge import follow
from precisionpulse_sdk.sync.overlay import overlay
from precisionpulse_sdk.sync.state import State

_PREFIX = "CHANGE_REFUSAL_CODE_"


def wait_for_hub(tx: Transaction, change: Change, present: State | None) -> State | None:
    """Keep an own change until the hub has decided, and show it; what is shown now. `present`: what was shown."""
    if not _waits(tx, change.entity_id):
        state = None if present is None else rows.to_json(present)
        tx.connection.execute(insert(committed).values(entity_id=change.entity_id, kind=change.kind.value, state=state))
    tx.connection.execute(
        insert(uploads).values(
            change_id=change.id,
            kind=change.kind.value,
            entity_id=change.entity_id,
            content=to_message(change).SerializeToString(),
        )
    )
    return show(tx, change.kind, change.entity_id, beneath(tx, change.kind, change.entity_id))


def beneath(tx: Transaction, kind: Kind, id_: UUID) -> State | None:
    """What the hub has of an entity, as far as it is known here."""
    row = tx.connection.execute(select(committed.c.state).where(committed.c.entity_id == id_)).one_or_none()
    if row is None:
        return tx.entities.state(kind, id_)
    return None if row.state is None else rows.from_json(kind, id_, row.state)


def show(tx: Transaction, kind: Kind, id_: UUID, beneath: State | None) -> State | None:
    """Let `beneath` be what the hub has of an entity, and show it with the own waiting changes on top."""
    exists = tx.entities.state(kind, id_) is not None
    waiting = [_change(row) for row in _uploads_of(tx, id_)]
    tx.connection.execute(delete(committed).where(committed.c.entity_id == id_))
    if waiting:
        piece = None if beneath is None else rows.to_json(beneath)
        tx.connection.execute(insert(committed).values(entity_id=id_, kind=kind.value, state=piece))
    shown = overlay(beneath, waiting)
    if shown is not None:
        tx.entities.store(shown, exists=exists)
    elif exists:
        tx.entities.remove(kind, id_)
    tx.changed.add((kind, id_))
    return shown


def apply_feed(tx: Transaction, feed: pb.ChangeFeed) -> bool:
    """Apply what follows the cursor, each once. False: it does not follow."""
    if feed.after_cursor == tx.cursor > feed.latest_cursor:
        return _begin_again(tx)  # the hub went back, to a backup
    if feed.accounts_withheld is not tx.accounts_withheld and tx.cursor:
        return _begin_again(tx)  # what is here is more, or less, than this client is to hold
    if feed.after_cursor > tx.cursor:
        return False
    for place in feed.changes:
        if place.cursor > tx.cursor + 1:
            return False
        if place.cursor == tx.cursor + 1:
            _apply(tx, place)
            tx.cursor = place.cursor
    return True


def _begin_again(tx: Transaction) -> bool:
    """Everything is needed again; own changes that the hub had accepted, it has to judge again."""
    tx.cursor = 0
    tx.connection.execute(update(uploads).values(accepted_cursor=None))
    return False


def apply_verdict(tx: Transaction, verdict: pb.ChangeVerdict) -> None:
    """Take one verdict on an own change. What was accepted is shown on until the feed brings it."""
    if len(verdict.change_id) != 16:
        return
    id_ = UUID(bytes=verdict.change_id)
    row = tx.connection.execute(select(uploads).where(uploads.c.change_id == id_)).one_or_none()
    if row is None:
        return
    change = _change(row)
    if verdict.refusal == pb.CHANGE_REFUSAL_CODE_UNSPECIFIED and tx.cursor < max(verdict.cursor, 1):
        tx.connection.execute(update(uploads).where(uploads.c.change_id == id_).values(accepted_cursor=verdict.cursor))
        tx.changed.add((change.kind, change.entity_id))  # it does not wait any more
        return
    _drop_upload(tx, id_)
    shown = tx.entities.state(change.kind, change.entity_id)
    subject = tx.entities.label(shown) or str(change.entity_id)
    now = show(tx, change.kind, change.entity_id, beneath(tx, change.kind, change.entity_id))
    if verdict.refusal == pb.CHANGE_REFUSAL_CODE_UNSPECIFIED:
        return
    code = refusal_name(verdict.refusal)
    if code == "CLOCK_AHEAD":
        tx.clock = tx.clock_seen  # else everything that is written from now on would be refused too
    logs.log_refusal(tx, change, client=tx.node, code=code, text=verdict.text, subject=subject, current=now)
    logs.audit_change(tx, change, shown, now, address="hub", verb="refuse")


def waiting(tx: Transaction) -> int:
    """How many own changes the hub has not judged."""
    return tx.connection.scalar(select(func.count()).where(uploads.c.accepted_cursor.is_(None))) or 0


def refusal_name(code: int) -> str:
    """A refusal's code as a word; one of a newer hub by its number."""
    names = {value.number: value.name for value in pb.ChangeRefusalCode.DESCRIPTOR.values}
    return names.get(code, f"{_PREFIX}{code}").removeprefix(_PREFIX)


def _apply(tx: Transaction, place: pb.CommittedChange) -> None:
    kind = kind_or_none(place.change.entity)
    if kind is None:
        return  # a newer hub's kind of entity
    change = from_message(place.change, known_only=True)
    own = change.at.node == tx.node
    before = beneath(tx, kind, change.entity_id)
    lost, overruled = fields.names(kind, place.lost_fields), fields.names(kind, place.overruled_fields)
    merged = follow(before, change, lost, overruled)
    subject = tx.entities.label(before) or tx.entities.label(merged.state)
    if own:
        _drop_upload(tx, change.id)
    tx.clock_seen = max(tx.clock_seen, change.at)
    tx.observe(change.at)
    logs.log_conflicts(tx, change, subject, merged.conflicts)
    if not own and not _is_anothers(before, merged.state):
        logs.audit_change(tx, change, before, merged.state, address=change.at.node)
    show(tx, kind, change.entity_id, merged.state)


def forget_others(tx: Transaction) -> None:
    """Keep nothing of other clients' configuration, which earlier hubs sent to everybody."""
    tx.connection.execute(
        update(config_values)
        .where(
            config_values.c.client.not_in(("", tx.node)),
            config_values.c.id.not_in(select(committed.c.entity_id)),
        )
        .values(key="", client="", value=None)
    )


def _is_anothers(before: State | None, now: State) -> bool:
    """Whether this is another client's configuration, of which only that it changed is known here."""
    states = [state for state in (before, now) if state is not None and state.lives]
    return now.kind is Kind.CONFIG_VALUE and not any(state.values["key"] for state in states)


def _drop_upload(tx: Transaction, id_: UUID) -> None:
    tx.connection.execute(delete(uploads).where(uploads.c.change_id == id_))


def _waits(tx: Transaction, entity_id: UUID) -> bool:
    query = select(committed.c.entity_id).where(committed.c.entity_id == entity_id)
    return tx.connection.execute(query).first() is not None


def _uploads_of(tx: Transaction, entity_id: UUID) -> list[Row[tuple[object, ...]]]:
    query = select(uploads).where(uploads.c.entity_id == entity_id).order_by(uploads.c.number)
    return list(tx.connection.execute(query))


def _change(row: Row[tuple[object, ...]]) -> Change:
    return from_message(pb.Change.FromString(row.content))
