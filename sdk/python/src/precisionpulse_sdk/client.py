"""The blocking client: record, and everything else happens by itself (B1, D1, E1-E3).

One SDK thread owns the session and the connection; `record` runs on the caller's thread and returns when the reading is
durable."""

from __future__ import annotations

import logging
import os
import queue
import random
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from google.protobuf.message import Message

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.client_stats import ClientStats, gather
from precisionpulse_sdk.commands import BUILT_IN_LANE, Body, CommandDesk, RunningCommand
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.driver import Call, ClientDriver
from precisionpulse_sdk.errors import ClosedError, ConfigurationError, LinkError
from precisionpulse_sdk.events import ClientEvent, ClientWarning, LinkChanged, RecordsAcknowledged, ReplicaSettled
from precisionpulse_sdk.forced_sync import ForcedSync
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.keys import SALT_BYTES
from precisionpulse_sdk.metric import Metric, Metrics
from precisionpulse_sdk.outbox import OUTBOX_NAME, FreeSpace, Lost, Outbox, OutboxBounds
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.protocol.client_sync import ClientSync
from precisionpulse_sdk.protocol.effects import Effect, Instant
from precisionpulse_sdk.protocol.exchange import Wanted
from precisionpulse_sdk.protocol.pulse import Pulse
from precisionpulse_sdk.protocol.replica import ClientReplica
from precisionpulse_sdk.transport import Delivery, Transport
from precisionpulse_sdk.transport.mqtt import MqttTransport
from precisionpulse_sdk.values import Quality, Sample, Value, ValueType, check_time, to_stored

__all__ = ["Client", "ClientStats", "Metric"]

_log = logging.getLogger(__name__)

_FAULT_PAUSE_S = 1.0


