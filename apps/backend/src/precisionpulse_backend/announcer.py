"""What the web program tells the other workers on the hub channels."""

from __future__ import annotations

import os
import threading
import time

from google.protobuf.message import Message

from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.frame import Sealer
from precisionpulse_sdk.keys import SALT_BYTES
from precisionpulse_sdk.transport import Transport


class Announcer:
    """Seals announcements under the site's hub key. Thread-safe. Without a broker connection an announcement is lost:
    viewers also learn from the next request."""

    def __init__(self, site: str, hub_key: bytes, transport: Transport) -> None:
        self._site = site
        self._transport = transport
        self._lock = threading.Lock()
        self._sealer = Sealer(hub_key, 1, "hub", time.time_ns() // 1000, os.urandom(SALT_BYTES))

    def client_changed(self, client: str) -> None:
        """A client was enrolled, revoked or renamed."""
        self._announce(channels.CLIENT_CHANGED, pb.ClientChanged(client=client))

    def command_changed(self, client: str, command_id: bytes) -> None:
        """A command was issued or withdrawn: a coordinator sends it, viewers look at it."""
        self._announce(channels.COMMAND_CHANGED, pb.CommandChanged(client=client, command_id=command_id))

    def replica_advanced(self, cursor: int) -> None:
        """The replica has committed something: the coordinators send the feed."""
        self._announce(channels.REPLICA_ADVANCED, pb.ReplicaAdvanced(cursor=cursor))

    def _announce(self, channel: channels.Channel, message: Message) -> None:
        topic = channels.topic_of(channel, self._site)
        with self._lock:
            payload = self._sealer.seal(channel, topic, message, sent_us=time.time_ns() // 1000)
        self._transport.publish(topic, payload, qos=channel.qos, retain=channel.retain)
