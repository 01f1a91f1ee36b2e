"""/conflicts and /refusals: values that lost against others, and changes that were refused (PP-SY-4, PP-SY-6)."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel
from sqlalchemy import RowMapping

from precisionpulse_backend import auth
from precisionpulse_backend.api import running
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.api.paging import PageQuery
from precisionpulse_backend.log_reader import PASSWORD, PASSWORD_FIELD, find_conflicts, find_refusals, people_s
from precisionpulse_backend.overview import micros

blueprint = APIBlueprint("conflicts", __name__, url_prefix="/api/v1")


class ClaimView(BaseModel):
    """One of two values that met. `actor` is empty when it is not known; `node`: hub, or the client that it was set at;
    `value` is None for secrets."""

    value: Any
    actor: str
    node: str
    at_us: Number


class ConflictView(BaseModel):
    """A value that lost, and the one that stands. A password's field is called "password", and nothing else is said of
    it."""

    id: str
    at_us: Number
    kind: str
    subject: str
    field: str
    losing: ClaimView
    winning: ClaimView


class ConflictPage(BaseModel):
    """Conflicts, newest first; `next` is what to give as `before` for those that follow."""

    conflicts: list[ConflictView]
    next: str | None


class RefusalView(BaseModel):
    """A change of a client that the hub refused: what it would have set (None for a delete), and what stands."""

    id: str
    at_us: Number
    client: str
    actor: str
    kind: str
    subject: str
    code: str
    text: str
    wanted: dict[str, Any] | None
    current: dict[str, Any] | None


class RefusalPage(BaseModel):
    """Refusals, newest first; `next` is what to give as `before` for those that follow."""

    refusals: list[RefusalView]
    next: str | None


@blueprint.get("/conflicts")
@auth.requires("conflict:read", for_all=True)
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(ConflictPage)
@blueprint.doc(summary="Values that lost, newest first")
def list_conflicts(query: PageQuery) -> Response:
    with running.engine().connect() as connection:
        rows = find_conflicts(connection, before=query.before, limit=query.wanted)
    shown, following = query.cut(rows)
    return jsonify({"conflicts": [_conflict(row) for row in shown], "next": following})


@blueprint.get("/refusals")
@auth.requires("conflict:read", for_all=True)
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(RefusalPage)
@blueprint.doc(summary="Changes that were refused, newest first")
def list_refusals(query: PageQuery) -> Response:
    with running.engine().connect() as connection:
        rows = find_refusals(connection, before=query.before, limit=query.wanted)
    shown, following = query.cut(rows)
    return jsonify({"refusals": [_refusal(row) for row in shown], "next": following})


def _conflict(row: RowMapping) -> dict[str, object]:
    return {
        "id": str(row["id"]),
        "at_us": str(micros(row["at"])),
        "kind": row["kind"],
        "subject": row["subject"],
        "field": PASSWORD if row["field"] == PASSWORD_FIELD else row["field"],
        "losing": _claim(row, "losing"),
        "winning": _claim(row, "winning"),
    }


def _claim(row: RowMapping, side: str) -> dict[str, object]:
    at = row[f"{side}_at"]
    return {
        "value": None if row["field"] == PASSWORD_FIELD else row[side],
        "actor": row[f"{side}_actor"],
        "node": at.node,
        "at_us": str(at.wall_us),
    }


def _refusal(row: RowMapping) -> dict[str, object]:
    return {
        "id": str(row["id"]),
        "at_us": str(micros(row["at"])),
        **{name: row[name] for name in ("client", "actor", "kind", "subject", "code", "text")},
        "wanted": people_s(row["wanted"]),
        "current": people_s(row["current"]),
    }
