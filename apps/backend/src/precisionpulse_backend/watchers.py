"""Who watches what over Socket.IO: rooms for each connection, news of changed rights, and an end to those whose session
ended."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_socketio import SocketIO
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from precisionpulse_backend.web_sessions import Session, WebSessions
from precisionpulse_sdk.replica.access import Person, may

_log = logging.getLogger(__name__)

_CHECK_AT_LEAST_EVERY_S = 30.0
PERMISSION = "client:read"


@dataclass
class Watcher:
    """One connection. `person`: as the page was last told; `clients`: those it watches; `everything`: it also gets
    those that are still to come."""

    session_id: bytes
    person: Person
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
        self._due = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher-check", daemon=True)

    def start(self) -> None:
        """Check sessions and rights whenever `check_soon` is called, and now and then. Returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop checking."""
        self._closing.set()
        self._due.set()
        self._thread.join(5)

    def emit(self, event: str, content: tuple[Any, ...], *, client: str) -> None:
        """Send an event to everybody who watches `client`."""
        self._socketio.emit(event, content, to=_room(client))
        self._socketio.emit(event, content, to=_ALL)

    def tell_all(self, event: str) -> None:
        """Send an event without content to every page."""
        self._socketio.emit(event)

    def add(self, sid: str, session: Session) -> None:
        """A connection was let in."""
        with self._lock:
            self._watchers[sid] = Watcher(session.id, session.person)
        self.check_soon()  # its rights may have changed since they were read

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

    def check_soon(self) -> None:
        """Sessions or rights may have changed: check every connection. Returns at once."""
        self._due.set()

    def check(self) -> None:
        """End what has lost its session, tell pages what their people may do now, and leave the rooms of clients that
        may not be seen any more."""
        watchers = dict(self._watchers)
        if not watchers:
            return
        with self._engine.connect() as connection:
            people = self._sessions.people(connection, {watcher.session_id for watcher in watchers.values()})
            endings = {
                watcher.session_id: self._sessions.why_ended(connection, watcher.session_id)
                for watcher in watchers.values()
                if watcher.session_id not in people
            }
        for sid, watcher in watchers.items():
            person = people.get(watcher.session_id)
            if person is None:
                self._socketio.emit("ended", endings[watcher.session_id], to=sid)
                self._server.disconnect(sid)
            elif person != watcher.person:
                watcher.person = person
                self._leave_forbidden(sid, watcher, person)
                self._socketio.emit("session", person_content(person), to=sid)

    def _leave_forbidden(self, sid: str, watcher: Watcher, person: Person) -> None:
        if watcher.everything and not may(person, PERMISSION):
            self.unwatch_everything(sid)
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
        while True:
            self._due.wait(_CHECK_AT_LEAST_EVERY_S)
            self._due.clear()
            if self._closing.is_set():
                return
            try:
                self.check()
            except SQLAlchemyError as error:
                _log.warning("sessions of viewers can't be checked now: %s", type(error).__name__)


def person_content(person: Person) -> Mapping[str, object]:
    """A person as pages know them."""
    return {
        "user": {
            "id": str(person.id),
            "username": person.username,
            "display_name": person.display_name,
            "must_change_password": person.must_change_password,
        },
        "permissions": sorted({right.permission for right in person.rights}),
        "rights": [
            {"permission": right.permission, "client": right.client}
            for right in sorted(person.rights, key=lambda right: (right.permission, right.client))
        ],
    }


_ALL = "all"


def _room(client: str) -> str:
    return f"client/{client}"
