"""Pages of a log, newest first: each says from which row the next one goes on."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, jsonify
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, RowMapping, Table

from precisionpulse_backend.api import running
from precisionpulse_sdk.replica.logs import newest


class PageQuery(BaseModel):
    """A page: those before the row `before`."""

    before: int | None = Field(default=None, ge=1, lt=2**63)
    limit: int = Field(default=100, ge=1, le=500)


class Page(BaseModel):
    """A page; `next` is what to give as `before` for the rows that follow, None when none do."""

    next: str | None


def page(
    query: PageQuery,
    log: Table,
    name: str,
    view: Callable[[RowMapping], dict[str, object]],
    where: ColumnElement[bool] | None = None,
) -> Response:
    """The page of `log` that was asked for, of the rows that `where` holds for, as `view` shows them, under `name`."""
    with running.engine().connect() as connection:
        rows = newest(connection, log, before=query.before, limit=query.limit + 1, where=where)
    shown = rows[: query.limit]
    following = str(shown[-1].id) if len(rows) > query.limit else None
    return jsonify({name: [view(row._mapping) for row in shown], "next": following})
