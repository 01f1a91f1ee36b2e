"""/audit: who did what, from where, when, with what was before and after (C7)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel, Field
from sqlalchemy import Engine, RowMapping

from precisionpulse_backend import audit, auth
from precisionpulse_backend.api import running
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.api.paging import Page, PageQuery, page
from precisionpulse_backend.audit_search import AuditFilter, stream_audit
from precisionpulse_sdk import spreadsheet
from precisionpulse_sdk.moments import to_us
from precisionpulse_sdk.replica.logs import plain_fields
from precisionpulse_sdk.replica.tables import audit_log

blueprint = APIBlueprint("audit", __name__, url_prefix="/api/v1")

MAX_EXPORT_ROWS = 100_000
_COLUMNS = ("time", "actor", "address", "action", "subject", "before", "after")
_MAX_US = 253_402_300_799_000_000


class AuditQuery(BaseModel):
    """Which rows: `actor` in full, `action` and `subject` in part, `search` anywhere; times are µs since 1970."""

    actor: str = Field(default="", max_length=128)
    action: str = Field(default="", max_length=128)
    subject: str = Field(default="", max_length=256)
    search: str = Field(default="", max_length=256)
    from_us: int | None = Field(default=None, ge=0, le=_MAX_US)
    to_us: int | None = Field(default=None, ge=0, le=_MAX_US)

    def filter(self) -> AuditFilter:
        """As the reader takes it."""
        asked = self.model_dump(include={"from_us", "to_us"})
        texts = {name: getattr(self, name).strip() for name in ("actor", "action", "subject", "search")}
        return AuditFilter(**texts, **asked)


class AuditPageQuery(AuditQuery, PageQuery):
    """A page of them."""


class AuditEntryView(BaseModel):
    """A row. `before` and `after` hold the fields that are different, secrets masked."""

    id: str
    at_us: Number
    actor: str
    address: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class AuditPage(Page):
    """Rows, newest first."""

    entries: list[AuditEntryView]


@blueprint.get("/audit")
@auth.requires("audit:read", for_all=True)
@blueprint.input(AuditPageQuery, location="query", arg_name="query")
@blueprint.output(AuditPage)
@blueprint.doc(summary="The audit log, newest first")
def list_entries(query: AuditPageQuery) -> Response:
    return page(query, audit_log, "entries", _view, query.filter().condition())


@blueprint.get("/audit.csv")
@auth.requires("audit:read", for_all=True)
@blueprint.input(AuditQuery, location="query", arg_name="query")
@blueprint.doc(summary="The same rows as CSV, at most 100,000", responses={200: "text/csv"})
def export(query: AuditQuery) -> Response:
    wanted = query.model_dump(exclude_defaults=True)
    with running.engine().begin() as connection:
        audit.record(
            connection,
            actor=auth.person().username,
            address=auth.address(),
            action="audit:export",
            subject="audit",
            after=wanted or None,
        )
    response = Response(_csv_lines(running.engine(), query.filter()), mimetype="text/csv")
    response.headers["Content-Disposition"] = "attachment; filename=audit.csv"
    return response


def _csv_lines(engine: Engine, wanted: AuditFilter) -> Iterator[str]:
    yield _line(_COLUMNS)
    with engine.connect() as connection:
        for row in stream_audit(connection, wanted, limit=MAX_EXPORT_ROWS):
            view = _view(row)
            changes = (_json(view["before"]), _json(view["after"]))
            texts = (str(view[name]) for name in ("actor", "address", "action", "subject"))
            yield _line((row["at"].isoformat(), *map(spreadsheet.cell, texts), *changes))


def _line(cells: tuple[str, ...]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _json(fields: object) -> str:
    return "" if fields is None else json.dumps(fields, ensure_ascii=False)


def _view(row: RowMapping) -> dict[str, object]:
    return {
        "id": str(row["id"]),
        "at_us": str(to_us(row["at"])),
        "actor": row["actor"],
        "address": row["address"],
        "action": row["action"],
        "subject": row["subject"],
        "before": plain_fields(row["before"]),
        "after": plain_fields(row["after"]),
    }
