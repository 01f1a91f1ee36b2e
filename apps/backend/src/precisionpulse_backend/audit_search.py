"""The audit log as people search it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select, true

from precisionpulse_sdk.moments import from_us
from precisionpulse_sdk.replica.audit_words import WORDS
from precisionpulse_sdk.replica.tables import audit_log


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
        for part in (self.search, self.actor, self.action, self.subject):
            if part:  # what is in a column is among the words, and those have an index
                found &= WORDS.icontains(part, autoescape=True)
        if self.from_us is not None:
            found &= log.at >= from_us(self.from_us)
        if self.to_us is not None:
            found &= log.at < from_us(self.to_us)
        return found


def stream_audit(connection: Connection, wanted: AuditFilter, *, limit: int) -> Iterator[RowMapping]:
    """Rows of the audit log, newest first, one by one, without holding them all."""
    query = select(audit_log).where(wanted.condition()).order_by(audit_log.c.id.desc()).limit(limit)
    yield from connection.execution_options(yield_per=1000).execute(query).mappings()
