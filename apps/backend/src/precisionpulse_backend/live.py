"""From the broker to the rooms: every frame that `LiveReader` opened goes to the client's viewers, bytes untouched."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from precisionpulse_backend.contact_log import Change
from precisionpulse_backend.overview import Overview, OverviewReader
from precisionpulse_backend.room import Room
from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.hub import LiveMessage

_log = logging.getLogger(__name__)

WATCHED = (
    channels.LIVE,
    channels.HISTORY,
    channels.PRESENCE,
    channels.HEARTBEAT,
    channels.CATALOGUE,
    channels.COMMITTED,
    channels.CLIENT_CHANGED,
    channels.COMMAND_CHANGED,
)
_CHECK_EVERY_S = 0.5


class Emit(Protocol):
    """Sends one event to everybody who watches `client`; must not block."""

    def __call__(self, event: str, content: tuple[Any, ...], *, client: str) -> None: ...


class LiveRooms:
    """All rooms of this web worker. `take` is `LiveReader`'s `on_message`; `note` is told of every change of contact,
    and must not block."""

    def __init__(
        self,
        overviews: OverviewReader,
        emit: Emit,
        *,
        heartbeat_interval_s: float,
        note: Callable[[Change], None] = lambda _: None,
        monotonic_s: Callable[[], float] = time.monotonic,
        wall_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self._overviews = overviews
        self._emit = emit
        self._interval_s = heartbeat_interval_s
        self._note = note
        self._monotonic_s = monotonic_s
        self._wall_us = wall_us
        self._lock = threading.Lock()
        self._rooms: dict[str, Room] = {}
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="contact-check", daemon=True)

    def start(self) -> None:
        """Look for clients that fell silent. Returns at once."""
        self._thread.start()

    def close(self) -> None:
        """Stop looking."""
        self._closing.set()
        self._thread.join(5)

    def take(self, message: LiveMessage) -> None:
        """Send a frame on to the client's viewers."""
        named = message.message
        client = (
            named.client if isinstance(named, pb.Committed | pb.ClientChanged | pb.CommandChanged) else message.client
        )
        if not client:
            return
        room = self.room(client)
        with room.lock:
            frame, changed = room.take(message, self._monotonic_s())
            self._emit("frame", tuple(frame), client=client)
            if changed:
                self._tell(room)

    def check(self) -> None:
        """Judge anew every client from which nothing came."""
        for room in list(self._rooms.values()):
            with room.lock:
                if room.contact.check(self._monotonic_s(), self._wall_us()):
                    self._tell(room)

    def room(self, client: str) -> Room:
        """The client's room, made when there is none."""
        room = self._rooms.get(client)
        if room is None:
            with self._lock:
                room = self._rooms.setdefault(client, Room(client, self._interval_s, first_seq=self._wall_us()))
        return room

    def seeded(self, overviews: Sequence[Overview]) -> list[Room]:
        """The rooms of those clients; what nothing came in for since the start is taken from the database."""
        rooms = []
        for overview in overviews:
            room = self.room(overview.client)
            if not room.seeded:
                samples = self._overviews.latest(overview)
                with room.lock:
                    room.seeded = True
                    room.latest.seed(overview.install_id, overview.catalogue_id, samples)
                    if room.catalogue is None and overview.catalogue:
                        room.catalogue = pb.Catalogue(
                            id=overview.catalogue_id, content=overview.catalogue, install_id=overview.install_id
                        )
            rooms.append(room)
        return rooms

    def answer(
        self, overviews: Sequence[Overview], since: dict[str, int], join: Callable[[str], None]
    ) -> tuple[pb.LiveSnapshot, list[Room]]:
        """What a viewer starts from, and the rooms whose state it is to learn from the frames that it missed. `join` is
        called for each client at the moment that the answer stands for."""
        snapshot = pb.LiveSnapshot(hub_time_us=self._wall_us())
        caught_up: list[Room] = []
        for overview, room in zip(overviews, self.seeded(overviews), strict=True):
            with room.lock:
                join(room.client)
                missed = room.since(since[room.client]) if room.client in since else None
                if missed is not None:
                    snapshot.missed.extend(pb.MissedFrame(**frame._asdict()) for frame in missed)
                    caught_up.append(room)
                    continue
                entry = room.snapshot()
            entry.completeness.CopyFrom(overview.completeness)
            snapshot.clients.append(entry)
        return snapshot, caught_up

    def _tell(self, room: Room) -> None:
        self._emit("connected", connected_event(room), client=room.client)
        contact = room.contact
        self._note(Change(room.client, contact.since_us or self._wall_us(), contact.connected, contact.reason))

    def _run(self) -> None:
        while not self._closing.wait(_CHECK_EVERY_S):
            self.check()


def connected_event(room: Room) -> tuple[str, bool, int | None, str]:
    """The content of a `connected` event."""
    return room.client, room.contact.connected, room.contact.since_us, room.contact.reason
