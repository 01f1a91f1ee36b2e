"""Who watches what over Socket.IO: rooms for each connection, and an end to those whose session or rights ended."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import Any

from flask_socketio import SocketIO
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from precisionpulse_backend.web_sessions import WebSessions
from precisionpulse_sdk.replica.access import Person, may

_log = logging.getLogger(__name__)

_SWEEP_EVERY_S = 1.0
PERMISSION = "client:read"


@dataclass
class Watcher:
    """One connection. `clients`: those it watches; `everything`: it also gets those that are still to come."""

    session_id: bytes
    clients: set[str] = field(default_factory=set)
    everything: bool = False


class Watchers:
    """The connections of this worker. Thread-safe."""

    def __init__(self, socketio: SocketIO, engine: Engine, sessions: WebSessions) -> None:
        self._socketio = socketio
        self._engine = engine
        self._sessions = sessions
        self._lock = threading.Lock()
        self._watchers: dict[str, Watcher] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher-sweep", daemon=True)

    def start(self) -> None:
        """Look for sessions and rights that have ended. Returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._closing.set()
        self._thread.join(5)

    def emit(self, event: str, content: tuple[Any, ...], *, client: str) -> None:
        """Send an event to everybody who watches `client`."""
        self._socketio.emit(event, content, to=_room(client))
        self._socketio.emit(event, content, to=_ALL)

    def add(self, sid: str, session_id: bytes) -> None:
        """A connection was let in."""
        with self._lock:
            self._watchers[sid] = Watcher(session_id)

    def remove(self, sid: str) -> None:
        """A connection has ended."""
        with self._lock:
            self._watchers.pop(sid, None)

    def person(self, sid: str) -> Person | None:
        """Who is behind a connection, with present rights; None when the session has ended."""
        watcher = self._watchers.get(sid)
        if watcher is None:
            return None
        with self._engine.begin() as connection:
            session = self._sessions.find(connection, watcher.session_id, used=False)
        return session.person if session else None

    def watch_everything(self, sid: str) -> None:
        """Send this connection the frames of all clients, of those too that are enrolled later."""
        watcher = self._watchers.get(sid)
        if watcher is not None and not watcher.everything:
            for client in list(watcher.clients):
                self.unwatch(sid, client)
            watcher.everything = True
            self._enter(sid, _ALL)

    def watch(self, sid: str, client: str) -> None:
        """Send this connection the frames of `client`."""
        watcher = self._watchers.get(sid)
        if watcher is not None and not watcher.everything and client not in watcher.clients:
            watcher.clients.add(client)
            self._enter(sid, _room(client))

    def unwatch(self, sid: str, client: str) -> None:
        """Send this connection no more of `client`."""
        watcher = self._watchers.get(sid)
        if watcher is not None and client in watcher.clients:
            watcher.clients.discard(client)
            self._leave(sid, _room(client))

    def unwatch_everything(self, sid: str) -> None:
        """Send this connection nothing more."""
        watcher = self._watchers.get(sid)
        if watcher is not None:
            for client in list(watcher.clients):
                self.unwatch(sid, client)
            if watcher.everything:
                watcher.everything = False
                self._leave(sid, _ALL)

    def end_session(self, session_id: bytes) -> None:
        """End the connections of a session."""
        for sid, watcher in list(self._watchers.items()):
            if watcher.session_id == session_id:
                self._server.disconnect(sid)

    def sweep(self) -> None:
        """End what has lost its session, and leave the rooms of clients that may not be seen any more."""
        for sid, watcher in list(self._watchers.items()):
            person = self.person(sid)
            if person is None:
                self._server.disconnect(sid)
            else:
                self._leave_forbidden(sid, watcher, person)

    def _leave_forbidden(self, sid: str, watcher: Watcher, person: Person) -> None:
        if watcher.everything and not may(person, PERMISSION):
            self.unwatch_everything(sid)
            self._server.disconnect(sid)
        for client in list(watcher.clients):
            if not may(person, PERMISSION, client):
                self.unwatch(sid, client)

    @property
    def _server(self) -> Any:
        # Known only once the SocketIO has its app.
        server: Any = getattr(self._socketio, "server", None)
        return server

    def _enter(self, sid: str, room: str) -> None:
        self._server.enter_room(sid, room)

    def _leave(self, sid: str, room: str) -> None:
        self._server.leave_room(sid, room)

    def _run(self) -> None:
        while not self._closing.wait(_SWEEP_EVERY_S):
            try:
                self.sweep()
            except SQLAlchemyError as error:
                _log.warning("sessions of viewers can't be checked now: %s", type(error).__name__)


_ALL = "all"


def _room(client: str) -> str:
    return f"client/{client}"
