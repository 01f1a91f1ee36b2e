"""What a viewer of one client needs to start, and to go on after a loss: the present state, and the last frames."""

from __future__ import annotations

import threading
from collections import deque
from typing import NamedTuple

from precisionpulse_backend.contact import Contact
from precisionpulse_backend.latest import Latest
from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.hub import LiveMessage

MAX_FRAMES = 2000
MAX_BYTES = 512 * 1024


class RoomFrame(NamedTuple):
    """A frame as it is sent to viewers."""

    client: str
    channel: str
    room_seq: int
    body: bytes
    received_us: int


class Room:
    """One client's room. Hold `lock` while calling anything. `first_seq` is above every number that an earlier process
    gave."""

    def __init__(self, client: str, heartbeat_interval_s: float, *, first_seq: int) -> None:
        self.client = client
        self.lock = threading.RLock()
        self.seq = first_seq
        self.contact = Contact(heartbeat_interval_s)
        self.latest = Latest()
        self.catalogue: pb.Catalogue | None = None
        self.presence: pb.Presence | None = None
        self.heartbeat: pb.Heartbeat | None = None
        self.seeded = False
        self._frames: deque[RoomFrame] = deque()
        self._bytes = 0

    def take(self, message: LiveMessage, now_s: float) -> tuple[RoomFrame, bool]:
        """Take a frame in: its place in the room, and whether the client's connection is judged otherwise now."""
        changed = self._learn(message, now_s)
        self.seq += 1
        frame = RoomFrame(self.client, message.channel, self.seq, message.body, message.received_us)
        self._frames.append(frame)
        self._bytes += len(frame.body)
        while len(self._frames) > MAX_FRAMES or self._bytes > MAX_BYTES:
            self._bytes -= len(self._frames.popleft().body)
        return frame, changed

    def since(self, seq: int) -> list[RoomFrame] | None:
        """The frames after number `seq`, or None when not all of them are here."""
        oldest = self._frames[0].room_seq if self._frames else self.seq + 1
        if not oldest - 1 <= seq <= self.seq:
            return None
        return [frame for frame in self._frames if frame.room_seq > seq]

    def snapshot(self) -> pb.ClientSnapshot:
        """The present state, without completeness."""
        contact = self.contact
        snapshot = pb.ClientSnapshot(client=self.client, room_seq=self.seq, connected=contact.connected)
        if contact.since_us is not None:
            snapshot.connected_since_us = contact.since_us
        if contact.last_seen_us is not None:
            snapshot.last_seen_us = contact.last_seen_us
        for name, part in (
            ("presence", self.presence),
            ("heartbeat", self.heartbeat),
            ("catalogue", self.catalogue),
            ("latest", self.latest.batch()),
        ):
            if part is not None:
                getattr(snapshot, name).CopyFrom(part)
        return snapshot

    def _learn(self, message: LiveMessage, now_s: float) -> bool:
        content, contact = message.message, self.contact
        if isinstance(content, pb.Presence):
            self.presence = content
            return contact.presence(content, now_s, message.received_us)
        if isinstance(content, pb.Heartbeat):
            self.heartbeat = content
        elif isinstance(content, pb.Catalogue):
            self.catalogue = content
        elif isinstance(content, pb.Batch) and message.channel == channels.LIVE.name:
            self.latest.take(content)
        if isinstance(content, pb.ClientChanged):
            contact.enrolled_anew()
        if isinstance(content, pb.Committed | pb.ClientChanged | pb.CommandChanged):
            return False
        return contact.seen(message.header.epoch, now_s, message.received_us)
