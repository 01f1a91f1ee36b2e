"""/clients: what streams to this site, how it is, and its history."""

from __future__ import annotations

import datetime as dt
import time
from typing import Annotated

from apiflask import APIBlueprint
from flask import Response, current_app, jsonify
from pydantic import BaseModel, Field, StringConstraints
from sqlalchemy import select, update

from precisionpulse_backend import audit, auth
from precisionpulse_backend.api import running
from precisionpulse_backend.errors import ConflictError, NotFoundError
from precisionpulse_backend.history import HistoryReader, Window, metric_view
from precisionpulse_backend.overview import Overview
from precisionpulse_backend.room import Room
from precisionpulse_backend.tables import clients
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica.access import visible

blueprint = APIBlueprint("clients", __name__, url_prefix="/api/v1/clients")

Number = Annotated[str, StringConstraints(pattern=r"^-?\d+$")]
"""A 64-bit integer as text, since JSON's numbers would change it."""
_DAY_US = 86_400_000_000


class ClientView(BaseModel):
    """A client. Times are µs since 1970; `phase` is what it does with its records; `link_can_be_cut` is true of a
    demonstration; `holds_accounts`: people can log in there, since it gets users with their password hashes."""

    id: str
    display_name: str
    enrolled_us: Number
    revoked: bool
    connected: bool
    connected_since_us: Number | None
    connected_reason: str
    last_seen_us: Number | None
    queued: Number
    oldest_captured_us: Number | None
    phase: str
    complete_to: Number
    last_record_seq: Number
    missing: Number
    duplicates: Number
    lost: Number
    link_can_be_cut: bool
    holds_accounts: bool


class ClientList(BaseModel):
    """The clients that the user may see, by name."""

    clients: list[ClientView]


class MetricView(BaseModel):
    """A metric in the present catalogue."""

    id: int
    name: str
    type: str
    unit: str
    scale: int
    description: str
    interval_ms: int


class ClientDetail(ClientView):
    """A client with its metrics, its SDK and its present install."""

    metrics: list[MetricView]
    sdk: dict[str, str]
    installs: list[dict[str, str]]


class HistoryQuery(BaseModel):
    """Which samples; without bounds the last day."""

    metric: str = Field(min_length=1, max_length=128)
    from_us: int | None = Field(default=None, ge=-(2**63), lt=2**63)
    to_us: int | None = Field(default=None, ge=-(2**63), lt=2**63)
    max_points: int = Field(default=600, ge=2, le=5000)


class PointView(BaseModel):
    """A sample, or, when there are too many, the newest of a span with the least and the greatest in it."""

    t_us: Number
    v: str | float | bool | None
    min: str | float | bool | None = None
    max: str | float | bool | None = None
    quality: str
    replayed: bool


class GapView(BaseModel):
    """Records that are lost for good, and why; or, with the cause "missing", records that the hub lacks between two
    points."""

    from_us: Number
    to_us: Number
    cause: str
    count: Number


class AbsenceView(BaseModel):
    """A spell without contact to the client, and how it began: clean, lost or silent. On the hub's clock; without end
    while it lasts."""

    from_us: Number
    to_us: Number | None
    reason: str


class HistoryView(BaseModel):
    """History of a metric. `truncated`: points stand for spans."""

    metric: MetricView
    points: list[PointView]
    gaps: list[GapView]
    absences: list[AbsenceView]
    truncated: bool


@blueprint.get("")
@auth.requires("client:read")
@blueprint.output(ClientList)
@blueprint.doc(summary="The clients that one may see")
def list_clients() -> Response:
    overviews = {overview.client: overview for overview in running.overviews().all()}
    seen = visible(auth.person(), "client:read", overviews)
    return jsonify({"clients": [_view(overviews[client], running.live().room(client)) for client in seen]})


@blueprint.get("/<client>")
@auth.requires("client:read")
@blueprint.output(ClientDetail)
@blueprint.doc(summary="One client", responses={404: "No such client"})
def show(client: str) -> Response:
    overview = _overview(client)
    view = _view(overview, running.live().room(client))
    view["metrics"] = [metric_view(metric) for metric in overview.metrics() if not metric.retired]
    view["sdk"] = {"name": overview.sdk_name, "version": overview.sdk_version}
    view["installs"] = [{"id": overview.install_id.hex()}] if overview.install_id else []
    return jsonify(view)


@blueprint.get("/<client>/history")
@auth.requires("client:read")
@blueprint.input(HistoryQuery, location="query", arg_name="query")
@blueprint.output(HistoryView)
@blueprint.doc(summary="History of one metric", responses={404: "No such client or metric"})
def history(client: str, query: HistoryQuery) -> Response:
    to_us = time.time_ns() // 1000 if query.to_us is None else query.to_us
    from_us = to_us - _DAY_US if query.from_us is None else query.from_us
    reader: HistoryReader = current_app.extensions["history"]
    found = reader.read(client, query.metric, Window(from_us, to_us, query.max_points))
    if found is None:
        raise NotFoundError("The client has no such metric.")
    return jsonify(found)


@blueprint.post("/<client>/revoke")
@auth.requires("client:revoke")
@blueprint.output({}, status_code=204)
@blueprint.doc(summary="Refuse everything that this client sends from now on", responses={404: "No such client"})
def revoke(client: str) -> Response:
    now = dt.datetime.now(dt.UTC)
    with running.engine().begin() as connection:
        row = connection.execute(
            select(clients.c.revoked_at).where(clients.c.client == client).with_for_update()
        ).first()
        if row is None:
            raise NotFoundError("There is no such client.")
        if row.revoked_at is not None:
            raise ConflictError("The client is revoked already.")
        connection.execute(update(clients).where(clients.c.client == client).values(revoked_at=now))
        audit.record(
            connection,
            actor=auth.person().username,
            address=auth.address(),
            action="client:revoke",
            subject=client,
            before={"revoked": False},
            after={"revoked": True},
        )
    current_app.extensions["announcer"].client_changed(client)
    return Response(status=204)


def _view(overview: Overview, room: Room) -> dict[str, object]:
    with room.lock:
        contact, heartbeat = room.contact, room.heartbeat
        last_seen_us = contact.last_seen_us or overview.newest_captured_us
        live = {
            "connected": contact.connected,
            "connected_since_us": _text(contact.since_us),
            "connected_reason": contact.reason,
            "last_seen_us": _text(last_seen_us),
        }
    beat = heartbeat or pb.Heartbeat()
    cutter = running.link_cutter()
    done = overview.completeness
    return {
        "id": overview.client,
        "display_name": overview.display_name,
        "enrolled_us": str(overview.enrolled_us),
        "revoked": overview.revoked,
        **live,
        "queued": str(beat.queued_records),
        "oldest_captured_us": str(beat.oldest_captured_us) if beat.HasField("oldest_captured_us") else None,
        "phase": _phase(beat.phase),
        "complete_to": str(done.complete_to),
        "last_record_seq": str(max(done.last_record_seq, beat.last_record_seq)),
        "missing": str(done.missing),
        "duplicates": str(done.duplicates),
        "lost": str(done.lost),
        "link_can_be_cut": cutter is not None and cutter.client == overview.client,
        "holds_accounts": overview.holds_accounts,
    }


def _phase(phase: int) -> str:
    known = phase in pb.LinkPhase.values() and phase != pb.LINK_PHASE_UNSPECIFIED
    return pb.LinkPhase.Name(phase).removeprefix("LINK_PHASE_").lower() if known else "unknown"


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _overview(client: str) -> Overview:
    found = running.overviews().one(client)
    if found is None:
        raise NotFoundError("There is no such client.")
    return found
