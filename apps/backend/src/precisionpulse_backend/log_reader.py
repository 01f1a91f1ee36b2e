"""The replica's logs for people: who did what, which values lost, which changes were refused. Newest first, a page at a
time; nothing of a secret."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Table, Text, cast, func, or_, select, true

from precisionpulse_sdk.replica.tables import audit_log, conflicts, refusals
from precisionpulse_sdk.sync.fields import MASK

PASSWORD_FIELD, PASSWORD = "password_hash", "password"
"""What a password's field is called in the tables, and what people read."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which rows: `actor` in full, `action` and `subject` in part, `search` anywhere, all without regard to case;
    empty means all. `from_us` and `to_us`: µs since 1970, the first included, the last not."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    search: str = ""
    from_us: int | None = None
    to_us: int | None = None

    def condition(self) -> ColumnElement[bool]:
        """As SQL."""
        log = audit_log.c
        found: ColumnElement[bool] = true()
        if self.actor:
            found &= func.lower(log.actor) == self.actor.lower()
        for column, part in ((log.action, self.action), (log.subject, self.subject)):
            if part:
                found &= column.icontains(part, autoescape=True)
        if self.search:
            texts = (log.actor, log.address, log.action, log.subject, cast(log.before, Text), cast(log.after, Text))
            found &= or_(*(column.icontains(self.search, autoescape=True) for column in texts))
        if self.from_us is not None:
            found &= log.at >= _moment(self.from_us)
        if self.to_us is not None:
            found &= log.at < _moment(self.to_us)
        return found


def find_audit(connection: Connection, wanted: AuditFilter, *, before: int | None, limit: int) -> list[RowMapping]:
    """Rows of the audit log, before the one with the id `before`."""
    return _page(connection, audit_log, wanted.condition(), before, limit)


def stream_audit(connection: Connection, wanted: AuditFilter, *, limit: int) -> Iterator[RowMapping]:
    """The same, row by row, without holding them all."""
    query = select(audit_log).where(wanted.condition()).order_by(audit_log.c.id.desc()).limit(limit)
    yield from connection.execution_options(yield_per=1000).execute(query).mappings()


def find_conflicts(connection: Connection, *, before: int | None, limit: int) -> list[RowMapping]:
    """Values that lost."""
    return _page(connection, conflicts, true(), before, limit)


def find_refusals(connection: Connection, *, before: int | None, limit: int) -> list[RowMapping]:
    """Changes that were refused."""
    return _page(connection, refusals, true(), before, limit)


def people_s(fields: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Fields of an entity as people read them: a password is called that, and nothing of it is shown."""
    if fields is None:
        return None
    return {
        PASSWORD if name == PASSWORD_FIELD else name: MASK if name == PASSWORD_FIELD and value else value
        for name, value in fields.items()
    }


def _page(
    connection: Connection, table: Table, condition: ColumnElement[bool], before: int | None, limit: int
) -> list[RowMapping]:
    query = select(table).where(condition).order_by(table.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(table.c.id < before)
    return list(connection.execute(query).mappings())


def _moment(us: int) -> dt.datetime:
    return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=us)
