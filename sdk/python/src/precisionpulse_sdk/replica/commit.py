"""Committing one change at the hub: rules, merge, names, the last administrator, the feed; all of it or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import insert

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import LastAdministratorError
from precisionpulse_sdk.replica import logs
from precisionpulse_sdk.replica.access import administrator_exists
from precisionpulse_sdk.replica.tables import changes
from precisionpulse_sdk.replica.transaction import Transaction
from precisionpulse_sdk.sync import names, rules
from precisionpulse_sdk.sync.change import Change, new_id, to_message
from precisionpulse_sdk.sync.fields import NAME
from precisionpulse_sdk.sync.kinds import SYSTEM, Kind
from precisionpulse_sdk.sync.merge import Merged, losing, merge, overruling
from precisionpulse_sdk.sync.rights import Person
from precisionpulse_sdk.sync.rights import may as holds
from precisionpulse_sdk.sync.state import State, Value

LAST_ADMINISTRATOR = (
    "It would leave nobody who may log in and do everything. Make somebody else an administrator first."
)


def commit(tx: Transaction, change: Change, author: Person | None, *, address: str) -> int:
    """Judge and commit a person's change; its place in the feed. Raises a `ChangeRefusedError`; nothing is written
    then."""
    present = tx.entities.state(change.kind, change.entity_id)
    rules.check_form(change, present, tx.settings)
    rules.check_author(author, change, present, tx.entities)
    may_displace = _displaces(tx, author)
    with tx.savepoint():
        guarded = rules.takes_power(change) and administrator_exists(tx.connection)
        merged = _keep_name(tx, change, present, merge(present, change), may_displace)
        cursor = write(tx, change, present, merged, address=address)
        _end_dependants(tx, change, address)
        if NAME.get(change.kind, "") in merged.effective:
            settle_name(tx, merged.state, may_displace)
        if guarded and not administrator_exists(tx.connection):
            raise LastAdministratorError(LAST_ADMINISTRATOR)
    return cursor


def write(tx: Transaction, change: Change, present: State | None, merged: Merged, *, address: str) -> int:
    """Write what came of a change: entity, feed, audit, conflicts. Its place in the feed."""
    subject = tx.entities.label(present)
    tx.entities.store(merged.state, exists=present is not None)
    tx.cursor += 1
    content = pb.CommittedChange(
        cursor=tx.cursor,
        change=_owned(to_message(_with_consequences(change, merged)), present, merged.state),
        lost_fields=merged.lost,
        overruled_fields=merged.overruled,
    )
    tx.connection.execute(
        insert(changes).values(cursor=tx.cursor, content=content.SerializeToString(), committed_us=tx.wall_us)
    )
    logs.audit_change(tx, change, present, merged.state, address=address)
    logs.log_conflicts(tx, change, subject or tx.entities.label(merged.state), merged.conflicts)
    tx.changed.add((change.kind, change.entity_id))
    return tx.cursor


def write_own(tx: Transaction, present: State, values: dict[str, Value] | None, *, address: str = "") -> None:
    """Write a change that follows from another: the product is its author. None deletes."""
    change = Change(
        id=new_id(tx.wall_us),
        kind=present.kind,
        entity_id=present.id,
        incarnation=present.incarnation,
        base_version=present.version,
        at=tx.tick(),
        actor=SYSTEM,
        values=values,
    )
    merged = merge(present, change)
    field = NAME.get(present.kind, "")
    if values is not None and field in values:
        conflict = overruling(field, present.values[field], present.stamps, values[field], change)
        merged = replace(merged, overruled=(field,), conflicts=(conflict,))
    write(tx, change, present, merged, address=address)


def _owned(message: pb.Change, present: State | None, now: State) -> pb.Change:
    """The change of a configuration value says whose it is, also when it does not set that: not everybody gets it."""
    state = now if now.lives else present
    if now.kind is Kind.CONFIG_VALUE and state is not None and state.lives:
        message.entity.config_value.key = str(state.values["key"])
        message.entity.config_value.client = str(state.values["client"])
    return message


def _with_consequences(change: Change, merged: Merged) -> Change:
    if change.values is None:
        return change
    return replace(change, values={**change.values, **merged.effective})


def _end_dependants(tx: Transaction, change: Change, address: str) -> None:
    """What is deleted takes its grants with it, so that they can't come back with another life of it."""
    if change.deletes:
        for grant in tx.entities.depending(change.kind, change.entity_id):
            write_own(tx, grant, None, address=address)


def settle_name(tx: Transaction, claimant: State, may_displace: Callable[[State], bool]) -> None:
    """Let nobody else have the claimant's name: all but the oldest take another one, users disabled and flagged."""
    field = NAME[claimant.kind]
    name = str(claimant.values[field])
    loser = names.loser(claimant, tx.entities.named(claimant.kind, name, but=claimant.id), may_displace)
    if loser is None:
        return
    fresh = names.substitute(name, loser.id)
    if tx.entities.named(loser.kind, fresh, but=loser.id):
        fresh = names.substitute(name, loser.id, whole_id=True)
    values: dict[str, Value] = {field: fresh}
    if loser.kind is Kind.USER:
        values |= {"enabled": False, "wanted_username": loser.values[field]}
    write_own(tx, loser, values)


def _keep_name(
    tx: Transaction, change: Change, present: State | None, merged: Merged, may_displace: Callable[[State], bool]
) -> Merged:
    """A new name that somebody has longer is lost: the entity keeps the one that it has."""
    field = NAME.get(change.kind, "")
    if present is None or not present.lives or field not in merged.effective or change.values is None:
        return merged
    others = tx.entities.named(change.kind, str(merged.state.values[field]), but=change.entity_id)
    if names.loser(merged.state, others, may_displace) is not merged.state:
        return merged
    rest = merge(present, replace(change, values={n: v for n, v in change.values.items() if n != field}))
    conflict = losing(field, change.values[field], change, present.values[field], present.stamps)
    return replace(rest, lost=(*rest.lost, field), conflicts=(*rest.conflicts, conflict))


def _displaces(tx: Transaction, author: Person | None) -> Callable[[State], bool]:
    """Whether the author's older claim takes a name from its present owner. Not without the right to edit that one,
    nor from the last administrator."""

    def may(other: State) -> bool:
        if other.kind is not Kind.USER:
            return author is not None and not other.values["built_in"] and holds(author, "role:update")
        return rules.may_edit_user(author, other.id, tx.entities) and administrator_exists(tx.connection, but=other.id)

    return may
