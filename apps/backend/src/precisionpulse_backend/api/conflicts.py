"""/conflicts and /refusals: values that lost against others, and changes that were refused (PP-SY-4, PP-SY-6)."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import Response
from pydantic import BaseModel
from sqlalchemy import RowMapping

from precisionpulse_backend import auth
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.api.paging import Page, PageQuery, page
from precisionpulse_sdk.moments import to_us
from precisionpulse_sdk.replica.logs import PASSWORD, plain_fields, plain_name
from precisionpulse_sdk.replica.tables import conflicts, refusals

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


class ConflictPage(Page):
    """Conflicts, newest first."""

    conflicts: list[ConflictView]


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


class RefusalPage(Page):
    """Refusals, newest first."""

    refusals: list[RefusalView]


@blueprint.get("/conflicts")
@auth.requires("conflict:read", for_all=True)
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(ConflictPage)
@blueprint.doc(summary="Values that lost, newest first")
def list_conflicts(query: PageQuery) -> Response:
    return page(query, conflicts, "conflicts", _conflict)


@blueprint.get("/refusals")
@auth.requires("conflict:read", for_all=True)
@blueprint.input(PageQuery, location="query", arg_name="query")
@blueprint.output(RefusalPage)
@blueprint.doc(summary="Changes that were refused, newest first")
def list_refusals(query: PageQuery) -> Response:
    return page(query, refusals, "refusals", _refusal)


def _conflict(row: RowMapping) -> dict[str, object]:
    return {
        "id": str(row["id"]),
        "at_us": str(to_us(row["at"])),
        "kind": row["kind"],
        "subject": row["subject"],
        "field": plain_name(row["field"]),
        "losing": _claim(row, "losing"),
        "winning": _claim(row, "winning"),
    }


def _claim(row: RowMapping, side: str) -> dict[str, object]:
    at = row[f"{side}_at"]
    return {
        "value": None if plain_name(row["field"]) == PASSWORD else row[side],
        "actor": row[f"{side}_actor"],
        "node": at.node,
        "at_us": str(at.wall_us),
    }


def _refusal(row: RowMapping) -> dict[str, object]:
    return {
        "id": str(row["id"]),
        "at_us": str(to_us(row["at"])),
        **{name: row[name] for name in ("client", "actor", "kind", "subject", "code", "text")},
        "wanted": plain_fields(row["wanted"]),
        "current": plain_fields(row["current"]),
    }
