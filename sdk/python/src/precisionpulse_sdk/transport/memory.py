"""An in-process broker for tests and simulations: the semantics that the SDK relies on, and the faults to be survived.

Nothing happens until `MemoryBroker.deliver` is called, in one order that the calls fix; so a run is repeatable. A
broker made with `auto=True` does it on a thread of its own.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from precisionpulse_sdk.errors import ConnectionFailedError, LinkError, UsageError
from precisionpulse_sdk.transport import Completion, Subscription, TransportListener, Will
from precisionpulse_sdk.transport.delivery import AcknowledgeableDelivery
from precisionpulse_sdk.transport.filters import matches, split_share

logger = logging.getLogger(__name__)

Access = Callable[[str, str, Literal["read", "write"]], bool]
"""`(username, topic, action)` → allowed. As in Mosquitto, reading is judged for each message, not on subscribing."""


@dataclass(frozen=True, slots=True)
class _Message:
    topic: str
    payload: bytes
    qos: int
    retain: bool


@dataclass(eq=False, slots=True)
class _Link:
    """One accepted connection, seen from the broker."""

    client_id: str
    username: str
    listener: TransportListener
    subscriptions: tuple[Subscription, ...]
    will: Will | None
    open: bool = True
    """The broker believes that the connection stands or is being made."""
    ended: bool = False
    """The client knows that the connection is over."""
    unacknowledged: dict[int, tuple[_Message, str | None]] = field(default_factory=dict)
    """QoS 1 deliveries by their number, with the share group that they came through."""
    completions: dict[int, Completion] = field(default_factory=dict)


class MemoryBroker:
    """Retained messages, wills, wildcards, shared subscriptions in turn; a group gets unacknowledged messages again.

    Sessions are clean: what an ordinary subscriber did not get before it was cut is gone, as with a killed broker.
    """

    def __init__(self, *, access: Access | None = None, auto: bool = False) -> None:
        self._access = access
        self._lock = threading.RLock()
        self._work = threading.Condition(self._lock)
        self._actions: deque[Callable[[], None]] = deque()
        self._links: dict[str, _Link] = {}
        self._held: dict[str, list[Callable[[], None]]] = {}
        self._retained: dict[str, _Message] = {}
        self._turns: dict[tuple[str, str], int] = {}
        self._counts: dict[str, int] = {}
        self._faults: deque[tuple[str, Literal["drop", "duplicate"]]] = deque()
        self._refusal: LinkError | None = None
        self._numbers = 0
        self._closed = False
        self._thread: threading.Thread | None = None
        if auto:
            self._thread = threading.Thread(target=self._run, name="memory-broker", daemon=True)
            self._thread.start()

    # What a test does to time and to the network

    def deliver(self, limit: int | None = None) -> int:
        """Do what waits, up to `limit` steps, until nothing is left; the result is how many steps were done."""
        done = 0
        while limit is None or done < limit:
            with self._lock:
                if not self._actions:
                    break
                action = self._actions.popleft()
            action()
            done += 1
        return done

    def cut(self, client_id: str) -> None:
        """Lose the client's connection abruptly: its will is published; the client learns of it, unless blocked."""
        with self._lock:
            link = self._links.get(client_id)
            if link is not None:
                self._end(link, ConnectionFailedError("the connection to the broker was lost"), will=True)

    def block(self, client_id: str) -> None:
        """Begin a silent partition: nothing passes either way, and nobody is told. New attempts hang until it ends."""
        with self._lock:
            self._held.setdefault(client_id, [])

    def unblock(self, client_id: str) -> None:
        """End a silent partition; what was held passes now, in order."""
        with self._lock:
            self._actions.extend(self._held.pop(client_id, ()))
            self._work.notify()

    def stop(self, *, keep_retained: bool = True) -> None:
        """Kill the broker: every connection is lost without a will, and no new one is made until `start`."""
        with self._lock:
            self._refusal = ConnectionFailedError("the broker is stopped: connection refused")
            for link in list(self._links.values()):
                self._end(link, ConnectionFailedError("the connection to the broker was lost"), will=False)
            if not keep_retained:
                self._retained.clear()

    def start(self) -> None:
        """Accept connections again after `stop` or `refuse`."""
        with self._lock:
            self._refusal = None

    def refuse(self, error: LinkError) -> None:
        """Let every connection attempt fail with this error until `start`."""
        with self._lock:
            self._refusal = error

    def drop_next(self, topic_filter: str = "#", count: int = 1) -> None:
        """Lose the next `count` messages on these topics after acknowledging them to their publisher."""
        with self._lock:
            self._faults.extend([(topic_filter, "drop")] * count)

    def duplicate_next(self, topic_filter: str = "#", count: int = 1) -> None:
        """Route the next `count` messages on these topics twice."""
        with self._lock:
            self._faults.extend([(topic_filter, "duplicate")] * count)

    # What a test sees

    def count(self, topic_filter: str = "#") -> int:
        """How many messages were accepted on these topics since the broker was made, wills included."""
        with self._lock:
            return sum(count for topic, count in self._counts.items() if matches(topic_filter, topic))

    def retained(self, topic: str) -> bytes | None:
        """The payload kept for a topic."""
        with self._lock:
            message = self._retained.get(topic)
            return None if message is None else message.payload

    def connected(self) -> tuple[str, ...]:
        """Client ids that the broker believes to be connected, in the order in which they came."""
        with self._lock:
            return tuple(self._links)

    def close(self) -> None:
        """End the thread of an automatic broker; what waits is dropped."""
        with self._lock:
            self._closed = True
            self._actions.clear()
            self._work.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    # The transport's side

    def _connect(self, link: _Link) -> None:
        def act() -> None:
            with self._lock:
                if link.ended:
                    return
                if self._refusal is not None:
                    self._end(link, self._refusal, will=False)
                    return
                earlier = self._links.pop(link.client_id, None)
                if earlier is not None:
                    taken = ConnectionFailedError("another connection with the same client id took over")
                    self._end(earlier, taken, will=True)
                self._links[link.client_id] = link
                for subscription in link.subscriptions:
                    self._send_retained(link, subscription)
            link.listener.on_connected()

        self._pass(link, act)

    def _publish(self, link: _Link, message: _Message, on_complete: Completion | None) -> None:
        with self._lock:
            self._numbers += 1
            number = self._numbers
            ended = link.ended
            if on_complete is not None and not ended:
                link.completions[number] = on_complete
        if ended:
            if on_complete is not None:
                on_complete(LinkError("not connected to the broker"))
            return

        def act() -> None:
            with self._lock:
                if not link.open:
                    return
                allowed = self._access is None or self._access(link.username, message.topic, "write")
                if allowed:
                    self._accept(message)
                completion = link.completions.pop(number, None)
            if completion is not None:
                refused = LinkError(f"the broker refused a message on {message.topic}: not authorised")
                completion(None if allowed or message.qos == 0 else refused)

        self._pass(link, act)

    def _disconnect(self, link: _Link) -> None:
        def act() -> None:
            with self._lock:
                if link.open and link.client_id not in self._held:
                    self._end(link, None, will=False)
                    return
            # The goodbye does not pass the partition: the broker goes on believing, the client's own end closes.
            self._tell_ended(link, None)

        self._enqueue(act)

    def _acknowledge(self, link: _Link, number: int) -> None:
        def act() -> None:
            with self._lock:
                link.unacknowledged.pop(number, None)

        self._pass(link, act)

    # Routing; the lock is held

    def _accept(self, message: _Message) -> None:
        self._counts[message.topic] = self._counts.get(message.topic, 0) + 1
        fault = next((fault for fault in self._faults if matches(fault[0], message.topic)), None)
        if fault is not None:
            self._faults.remove(fault)
            if fault[1] == "drop":
                return
        if message.retain and message.payload:
            self._retained[message.topic] = message
        elif message.retain:
            self._retained.pop(message.topic, None)
        for _ in range(2 if fault is not None else 1):
            self._route(message)

    def _route(self, message: _Message) -> None:
        groups: dict[tuple[str, str], list[tuple[_Link, int]]] = {}
        for link in self._links.values():
            wanted = -1
            for subscription in link.subscriptions:
                group, topic_filter = split_share(subscription.topic_filter)
                if not matches(topic_filter, message.topic):
                    continue
                if group is None:
                    wanted = max(wanted, subscription.qos)
                else:
                    groups.setdefault((group, topic_filter), []).append((link, subscription.qos))
            if wanted >= 0:
                self._send(link, message, min(wanted, message.qos), None, retained=False)
        for key, members in groups.items():
            turn = self._turns.get(key, 0)
            self._turns[key] = turn + 1
            link, qos = members[turn % len(members)]
            self._send(link, message, min(qos, message.qos), "/".join(key), retained=False)

    def _send_retained(self, link: _Link, subscription: Subscription) -> None:
        group, topic_filter = split_share(subscription.topic_filter)
        if group is not None:
            return
        for topic, message in self._retained.items():
            if matches(topic_filter, topic):
                self._send(link, message, min(subscription.qos, message.qos), None, retained=True)

    def _send(self, link: _Link, message: _Message, qos: int, group: str | None, *, retained: bool) -> None:
        if self._access is not None and not self._access(link.username, message.topic, "read"):
            return
        number = 0
        if qos > 0:
            self._numbers += 1
            number = self._numbers
            link.unacknowledged[number] = (message, group)
        acknowledge = partial(self._acknowledge, link, number) if number else None
        delivery = AcknowledgeableDelivery(message.topic, message.payload, retained, acknowledge)

        def act() -> None:
            if link.open and not link.ended:
                link.listener.on_message(delivery)

        self._pass(link, act)

    def _end(self, link: _Link, error: LinkError | None, *, will: bool) -> None:
        link.open = False
        if self._links.get(link.client_id) is link:
            del self._links[link.client_id]
        if will and link.will is not None:
            self._accept(_Message(link.will.topic, link.will.payload, link.will.qos, link.will.retain))
        for message, group in link.unacknowledged.values():
            if group is not None:
                self._redeliver(message, group)
        link.unacknowledged.clear()
        self._pass(link, lambda: self._tell_ended(link, error))

    def _tell_ended(self, link: _Link, error: LinkError | None) -> None:
        with self._lock:
            if link.ended:
                return
            link.ended = True
            completions = list(link.completions.values())
            link.completions.clear()
        for completion in completions:
            completion(error or LinkError("the connection was closed before the broker had answered"))
        link.listener.on_disconnected(error)

    def _redeliver(self, message: _Message, key: str) -> None:
        for link in self._links.values():
            for subscription in link.subscriptions:
                group, topic_filter = split_share(subscription.topic_filter)
                if group is not None and f"{group}/{topic_filter}" == key:
                    self._send(link, message, min(subscription.qos, message.qos), key, retained=False)
                    return

    def _pass(self, link: _Link, action: Callable[[], None]) -> None:
        """Do `action` when the network between the client and the broker lets it through."""

        def gate() -> None:
            with self._lock:
                held = self._held.get(link.client_id)
                if held is not None:
                    held.append(gate)
                    return
            action()

        self._enqueue(gate)

    def _enqueue(self, action: Callable[[], None]) -> None:
        with self._lock:
            if not self._closed:
                self._actions.append(action)
                self._work.notify()

    def _run(self) -> None:
        while True:
            with self._lock:
                while not self._actions and not self._closed:
                    self._work.wait()
                if self._closed:
                    return
            try:
                self.deliver(limit=1)
            except Exception:
                logger.exception("a listener or completion of the memory broker raised")


