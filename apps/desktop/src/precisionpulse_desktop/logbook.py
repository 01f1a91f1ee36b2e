"""What the replica keeps for people to read afterwards: who did what, which values lost, which changes were refused.
Knows no Qt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from precisionpulse_sdk.replica import Replica
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.tables import audit_log, conflicts, refusals

LIMIT = 2000


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit log, newest first. `at_us`: µs since 1970."""

    id: int
    at_us: int
    actor: str
    address: str
    action: str
    subject: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """A value that lost against another that its author had not seen."""

    id: int
    at_us: int
    kind: str
    subject: str
    field: str
    losing: str
    losing_actor: str
    winning: str
    winning_actor: str


@dataclass(frozen=True, slots=True)
class RefusalRow:
    """A change that the hub refused, and that is rolled back here."""

    id: int
    at_us: int
    actor: str
    kind: str
    subject: str
    wanted: str
    code: str
    text: str


def read_audit(replica: Replica, limit: int = LIMIT) -> list[AuditRow]:
    """The newest lines of the audit log. Raises `StorageError`."""
    with reading(replica.engine) as connection:
        rows = connection.execute(select(audit_log).order_by(audit_log.c.id.desc()).limit(limit))
        return [
            AuditRow(
                row.id,
                int(row.at.timestamp() * 1e6),
                row.actor,
                row.address,
                row.action,
                row.subject,
                fields_text(row.before),
                fields_text(row.after),
            )
            for row in rows
        ]


def read_conflicts(replica: Replica, limit: int = LIMIT) -> list[ConflictRow]:
    """The newest conflicts. Raises `StorageError`."""
    with reading(replica.engine) as connection:
        rows = connection.execute(select(conflicts).order_by(conflicts.c.id.desc()).limit(limit))
        return [
            ConflictRow(
                row.id,
                int(row.at.timestamp() * 1e6),
                kind_text(row.kind),
                row.subject,
                row.field,
                value_text(row.losing),
                row.losing_actor,
                value_text(row.winning),
                row.winning_actor,
            )
            for row in rows
        ]


def read_refusals(replica: Replica, limit: int = LIMIT) -> list[RefusalRow]:
    """The newest refusals. Raises `StorageError`."""
    with reading(replica.engine) as connection:
        rows = connection.execute(select(refusals).order_by(refusals.c.id.desc()).limit(limit))
        return [
            RefusalRow(
                row.id,
                int(row.at.timestamp() * 1e6),
                row.actor,
                kind_text(row.kind),
                row.subject,
                "delete" if row.wanted is None else fields_text(row.wanted),
                row.code,
                row.text,
            )
            for row in rows
        ]


def kind_text(kind: str) -> str:
    """What a kind of entity is called."""
    return kind.replace("_", " ")


def fields_text(fields: Mapping[str, object] | None) -> str:
    """Fields with their values, in one line."""
    return ", ".join(f"{name}: {value_text(value)}" for name, value in (fields or {}).items())


def value_text(value: object) -> str:
    """A field's value, as it stands in the logs."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
