"""The client for asyncio: the same names and guarantees as `client.Client`, awaitable where that one blocks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from google.protobuf.message import Message

from precisionpulse_sdk import client as blocking
from precisionpulse_sdk.client_stats import ClientStats
from precisionpulse_sdk.commands import Body, RunningCommand
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.events import ClientEvent
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.metric import Metric
from precisionpulse_sdk.outbox import OUTBOX_NAME, Lost, OutboxBounds
from precisionpulse_sdk.protocol.replica import ClientReplica
from precisionpulse_sdk.transport import Transport
from precisionpulse_sdk.values import Quality, Sample, Value, ValueType

__all__ = ["Client"]


class Client:
    """As `client.Client`; what waits for the disk or the hub is awaited and never blocks the event loop."""

    def __init__(
        self,
        identity: Identity,
        outbox: Path | str,
        *,
        config: ClientConfig | None = None,
        bounds: OutboxBounds | None = None,
        transport: Transport | None = None,
        replica: ClientReplica | None = None,
    ) -> None:
        self._client = blocking.Client(
            identity, outbox, config=config, bounds=bounds, transport=transport, replica=replica
        )

    @classmethod
    def open(
        cls,
        directory: Path | str,
        *,
        config: ClientConfig | None = None,
        bounds: OutboxBounds | None = None,
        transport: Transport | None = None,
        replica: ClientReplica | None = None,
    ) -> Self:
        """The client whose identity and outbox are in one directory, as `pp enrol` makes it."""
        place = Path(directory).expanduser()
        return cls(
            Identity.load(place),
            place / OUTBOX_NAME,
            config=config,
            bounds=bounds,
            transport=transport,
            replica=replica,
        )

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def metric(
        self,
        name: str,
        type: ValueType,
        *,
        unit: str = "",
        scale: int = 0,
        description: str = "",
        interval_ms: int = 0,
    ) -> Metric:
        """As `client.Client.metric`; hand the result to `record`."""
        return await asyncio.to_thread(
            self._client.metric,
            name,
            type,
            unit=unit,
            scale=scale,
            description=description,
            interval_ms=interval_ms,
        )

    async def record(
        self, metric: Metric | str, value: Value, *, at_us: int | None = None, quality: Quality = Quality.LIVE
    ) -> int:
        """As `client.Client.record`: durable when it returns."""
        return await asyncio.to_thread(self._client.record, metric, value, at_us=at_us, quality=quality)

    async def record_many(self, samples: Iterable[Sample]) -> range:
        """As `client.Client.record_many`."""
        return await asyncio.to_thread(self._client.record_many, samples)

    def on_command(
        self, kind: type[Body], handler: Callable[[RunningCommand[Body]], Coroutine[Any, Any, Message | None]]
    ) -> None:
        """As `client.Client.on_command`, with a handler that is awaited on the event loop of the caller."""
        loop = asyncio.get_running_loop()

        def run(command: RunningCommand[Body]) -> Message | None:
            return asyncio.run_coroutine_threadsafe(handler(command), loop).result()

        self._client.on_command(kind, run)

    def report_configuration(self, revision: int) -> None:
        """As `client.Client.report_configuration`."""
        self._client.report_configuration(revision)

    def set_bounds(self, bounds: OutboxBounds) -> None:
        """As `client.Client.set_bounds`."""
        self._client.set_bounds(bounds)

    def set_heartbeat_interval(self, longest_s: float) -> None:
        """As `client.Client.set_heartbeat_interval`."""
        self._client.set_heartbeat_interval(longest_s)

    async def catch_up(self, timeout_s: float) -> bool:
        """As `client.Client.catch_up`."""
        return await asyncio.to_thread(self._client.catch_up, timeout_s)

    async def synchronise(self, timeout_s: float) -> bool:
        """As `client.Client.synchronise`."""
        return await asyncio.to_thread(self._client.synchronise, timeout_s)

    def start(self) -> None:
        """Connect, and stay connected. Returns at once."""
        self._client.start()

    def pause(self) -> None:
        """As `client.Client.pause`."""
        self._client.pause()

    def resume(self) -> None:
        """As `client.Client.resume`."""
        self._client.resume()

    async def close(self, timeout_s: float = 3.0) -> None:
        """As `client.Client.close`."""
        await asyncio.to_thread(self._client.close, timeout_s)

    def stats(self) -> ClientStats:
        """How the client is now."""
        return self._client.stats()

    async def lost(self, limit: int = 1000) -> Lost:
        """As `client.Client.lost`."""
        return await asyncio.to_thread(self._client.lost, limit)

    async def wait_drained(self, timeout_s: float) -> bool:
        """As `client.Client.wait_drained`."""
        return await asyncio.to_thread(self._client.wait_drained, timeout_s)

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[ClientEvent]]:
        """The client's events from the moment of entering: `async with client.events() as events: async for event in
        events`."""
        loop = asyncio.get_running_loop()
        waiting: asyncio.Queue[ClientEvent] = asyncio.Queue()
        stop = self._client.subscribe(lambda event: loop.call_soon_threadsafe(waiting.put_nowait, event))

        async def follow() -> AsyncIterator[ClientEvent]:
            while True:
                yield await waiting.get()

        try:
            yield follow()
        finally:
            stop()
