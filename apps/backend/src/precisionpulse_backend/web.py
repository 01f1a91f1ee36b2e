"""The `web` program's parts, put together: REST, Socket.IO and the live reader, one object to start and to close."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import Any

from apiflask import APIFlask
from flask_socketio import SocketIO
from prometheus_client import CollectorRegistry
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from precisionpulse_backend import database, health, sockets
from precisionpulse_backend.announcer import Announcer
from precisionpulse_backend.app import create_app
from precisionpulse_backend.auth import Doorkeeper
from precisionpulse_backend.commanding import Commands
from precisionpulse_backend.contact_log import ContactLog
from precisionpulse_backend.counters import CountsCollector, HttpMetrics
from precisionpulse_backend.enrolment import Enrolments
from precisionpulse_backend.history import HistoryReader
from precisionpulse_backend.link_cutter import LinkCutter
from precisionpulse_backend.live import WATCHED, LiveRooms
from precisionpulse_backend.losses import LossReader
from precisionpulse_backend.notifications import AUDIT_WRITTEN, REPLICA_CHANGED, SESSION_ENDED, Notifications
from precisionpulse_backend.overview import OverviewReader
from precisionpulse_backend.socket_door import SocketDoor
from precisionpulse_backend.watchers import Watchers
from precisionpulse_backend.web_sessions import WebSessions
from precisionpulse_sdk.config import HubConfig
from precisionpulse_sdk.hub import ClientKeys, LiveReader
from precisionpulse_sdk.replica import Replica
from precisionpulse_sdk.transport import Transport

_log = logging.getLogger(__name__)

_PING_INTERVAL_S, _PING_TIMEOUT_S = 15, 15
_MAX_MESSAGE_BYTES = 1 << 20


@dataclass(frozen=True)
class WebParts:
    """What the web program is made from."""

    site: str
    engine: Engine
    replica: Replica
    sessions: WebSessions
    enrolments: Enrolments
    keys: ClientKeys
    hub_key: bytes
    transport: Transport
    origins: tuple[str, ...] = ()
    link_cutter: LinkCutter | None = None


class Web:
    """One web worker. `app` is the WSGI application, sockets included."""

    def __init__(self, parts: WebParts) -> None:
        self.registry = CollectorRegistry()
        keeper = Doorkeeper(parts.engine, parts.sessions)
        overviews = OverviewReader(parts.engine)
        origins: Any = list(parts.origins) or None  # None: only the origin that the request came to
        self.socketio = SocketIO(
            async_mode="threading",
            # One message a packet: the usual form sends bytes apart from their event, and several threads send.
            serializer="msgpack",  # type: ignore[call-arg]  # an option of the Socket.IO server's
            # One event of a page at a time: each would otherwise get a thread of its own, and a flood as many.
            async_handlers=False,
            ping_interval=_PING_INTERVAL_S,
            ping_timeout=_PING_TIMEOUT_S,
            max_http_buffer_size=_MAX_MESSAGE_BYTES,
            cors_allowed_origins=origins,
            manage_session=False,
        )
        self._watchers = Watchers(self.socketio, parts.engine, parts.sessions)
        self._notifications = Notifications(
            database.conninfo(parts.engine.url.render_as_string(hide_password=False)), self._heard
        )
        self._contacts = ContactLog(parts.engine)
        self._live = LiveRooms(
            overviews,
            self._watchers.emit,
            heartbeat_interval_s=HubConfig().heartbeat_interval_s,
            note=self._contacts.note,
        )
        self._reader = LiveReader(
            parts.site,
            parts.keys,
            parts.transport,
            hub_key=parts.hub_key,
            on_message=self._live.take,
            watch=WATCHED,
        )
        self.registry.register(
            CountsCollector("live_refused", lambda: self._reader.refused, lambda: self._reader.connected)
        )
        announcer = Announcer(parts.site, parts.hub_key, parts.transport)
        parts.replica.subscribe(lambda changed: announcer.replica_advanced(changed.cursor))
        self.app: APIFlask = create_app(
            keeper,
            HttpMetrics(self.registry),
            {
                "site": parts.site,
                "engine": parts.engine,
                "replica": parts.replica,
                "overviews": overviews,
                "history": HistoryReader(parts.engine),
                "losses": LossReader(parts.engine),
                "link_cutter": parts.link_cutter,
                "live": self._live,
                "watchers": self._watchers,
                "announcer": announcer,
                "commands": Commands(parts.engine, announcer),
                "enrolments": parts.enrolments,
                "probes": health.Probes({"database": database_probe(parts.engine), "broker": self._check_broker}),
                "registry": self.registry,
            },
        )
        self.socketio.init_app(self.app)
        _bound_messages(self.socketio)
        self.app.wsgi_app = SocketDoor(self.app.wsgi_app, parts.engine, parts.sessions)  # type: ignore[method-assign]
        sockets.register(self.socketio, keeper, self._watchers, self._live, overviews)

    def start(self) -> None:
        """Begin to watch the broker and the viewers. Returns at once."""
        self._contacts.start()
        self._reader.start()
        self._live.start()
        self._watchers.start()
        self._notifications.start()

    def close(self) -> None:
        """Stop watching."""
        self._notifications.close()
        self._reader.close()
        self._live.close()
        self._contacts.close()
        self._watchers.close()

    def _heard(self, channels: Collection[str]) -> None:
        """Any program of the site committed something that pages must know of."""
        if REPLICA_CHANGED in channels or SESSION_ENDED in channels:
            self._watchers.check_soon()
        if REPLICA_CHANGED in channels:
            self._watchers.tell_all("replica")
        if AUDIT_WRITTEN in channels:
            self._watchers.tell_all("audit")

    def _check_broker(self) -> None:
        if not self._reader.connected:
            raise health.NotReadyError("no connection to the broker")


def _bound_messages(socketio: SocketIO) -> None:
    """Engine.IO weighs a message when all of it is there, and unpacked: one that is a thousand times smaller on the way
    would take the memory of everybody."""
    engine: Any = socketio.server.eio  # type: ignore[attr-defined]
    engine._async = {
        **engine._async,
        "websocket": partial(engine._async["websocket"], max_message_size=_MAX_MESSAGE_BYTES),
    }


def database_probe(engine: Engine) -> Callable[[], None]:
    """A check that the database answers."""

    def ping() -> None:
        try:
            with engine.connect() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError as error:
            raise health.NotReadyError("no connection to the database") from error

    return ping
