"""What a page may ask over Socket.IO: to watch clients, to stop, and whether the application is there."""

from __future__ import annotations

import logging
import time
from typing import Annotated, Any, Literal

from flask import request
from flask_socketio import SocketIO
from pydantic import BaseModel, Field, ValidationError

from precisionpulse_backend.auth import Doorkeeper
from precisionpulse_backend.live import LiveRooms, connected_event
from precisionpulse_backend.overview import OverviewReader
from precisionpulse_backend.watchers import PERMISSION, Watchers
from precisionpulse_sdk.replica.access import may, visible

_log = logging.getLogger(__name__)

_MAX_CLIENTS = 10_000
ClientIds = Annotated[list[Annotated[str, Field(max_length=63)]], Field(max_length=_MAX_CLIENTS)]


class WatchRequest(BaseModel):
    """Which clients, and the number of the last frame seen of each room."""

    clients: ClientIds | Literal["*"]
    since: dict[str, int] = Field(default_factory=dict, max_length=_MAX_CLIENTS)


class UnwatchRequest(BaseModel):
    """Which clients; all when absent."""

    clients: ClientIds | Literal["*"] = "*"


def register(
    socketio: SocketIO, keeper: Doorkeeper, watchers: Watchers, live: LiveRooms, overviews: OverviewReader
) -> None:
    """Answer the events of the default namespace. Without a session a connection is refused; a request that can't be
    read is answered with `{"error": …}`."""

    @socketio.on("connect")
    def connect(_auth: Any = None) -> bool:
        session = keeper.session()
        if session is None or session.person.must_change_password:
            return False
        watchers.add(_sid(), session)
        return True

    @socketio.on("disconnect")
    def disconnect(_reason: Any = None) -> None:
        watchers.remove(_sid())

    @socketio.on("watch")
    def watch(content: Any = None) -> dict[str, Any]:
        sid = _sid()
        try:
            wanted = WatchRequest.model_validate(content)
        except ValidationError as error:
            return _invalid(error)
        person = watchers.person(sid)
        if person is None:
            return {"error": "not_logged_in"}
        known = {overview.client: overview for overview in overviews.all()}
        asked = list(known) if wanted.clients == "*" else [client for client in wanted.clients if client in known]
        everything = wanted.clients == "*" and may(person, PERMISSION)
        if everything:
            watchers.watch_everything(sid)
        seen = visible(person, PERMISSION, asked)
        snapshot, caught_up = live.answer(
            [known[client] for client in seen], wanted.since, lambda client: watchers.watch(sid, client)
        )
        for room in caught_up:
            socketio.emit("connected", connected_event(room), to=sid)
        return {"snapshot": snapshot.SerializeToString()}

    @socketio.on("unwatch")
    def unwatch(content: Any = None) -> dict[str, Any]:
        try:
            wanted = UnwatchRequest.model_validate(content or {})
        except ValidationError as error:
            return _invalid(error)
        if wanted.clients == "*":
            watchers.unwatch_everything(_sid())
        else:
            for client in wanted.clients:
                watchers.unwatch(_sid(), client)
        return {}

    @socketio.on("ping-app")
    def ping(content: Any = None) -> dict[str, Any]:
        sent = content.get("t") if isinstance(content, dict) else None
        return {"t": sent if isinstance(sent, int | float) else None, "server_us": str(time.time_ns() // 1000)}

    @socketio.on_error_default
    def failed(error: BaseException) -> dict[str, str]:
        _log.error("a viewer's request failed", exc_info=error)
        return {"error": "internal"}


def _invalid(error: ValidationError) -> dict[str, Any]:
    return {"error": "invalid_input", "fields": [".".join(map(str, fault["loc"])) for fault in error.errors()]}


def _sid() -> str:
    sid: str = request.sid  # type: ignore[attr-defined]
    return sid
