"""A broker with a network around it that loses, doubles, delays and cuts, under virtual time and a seeded generator."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from precisionpulse_sdk.errors import ConnectionFailedError, LinkError
from precisionpulse_sdk.testing.time import VirtualTime
from precisionpulse_sdk.transport import Completion, Subscription, TransportListener, Will
from precisionpulse_sdk.transport.filters import matches, split_share

KEEPALIVE_S = 15.0


@dataclass
class Faults:
    """How bad the network is now: probabilities per message, and the longest ordinary delay in seconds."""

    drop: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    delay_s: float = 0.005


@dataclass(frozen=True, slots=True)
class NetworkDelivery:
    """A message that arrived; acknowledging it has no effect here."""

    topic: str
    payload: bytes
    retained: bool = False

    def ack(self) -> None:
        """Nothing: this broker forgets, as a killed one does."""


class FaultyNetwork:
    """Routes messages between `NetworkTransport`s; of a share group one member gets each. `up` is False while the
    broker is down; `partitioned` holds the names whose messages vanish both ways with no connection closing."""

    def __init__(self, time: VirtualTime, rng: random.Random) -> None:
        self.time = time
        self.rng = rng
        self.faults = Faults()
        self.up = True
        self.partitioned: set[str] = set()
        self._links: dict[str, _Link] = {}

    def transport(self, name: str) -> NetworkTransport:
        """A transport for the peer of that name."""
        return NetworkTransport(self, name)

    def cut(self, name: str) -> None:
        """The connection of that name breaks, and both ends notice."""
        link = self._links.pop(name, None)
        if link is not None:
            self._send_will(link)
            link.tell_ended(ConnectionFailedError("the connection was cut"))

    def crash(self, down_s: float) -> None:
        """The broker dies with all it held, and is back after `down_s`."""
        self.up = False
        for link in list(self._links.values()):
            link.tell_ended(ConnectionFailedError("the broker died"))
        self._links.clear()
        self.time.after(down_s, lambda: setattr(self, "up", True))

    def connect(self, link: _Link) -> None:
        """One attempt of a transport."""
        if link.name in self.partitioned:
            self.time.after(KEEPALIVE_S, lambda: link.tell_ended(ConnectionFailedError("no answer")))
        elif not self.up:
            self.time.after(self._delay_s(), lambda: link.tell_ended(ConnectionFailedError("refused")))
        else:
            self.time.after(self._delay_s(), lambda: self._accept(link))

    def publish(self, link: _Link, topic: str, payload: bytes, done: Completion | None) -> None:
        """A message leaves a peer; the order of one peer's messages is kept, unless the faults say otherwise."""
        if link.ended or self._links.get(link.name) is not link:
            if done:
                done(ConnectionFailedError("not connected"))
            return
        self._schedule(link, lambda: self._arrive(link, topic, payload, done))

    def forget(self, link: _Link) -> None:
        """A peer said good-bye."""
        if self._links.get(link.name) is link:
            del self._links[link.name]

    def _accept(self, link: _Link) -> None:
        if link.ended:
            return
        if not self.up or link.name in self.partitioned:
            link.tell_ended(ConnectionFailedError("no answer"))
            return
        old = self._links.pop(link.name, None)
        if old is not None:
            old.tell_ended(ConnectionFailedError("the same name connected again"))
        self._links[link.name] = link
        link.connected()

    def _arrive(self, link: _Link, topic: str, payload: bytes, done: Completion | None) -> None:
        if self._links.get(link.name) is not link or link.name in self.partitioned:
            if link.name in self.partitioned:
                self._expire(link)
            return
        if done:
            done(None)
        self._route(topic, payload)

    def _route(self, topic: str, payload: bytes) -> None:
        receivers: list[_Link] = []
        shared: dict[str, list[_Link]] = {}
        for link in self._links.values():
            for group in link.groups(topic):
                if group is None:
                    receivers.append(link)
                else:
                    shared.setdefault(group, []).append(link)
        receivers += [self.rng.choice(members) if len(members) > 1 else members[0] for members in shared.values()]
        for receiver in receivers:
            copies = 2 if self.rng.random() < self.faults.duplicate else 1
            for _ in range(copies):
                self._schedule(receiver, partial(self._deliver, receiver, topic, payload))

    def _deliver(self, receiver: _Link, topic: str, payload: bytes) -> None:
        if receiver.name in self.partitioned:
            self._expire(receiver)
        elif self._links.get(receiver.name) is receiver and self.rng.random() >= self.faults.drop:
            receiver.listener.on_message(NetworkDelivery(topic, payload))

    def _expire(self, link: _Link) -> None:
        """A silent partition is noticed by the keep-alive, if it lasts."""
        if link.expiring:
            return
        link.expiring = True

        def check() -> None:
            link.expiring = False
            if link.name in self.partitioned and self._links.get(link.name) is link:
                self.cut(link.name)

        self.time.after(KEEPALIVE_S, check)

    def _schedule(self, link: _Link, event: Callable[[], None]) -> None:
        at_s = self.time.mono_s + self._delay_s()
        if self.rng.random() >= self.faults.reorder:
            at_s = link.last_at_s = max(at_s, link.last_at_s)
        self.time.after(at_s - self.time.mono_s, event)

    def _delay_s(self) -> float:
        return self.rng.uniform(0.0005, self.faults.delay_s)

    def _send_will(self, link: _Link) -> None:
        if link.will is not None and self.up:
            self._route(link.will.topic, link.will.payload)


