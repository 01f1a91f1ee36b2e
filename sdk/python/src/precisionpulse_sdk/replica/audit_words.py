"""The words of the audit log's rows, which people search by parts, and on PostgreSQL an index for that.

SQLite has none, and needs none: a client's log is small."""

from __future__ import annotations

import logging

from sqlalchemy import ColumnElement, Connection, Text, literal_column, text
from sqlalchemy.exc import DBAPIError

_log = logging.getLogger(__name__)

INDEX = "audit_log_words"
_SQL = (
    "(actor || ' ' || address || ' ' || action || ' ' || subject || ' ' ||"
    " coalesce(CAST(before AS text), '') || ' ' || coalesce(CAST(after AS text), ''))"
)
WORDS: ColumnElement[str] = literal_column(_SQL, Text)
"""All words of a row of `audit_log`, in the only form that the index is used for."""


def create_index(connection: Connection) -> None:
    """Make the index of every three signs that follow each other. A server that does not offer `pg_trgm`, or not to
    this user, goes without: a search then reads the log."""
    if connection.dialect.name != "postgresql":
        return
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(text(f"CREATE INDEX {INDEX} ON audit_log USING gin ({_SQL} gin_trgm_ops)"))
    except DBAPIError as error:
        _log.warning("the audit log is searched without an index: %s", str(error.orig).partition("\n")[0])
