"""What people read afterwards: who did what, which values lost, which changes were refused. Secrets are masked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, insert, select, true

from precisionpulse_sdk.replica.tables import audit_log, conflicts, refusals, users
from precisionpulse_sdk.replica.transaction import Transaction
from precisionpulse_sdk.sync import fields
from precisionpulse_sdk.sync.change import Change
from precisionpulse_sdk.sync.kinds import SYSTEM
from precisionpulse_sdk.sync.merge import Conflict
from precisionpulse_sdk.sync.state import State

SYSTEM_NAME = "PrecisionPulse"
PASSWORD = "password"
"""What people call the field that holds a password's hash."""


def record(
    connection: Connection,
    *,
    at: dt.datetime,
    actor: str,
    address: str,
    action: str,
    subject: str,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    """One row of the audit log, in the caller's transaction. `action` is `resource:verb`."""
    connection.execute(
        insert(audit_log).values(
            at=at, actor=actor, address=address, action=action, subject=subject, before=before, after=after
        )
    )


def audit_change(
    tx: Transaction, change: Change, before: State | None, after: State | None, *, address: str, verb: str = ""
) -> None:
    """A change, with the fields that look different afterwards. `verb` stands for one other than create, update and
    delete."""
    old = dict(before.values) if before is not None and before.lives else {}
    new = dict(after.values) if after is not None and after.lives else {}
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    verb = verb or ("delete" if change.deletes else "update" if old else "create")
    record(
        tx.connection,
        at=tx.now,
        actor=actor_name(tx.connection, change.actor),
        address=address,
        action=f"{change.kind.value.replace('_', '-')}:{verb}",
        subject=tx.entities.label(before if change.deletes else after) or str(change.entity_id),
        before=fields.shown(change.kind, {name: old[name] for name in names if name in old}) or None,
        after=fields.shown(change.kind, {name: new[name] for name in names if name in new}) or None,
    )


def log_conflicts(tx: Transaction, change: Change, subject: str, found: Iterable[Conflict]) -> None:
    """Values that lost."""
    for conflict in found:
        tx.conflicts += 1
        tx.connection.execute(
            insert(conflicts).values(
                at=tx.now,
                change_id=change.id,
                kind=change.kind.value,
                entity_id=change.entity_id,
                subject=subject,
                field=conflict.name,
                losing=fields.shown_value(change.kind, conflict.name, conflict.loser),
                losing_actor=actor_name(tx.connection, conflict.loser_actor),
                losing_at=conflict.loser_at,
                winning=fields.shown_value(change.kind, conflict.name, conflict.winner),
                winning_actor=actor_name(tx.connection, conflict.winner_actor),
                winning_at=conflict.winner_at,
            )
        )


def log_refusal(
    tx: Transaction, change: Change, *, client: str, code: str, text: str, subject: str, current: State | None
) -> None:
    """A change that was refused."""
    tx.refused += 1
    tx.connection.execute(
        insert(refusals).values(
            at=tx.now,
            change_id=change.id,
            client=client,
            actor=actor_name(tx.connection, change.actor),
            kind=change.kind.value,
            entity_id=change.entity_id,
            subject=subject,
            code=code,
            text=text,
            wanted=None if change.values is None else fields.shown(change.kind, change.values),
            current=fields.shown(change.kind, current.values) if current is not None and current.lives else None,
        )
    )


def newest(
    connection: Connection,
    log: Table,
    *,
    limit: int,
    before: int | None = None,
    where: ColumnElement[bool] | None = None,
) -> Sequence[Row[Any]]:
    """Rows of one of the logs, newest first: those that `where` holds for, before the one with the id `before`."""
    earlier = true() if before is None else log.c.id < before
    query = select(log).where(true() if where is None else where, earlier).order_by(log.c.id.desc()).limit(limit)
    return connection.execute(query).all()


def plain_name(field: str) -> str:
    """What people call a field that stands in a log."""
    return PASSWORD if field == "password_hash" else field


def plain_fields(fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Fields that stand in a log, by what people call them."""
    return None if fields is None else {plain_name(name): value for name, value in fields.items()}


def actor_name(connection: Connection, actor: UUID | None) -> str:
    """What an author is called now; the id when there is no such user any more, empty when the author is not known."""
    if actor is None:
        return ""
    if actor == SYSTEM:
        return SYSTEM_NAME
    return connection.scalar(select(users.c.username).where(users.c.id == actor)) or str(actor)
