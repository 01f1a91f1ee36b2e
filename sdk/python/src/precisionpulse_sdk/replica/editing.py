"""From a person's edit to a change: what it is about now, when it is, and whether it may be."""

from __future__ import annotations

from dataclasses import replace
from typing import cast
from uuid import UUID

from precisionpulse_sdk.errors import LastAdministratorError, NameTakenError, StaleEditError
from precisionpulse_sdk.replica import logs
from precisionpulse_sdk.replica.access import administrator_exists, load_person
from precisionpulse_sdk.replica.commit import LAST_ADMINISTRATOR, commit, settle_name, write
from precisionpulse_sdk.replica.follow import beneath, wait_for_hub
from precisionpulse_sdk.replica.transaction import Transaction
from precisionpulse_sdk.sync import fields, rules
from precisionpulse_sdk.sync.change import Change, new_id
from precisionpulse_sdk.sync.edit import DELETE, Edit
from precisionpulse_sdk.sync.fields import NAME, VALUE
from precisionpulse_sdk.sync.kinds import SYSTEM, Kind
from precisionpulse_sdk.sync.merge import ends_sessions, merge
from precisionpulse_sdk.sync.state import State


def edit_at_hub(tx: Transaction, edit: Edit, actor: UUID, address: str) -> None:
    """Judge and commit at once. Raises a `ChangeRefusedError`."""
    present = tx.entities.state(edit.kind, edit.entity_id)
    change = _change(tx, edit, actor, present, present)
    _refuse_taken_name(tx, change)
    commit(tx, change, load_person(tx.connection, actor), address=address)


def edit_at_client(tx: Transaction, edit: Edit, actor: UUID, address: str) -> None:
    """Judge by what is known here, show it, and let it wait for the hub. Raises a `ChangeRefusedError`."""
    present = tx.entities.state(edit.kind, edit.entity_id)
    change = _change(tx, edit, actor, present, beneath(tx, edit.kind, edit.entity_id))
    rules.check_form(change, present, tx.settings)
    rules.check_author(load_person(tx.connection, actor), change, present, tx.entities)
    _refuse_taken_name(tx, change)
    merge(present, change)
    guarded = rules.takes_power(change) and administrator_exists(tx.connection)
    shown = wait_for_hub(tx, change, present)
    if guarded and not administrator_exists(tx.connection):
        raise LastAdministratorError(LAST_ADMINISTRATOR)
    logs.audit_change(tx, change, present, shown, address=address)


def provide(tx: Transaction, edit: Edit) -> None:
    """At the hub, write what the product itself ships: no rights are asked for, and nobody else keeps its names."""
    present = tx.entities.state(edit.kind, edit.entity_id)
    change = _change(tx, edit, SYSTEM, present, present)
    merged = merge(present, change)
    write(tx, change, present, merged, address="")
    if edit.kind in NAME and NAME[edit.kind] in merged.effective:
        settle_name(tx, merged.state, lambda _: True)


def _change(tx: Transaction, edit: Edit, actor: UUID, shown: State | None, base: State | None) -> Change:
    if edit.base_version is not None and edit.base_version != (shown.version if shown else 0):
        raise StaleEditError("It was changed since you looked.", shown.version if shown else 0)
    lives = shown is not None and shown.lives
    incarnation = (shown.incarnation if shown else 0) + (0 if lives or edit.fields is DELETE else 1)
    change = Change(
        id=new_id(tx.wall_us),
        kind=edit.kind,
        entity_id=edit.entity_id,
        incarnation=max(1, incarnation),
        base_version=base.version if base else 0,
        at=tx.tick(),
        actor=actor,
        values=None if edit.fields is DELETE else fields.typed(edit.kind, edit.fields),
        same_password=edit.same_password,
    )
    return _completed(tx, change, shown if lives else None)


def _completed(tx: Transaction, change: Change, shown: State | None) -> Change:
    """The change with what follows from it: configuration in the type of its key, sessions that end."""
    if change.values is None:
        return change
    values = dict(change.values)
    if change.kind is Kind.CONFIG_VALUE and VALUE in values:
        key = cast(str, values.get("key") or (shown.values["key"] if shown else ""))
        values[VALUE] = tx.settings.check(key, values[VALUE])
    if shown is not None and ends_sessions(shown, values, same_password=change.same_password):
        following = cast(int, shown.values["session_generation"]) + 1
        values["session_generation"] = max(following, cast(int, values.get("session_generation", 0)))
    return replace(change, values=values)


def _refuse_taken_name(tx: Transaction, change: Change) -> None:
    field = NAME.get(change.kind, "")
    name = (change.values or {}).get(field)
    if name is not None and tx.entities.named(change.kind, str(name), but=change.entity_id):
        raise NameTakenError(f"{name!r} is taken.", {field: "Somebody else has this name."})
