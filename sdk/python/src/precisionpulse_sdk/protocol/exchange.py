"""What a client's session carries besides readings: conversations that begin with the hub's Welcome, and end with the
session."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol, TypeVar

from google.protobuf.message import Message

from precisionpulse_sdk.channels import Channel
from precisionpulse_sdk.protocol.effects import Effect, Instant

PAGE_BYTES = 256 * 1024
"""Most bytes of content that one frame of a longer list carries: well below the least frame size that a hub states."""


class Send(NamedTuple):
    """A message for the other side, to be sealed and published by the session."""

    channel: Channel
    message: Message


Wanted = Send | Effect


class Exchange(Protocol):
    """One conversation of a client's session. Its answers are carried out in order; those made while there is no
    session are for the owner only."""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The channels on which it listens."""

    def begin(self, now: Instant) -> list[Wanted]:
        """The hub has welcomed the client."""

    def end(self) -> None:
        """The session is over; what was not answered is asked again in the next."""

    def take(self, message: Message, now: Instant) -> list[Wanted]:
        """A message on one of `channels`, while there is a session."""

    def tick(self, now: Instant) -> list[Wanted]:
        """Do what is due."""

    def wake_at_s(self) -> float | None:
        """When `tick` must be called at the latest, on the monotonic clock."""


class Exchanges:
    """The conversations of one session, as one."""

    def __init__(self, all_: Sequence[Exchange]) -> None:
        self._all = tuple(all_)
        self._by_channel = {channel: exchange for exchange in all_ for channel in exchange.channels}

    @property
    def channels(self) -> tuple[Channel, ...]:
        """As `Exchange.channels`, of all."""
        return tuple(self._by_channel)

    def begin(self, now: Instant) -> list[Wanted]:
        """As `Exchange.begin`, of all."""
        return [wanted for exchange in self._all for wanted in exchange.begin(now)]

    def end(self) -> None:
        """As `Exchange.end`, of all."""
        for exchange in self._all:
            exchange.end()

    def take(self, channel: Channel, message: Message, now: Instant) -> list[Wanted]:
        """As `Exchange.take`, of the one that listens on `channel`; nothing when none does."""
        exchange = self._by_channel.get(channel)
        return exchange.take(message, now) if exchange else []

    def tick(self, now: Instant) -> list[Wanted]:
        """As `Exchange.tick`, of all."""
        return [wanted for exchange in self._all for wanted in exchange.tick(now)]

    def wake_at_s(self) -> float | None:
        """As `Exchange.wake_at_s`, of the first."""
        times = (exchange.wake_at_s() for exchange in self._all)
        return min((at for at in times if at is not None), default=None)


Part = TypeVar("Part", bound=Message)


def pages(parts: Iterable[Part], max_bytes: int = PAGE_BYTES) -> list[Sequence[Part]]:
    """The parts in their order, in runs of at most `max_bytes`; a part that is larger makes a run of its own."""
    runs: list[list[Part]] = []
    size = 0
    for part in parts:
        own = part.ByteSize()
        if not runs or size + own > max_bytes:
            runs.append([])
            size = 0
        runs[-1].append(part)
        size += own
    return list(runs)