class _Link:
    """One connection, or an attempt at one."""

    def __init__(
        self,
        network: FaultyNetwork,
        name: str,
        listener: TransportListener,
        subscriptions: Sequence[Subscription],
        will: Will | None,
    ) -> None:
        self.network = network
        self.name = name
        self.listener = listener
        self.filters = [split_share(wanted.topic_filter) for wanted in subscriptions]
        self.will = will
        self.ended = False
        self.expiring = False
        self.last_at_s = 0.0
        self._groups: dict[str, tuple[str | None, ...]] = {}

    def groups(self, topic: str) -> tuple[str | None, ...]:
        """Under which share groups this connection wants a topic; None stands for an ordinary subscription."""
        found = self._groups.get(topic)
        if found is None:
            wanted = {share.group for share in self.filters if matches(share.topic_filter, topic)}
            found = self._groups[topic] = tuple(sorted(wanted, key=str))
        return found

    def connected(self) -> None:
        if not self.ended:
            self.listener.on_connected()

    def tell_ended(self, error: LinkError | None) -> None:
        if not self.ended:
            self.ended = True
            self.listener.on_disconnected(error)


class NetworkTransport:
    """A `Transport` over a `FaultyNetwork`."""

    def __init__(self, network: FaultyNetwork, name: str) -> None:
        self._network = network
        self._name = name
        self._link: _Link | None = None

    def connect(self, listener: TransportListener, *, subscriptions: Sequence[Subscription], will: Will | None) -> None:
        """As `Transport.connect`."""
        self._link = _Link(self._network, self._name, listener, subscriptions, will)
        self._network.connect(self._link)

    def publish(
        self, topic: str, payload: bytes, *, qos: int, retain: bool = False, on_complete: Completion | None = None
    ) -> None:
        """As `Transport.publish`; nothing is retained here."""
        if self._link is not None:
            self._network.publish(self._link, topic, payload, on_complete)
        elif on_complete:
            on_complete(ConnectionFailedError("not connected"))

    def disconnect(self) -> None:
        """As `Transport.disconnect`."""
        link, self._link = self._link, None
        if link is not None:
            self._network.forget(link)
            self._network.time.after(0, lambda: link.tell_ended(None))

    def die(self) -> None:
        """The peer's process is killed: its connection breaks, and it hears nothing any more."""
        link, self._link = self._link, None
        if link is not None:
            link.ended = True
            self._network.cut(link.name)
