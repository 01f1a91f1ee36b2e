"""The hub side besides readings, for anybody's backend (B2): replicas are kept in step, commands kept moving."""

from __future__ import annotations

import logging
import os
import queue
import threading
import time
from collections.abc import Callable

from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import HubConfig
from precisionpulse_sdk.errors import StorageError
from precisionpulse_sdk.hub_connection import HubConnection
from precisionpulse_sdk.keys import SALT_BYTES, share_filter
from precisionpulse_sdk.protocol.command_store import CommandStore, DueCommand
from precisionpulse_sdk.protocol.coordination import Coordination
from precisionpulse_sdk.protocol.effects import Instant, Publish
from precisionpulse_sdk.protocol.replica import HubReplica
from precisionpulse_sdk.protocol.store import ClientKeys
from precisionpulse_sdk.transport import Delivery, Subscription, Transport

__all__ = ["CommandStore", "Coordinator", "DueCommand", "HubReplica"]

_log = logging.getLogger(__name__)


class Coordinator:
    """Judges what clients changed and sends the feed of `replica`, sends the commands of `commands` and takes their
    statuses; either may be absent.

    One worker thread, apart from the one that takes readings in, so that neither waits for the other. Run as many
    processes as needed: the broker spreads the load over them. `hub_key` (32 bytes) is the site's key for the channels
    between hub workers."""

    def __init__(
        self,
        site: str,
        keys: ClientKeys,
        transport: Transport,
        *,
        hub_key: bytes,
        replica: HubReplica | None = None,
        commands: CommandStore | None = None,
        config: HubConfig | None = None,
        share_group: str = "coordinate",
    ) -> None:
        self._replica = replica
        self._transport = transport
        self._coordination = Coordination(
            channels.check_name(site, "site"),
            keys,
            hub_key=hub_key,
            draw_salt=lambda: os.urandom(SALT_BYTES),
            start_us=time.time_ns() // 1000,
            config=config or HubConfig(),
            replica=replica,
            commands=commands,
        )
        shared = [share_filter(share_group, hub_key, wanted) for wanted in self._coordination.shared_filters]
        wanted = [Subscription(topic, 1) for topic in (*shared, *self._coordination.own_filters)]
        self._inbox: queue.SimpleQueue[Delivery | Callable[[Instant], list[Publish]] | None] = queue.SimpleQueue()
        self._connection = HubConnection(transport, wanted, self._inbox.put)
        self._thread = threading.Thread(target=self._run, name="precisionpulse-coordinator", daemon=True)
        self._unsubscribe: Callable[[], None] = lambda: None

    def start(self) -> None:
        """Connect, stay connected and work. Returns at once."""
        if self._replica:
            self._unsubscribe = self._replica.subscribe(lambda _: self._inbox.put(self._advanced))
        self._thread.start()
        self._connection.start()

    def close(self, timeout_s: float = 5.0) -> None:
        """Finish what is under way, then stop. What was not answered comes again."""
        self._unsubscribe()
        self._inbox.put(None)
        self._thread.join(timeout_s)
        self._connection.close()

    @property
    def connected(self) -> bool:
        """Whether the broker connection stands."""
        return self._connection.connected

    def counts(self) -> dict[str, int]:
        """Frames by channel name, and refusals as `refused_<code>`, since the start."""
        return dict(self._coordination.counts)

    def _run(self) -> None:
        while True:
            wait_s = max(0.0, self._coordination.wake_at_s() - time.monotonic())
            try:
                item = self._inbox.get(timeout=wait_s)
            except queue.Empty:
                pass
            else:
                if item is None:
                    return
                self._take(item)
            self._do(self._coordination.tick)

    def _take(self, item: Delivery | Callable[[Instant], list[Publish]]) -> None:
        if callable(item):
            self._do(item)
            return
        frame = (item.topic, item.payload)
        self._do(lambda now: self._coordination.process([frame], now))
        item.ack()

    def _do(self, call: Callable[[Instant], list[Publish]]) -> None:
        try:
            answers = call(Instant(time.monotonic(), time.time_ns() // 1000))
        except Exception:  # noqa: BLE001  # a fault of the store's must not end the worker; clients ask again
            _log.exception("something could not be handled; the client will ask again")
            return
        for answer in answers:
            self._transport.publish(answer.topic, answer.payload, qos=answer.qos, retain=answer.retain)

    def _advanced(self, now: Instant) -> list[Publish]:
        """This process' replica has committed something: the other workers' clients must get it too."""
        if self._replica:
            try:
                cursor = self._replica.latest_cursor()
            except StorageError:
                return []
            self._coordination.announce(channels.REPLICA_ADVANCED, pb.ReplicaAdvanced(cursor=cursor), now)
        return self._coordination.replica_changed(now)