class Client:
    """Streams readings to a hub, and never loses one: each is stored before it is sent, and kept until the hub has
    committed it.

    `bounds` say how much the outbox may hold, and what happens then; `replica`, when there is one, is kept in step with
    the hub's users, roles, permissions and configuration, and stays its owner's to close.

    Opens the outbox at once (raises `StorageError`), connects on `start`. Thread-safe. Use it as a context manager, or
    call `start` and `close`."""

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
        self._config = config or ClientConfig()
        self._outbox = Outbox(Path(outbox), bounds=bounds)
        self._transport = transport or MqttTransport.for_identity(identity)
        pulse = Pulse(self._config.heartbeat_interval_s)
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._commands = CommandDesk(self._outbox.path, pulse, self._config, self._perform)
        self._replica = replica
        self._sync = self._synchroniser(replica) if replica else None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._session = ClientSession(
            site=identity.site,
            client=identity.client,
            install_id=self._outbox.install_id,
            keys=identity.keys,
            config=self._config,
            rng=random.Random(),
            pulse=pulse,
            exchanges=[self._commands.exchange, *([self._sync] if self._sync else [])],
        )
        self._driver = ClientDriver(
            self._session,
            self._outbox,
            self._transport,
            self,
            clock=lambda: Instant(time.monotonic(), time.time_ns() // 1000),
            draw_salt=lambda: os.urandom(SALT_BYTES),
            disk_free=FreeSpace(self._outbox.path.parent),
            emit=self._emit,
            sync=self._sync,
            run_command=self._commands.run,
        )
        self._metrics = Metrics(self, self._outbox)
        self._metrics_lock = threading.Lock()
        self._listeners: list[Callable[[ClientEvent], object]] = []
        self._link = LinkChanged(self._session.state, self._session.detail), self._session.since_us
        self._kicked = threading.Event()
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._progress = threading.Condition()
        self._recorded = 0
        self._recorded_lock = threading.Lock()
        self._commands.register(pb.Ping, lambda command: None, BUILT_IN_LANE)
        force_sync = ForcedSync(self.synchronise, lambda: self._outbox.stats().depth)
        self._commands.register(pb.ForceSync, force_sync, BUILT_IN_LANE)

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

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # Recording

    def metric(
        self,
        name: str,
        type: ValueType,
        *,
        unit: str = "",
        scale: int = 0,
        description: str = "",
        interval_ms: int = 0,
    ) -> Metric:
        """Declare a metric: the same declaration again gives the same metric; another type or scale begins a new one
        under the name. `unit` in UCUM notation, `scale` digits after the point for DECIMAL, `interval_ms` 0 for
        irregular.

        Raises `MetricConflictError` for a declaration that contradicts the contract."""
        with self._metrics_lock:
            metric = self._metrics.declare(
                name, type, unit=unit, scale=scale, description=description, interval_ms=interval_ms
            )
            self._declare()
        return metric

    def record(
        self, metric: Metric | str, value: Value, *, at_us: int | None = None, quality: Quality = Quality.LIVE
    ) -> int:
        """Store one reading; when it returns, the reading is durable and will reach the hub exactly once. The result is
        its `record_seq`. `at_us`: µs since 1970 (UTC), of the years 1 to 9999; None for now.

        Raises `ValueTypeError`, `ValueRangeError`, `MetricConflictError` for a value or metric that can't be, and
        `StorageError` when it could not be stored."""
        found = metric if isinstance(metric, Metric) else self._metrics.known(metric)
        return self._append([self._row(found, value, at_us, quality)])[0]

    def record_many(self, samples: Iterable[Sample]) -> range:
        """Store many readings in one transaction, all or none; the result is their `record_seq`s, in order."""
        rows = [
            self._row(self._metrics.known(metric), value, at_us, quality) for metric, value, at_us, quality in samples
        ]
        return self._append(rows) if rows else range(0)

    # Commands and configuration

    def on_command(self, kind: type[Body], handler: Callable[[RunningCommand[Body]], Message | None]) -> None:
        """Have commands of a kind (any message with the schema's `command` option, also your own) run by `handler`, one
        after the other on a thread of their own. Each runs once, however often it arrives and whatever is restarted.
        See `commands.Handler` for what it may raise."""
        self._commands.register(kind, handler)

    def report_configuration(self, revision: int) -> None:
        """Say which revision of the configuration is in effect from now on; the hub is told with the next heartbeat."""
        self._session.pulse.config_revision = revision

    def set_bounds(self, bounds: OutboxBounds) -> None:
        """Change how much the outbox may hold, from the next reading on."""
        self._outbox.set_bounds(bounds)

    def set_heartbeat_interval(self, longest_s: float) -> None:
        """Have the hub told at least every `longest_s` how this client is. A hub that wants it more often gets that.

        Raises `ConfigurationError` unless `longest_s` is above 0."""
        if longest_s <= 0:
            raise ConfigurationError(f"the heartbeat's interval must be above 0 s, not {longest_s}")

        def limit(now: Instant) -> list[Effect]:
            self._session.pulse.limit(longest_s, now)
            return []

        self._call(limit)

    def synchronise(self, timeout_s: float) -> bool:
        """Send what waits and fetch the hub's changes, now; False when that was not done in time."""
        ends_s = time.monotonic() + timeout_s
        self._call(self._session.hurry)
        return self.catch_up(timeout_s) and self.wait_drained(ends_s - time.monotonic())

    def catch_up(self, timeout_s: float) -> bool:
        """Fetch the hub's changes and have the own ones judged, now; False when that was not done in time. Readings
        wait for their turn, unlike with `synchronise`."""
        ends_s = time.monotonic() + timeout_s
        if self._sync:
            self._perform(self._sync.hurry)
        begun = threading.Event()
        self._inbox.put(begun.set)
        if not begun.wait(timeout_s):
            return False
        with self._progress:
            settled = self._progress.wait_for(lambda: self._closed.is_set() or self._in_step, ends_s - time.monotonic())
        return settled and self._in_step

    # Life

    def start(self) -> None:
        """Connect, and stay connected. Returns at once; calling it again changes nothing."""
        self._refuse_closed()
        if self._thread is None:
            self._thread = threading.Thread(target=self._outlive_faults, name="precisionpulse-client", daemon=True)
            for aside in self._outbox.damaged:
                self._inbox.put(partial(self._emit, ClientWarning(f"a damaged outbox was replaced; it is now {aside}")))
            self._declare()
            self._call(self._session.start)
            if self._replica and self._sync:
                changed = self._sync.changed
                self._unsubscribe = self._replica.subscribe(lambda _: self._perform(changed))
            self._thread.start()

    def close(self, timeout_s: float = 3.0) -> None:
        """Say good-bye and stop, within about `timeout_s`. What is queued stays in the outbox for the next run."""
        if self._closed.is_set():
            return
        self._closed.set()
        self._unsubscribe()
        self._commands.stop(timeout_s / 2)
        if self._thread is not None:
            self._call(self._session.stop)
            self._inbox.put(None)
            self._thread.join(timeout_s)
        self._transport.disconnect()
        self._commands.close()
        self._outbox.close()
        with self._progress:
            self._progress.notify_all()

    def pause(self) -> None:
        """Go off the link and stay off it; recording goes on into the outbox. Returns at once."""
        self._call(self._session.pause)

    def resume(self) -> None:
        """End a pause: connect, and send what was recorded meanwhile. Returns at once."""
        self._call(self._session.start)

    def subscribe(self, listener: Callable[[ClientEvent], object]) -> Callable[[], None]:
        """Have `listener` called with every event, on the SDK's thread: it must be quick. The result ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def stats(self) -> ClientStats:
        """How the client is now."""
        told, since_us = self._link  # first: an outbox that is read later has let go what "online" means
        return gather(told, since_us, self._outbox.stats(), self._session, self._recorded)

    def lost(self, limit: int = 1000) -> Lost:
        """The newest losses and the newest records that the hub refused for good, for people."""
        return self._outbox.lost(limit)

    def wait_drained(self, timeout_s: float) -> bool:
        """Wait until the hub has committed everything recorded so far; False when it had not in time."""
        target = self._outbox.stats().last_record_seq

        def drained() -> bool:
            stats = self._outbox.stats()
            return stats.depth == 0 or stats.first_record_seq > target

        with self._progress:
            return self._progress.wait_for(lambda: self._closed.is_set() or drained(), timeout_s) and drained()

    # The transport's listener, on its thread

    def on_connected(self) -> None:
        """The broker accepted the connection."""
        self._call(self._session.link_up)

    def on_disconnected(self, error: LinkError | None) -> None:
        """The connection ended, or could not be made."""
        self._inbox.put(lambda: self._driver.disconnected(error))

    def on_message(self, delivery: Delivery) -> None:
        """A frame from the hub."""
        self._call(lambda now: self._session.frame(delivery.topic, delivery.payload, now))
        delivery.ack()

    # The SDK's thread

    def _run(self) -> None:
        while True:
            wake_at = self._session.wake_at_s()
            wait = None if wake_at is None else max(0.0, wake_at - time.monotonic())
            try:
                work = self._inbox.get(timeout=wait)
            except queue.Empty:
                self._driver.do(self._session.tick)
            else:
                if work is None:
                    return
                self._kicked.clear()
                work()

    def _outlive_faults(self) -> None:
        """Run to the end. After a fault of ours begin anew from what is stored: recording must not go on with nobody
        who sends."""
        while True:
            try:
                return self._run()
            except Exception as error:  # noqa: BLE001  # whatever it is
                _log.exception("the client broke down, and connects anew")
                self._emit(ClientWarning(f"a fault in the client: {error!r}; it connects anew"))
                self._closed.wait(_FAULT_PAUSE_S)
                self._inbox.put(partial(self._driver.give_up, error))

    def _emit(self, event: ClientEvent) -> None:
        if isinstance(event, LinkChanged):
            # Told in its turn: the session knows of "online" before the last rows of the flush have left the outbox.
            self._link = event, self._session.since_us
        if isinstance(event, RecordsAcknowledged | ReplicaSettled):
            with self._progress:
                self._progress.notify_all()
        for listener in tuple(self._listeners):
            try:
                listener(event)
            except Exception:  # noqa: BLE001  # the listener is not ours, and the client must go on
                _log.exception("a listener of %s failed", type(event).__name__)

    @property
    def _in_step(self) -> bool:
        return self._sync is None or self._sync.settled

    def _synchroniser(self, replica: ClientReplica) -> ClientSync:
        first_s, longest_s = self._config.hello_retry_s, self._config.reconnect_max_s
        return ClientSync(replica, random.Random(), first_s=first_s, longest_s=longest_s)

    def _perform(self, answer: Callable[[Instant], list[Wanted]]) -> None:
        self._call(lambda now: self._session.perform(answer(now), now))

    def _call(self, call: Call) -> None:
        self._inbox.put(lambda: self._driver.do(call))

    def _append(self, rows: Sequence[Row]) -> range:
        self._refuse_closed()
        numbers = self._outbox.append(rows)
        with self._recorded_lock:
            self._recorded += len(rows)
        if self._thread is not None and not self._kicked.is_set():
            self._kicked.set()
            self._call(self._session.recorded)
        return numbers

    def _row(self, metric: Metric, value: Value, at_us: int | None, quality: Quality) -> Row:
        stored = to_stored(metric.name, metric.type, metric.scale, value)
        captured_us = time.time_ns() // 1000 if at_us is None else check_time(metric.name, at_us)
        return Row(0, metric.id, captured_us, int(quality), self._session.pulse.clock_state, stored)

    def _declare(self) -> None:
        catalogue = self._driver.metrics()
        self._call(lambda now: self._session.declare(catalogue, now))

    def _refuse_closed(self) -> None:
        if self._closed.is_set():
            raise ClosedError("the client was closed")