class MemoryTransport:
    """A `Transport` to a `MemoryBroker`. `username` is what access is judged by; it is the client id unless stated."""

    def __init__(self, broker: MemoryBroker, client_id: str, username: str | None = None) -> None:
        self._broker = broker
        self._client_id = client_id
        self._username = client_id if username is None else username
        self._link: _Link | None = None

    def connect(self, listener: TransportListener, *, subscriptions: Sequence[Subscription], will: Will | None) -> None:
        """See `Transport.connect`."""
        if self._link is not None and not self._link.ended:
            raise UsageError(f"{self._client_id} is connected already; disconnect first")
        self._link = _Link(self._client_id, self._username, listener, tuple(subscriptions), will)
        self._broker._connect(self._link)

    def publish(
        self, topic: str, payload: bytes, *, qos: int, retain: bool = False, on_complete: Completion | None = None
    ) -> None:
        """See `Transport.publish`."""
        link = self._link
        if link is not None and not link.ended:
            self._broker._publish(link, _Message(topic, payload, qos, retain), on_complete)
        elif on_complete is not None:
            on_complete(LinkError("not connected to the broker"))

    def disconnect(self) -> None:
        """See `Transport.disconnect`."""
        if self._link is not None and not self._link.ended:
            self._broker._disconnect(self._link)
