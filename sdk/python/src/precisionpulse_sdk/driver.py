"""Carries out what a client session wants, on an outbox and a transport. It has no thread and no clock of its own: a
shell or a simulation calls it, one call at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, cast

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.errors import StorageError
from precisionpulse_sdk.events import ClientEvent, ClientWarning
from precisionpulse_sdk.outbox import GapRow, MetricRow, OutboxStats
from precisionpulse_sdk.protocol import effects
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.protocol.client_sync import ClientSync
from precisionpulse_sdk.protocol.effects import Effect, Instant, OutboxFacts
from precisionpulse_sdk.transport import Subscription, Transport, TransportListener, Will

_log = logging.getLogger(__name__)

Call = Callable[[Instant], list[Effect]]
"""A session's method with all its arguments but the time."""


class OutboxPort(Protocol):
    """What a driver needs of an `outbox.Outbox`; see there."""

    def stats(self) -> OutboxStats: ...
    def begin_epoch(self) -> int: ...
    def metrics(self) -> list[MetricRow]: ...
    def page(self, after_seq: int, limit: int, up_to: int) -> list[Row]: ...
    def acknowledge(self, ranges: Iterable[tuple[int, int]]) -> int: ...
    def dead_letter(self, ranges: Iterable[tuple[int, int]], code: int, detail: str) -> int: ...
    def gaps(self) -> list[GapRow]: ...
    def acknowledge_gaps(self, gap_seqs: Iterable[int]) -> None: ...


class ClientDriver:
    """Between one session and the world. `clock` says what time it is, `draw_salt` gives 16 random bytes, `disk_free`
    the free bytes where the outbox is, `emit` tells the owner; `sync` is the session's, when it has one;
    `run_command` has a handler run. Not thread-safe.

    When the outbox fails, the connection is given up: the next one begins from what is stored, so nothing depends on an
    effect that was not carried out."""

    def __init__(
        self,
        session: ClientSession,
        outbox: OutboxPort,
        transport: Transport,
        listener: TransportListener,
        *,
        clock: Callable[[], Instant],
        draw_salt: Callable[[], bytes],
        disk_free: Callable[[], int | None],
        emit: Callable[[ClientEvent], None],
        sync: ClientSync | None = None,
        run_command: Callable[[effects.RunCommand], None] = lambda effect: None,
    ) -> None:
        self._session = session
        self._outbox = outbox
        self._transport = transport
        self._listener = listener
        self._clock = clock
        self._draw_salt = draw_salt
        self._disk_free = disk_free
        self._emit = emit
        self._sync = sync
        self._run_command = run_command
        self._dialled = self._dial_again = False
        self._failure: Exception | None = None

    def do(self, call: Call) -> None:
        """Make one call to the session, and carry out all that follows from it."""
        self._refresh_facts()
        try:
            self._carry_out(call(self._clock()))
        except StorageError as error:
            self._fail(error)

    def disconnected(self, error: Exception | None) -> None:
        """The transport says that its connection ended or could not be made."""
        self._dialled = False
        reason, self._failure = self._failure or error, None
        again, self._dial_again = self._dial_again, False
        self.do(lambda now: [effects.Dial()] if again else self._session.link_down(reason, now))

    def metrics(self) -> list[pb.Metric]:
        """All that the outbox has, as the session takes them."""
        return [pb.Metric(**row._asdict()) for row in self._outbox.metrics()]

    def give_up(self, error: Exception) -> None:
        """Something went wrong that no call answers to: the connection ends, and the next one begins from what is
        stored."""
        if self._dialled:
            self._failure = error
            self._transport.disconnect()
        else:
            self.do(lambda now: self._session.link_down(error, now))

    def _carry_out(self, wanted: Sequence[Effect]) -> None:
        pending = list(wanted)
        while pending:
            effect = pending.pop(0)
            match effect:
                case effects.Publish(topic, payload, qos, retain):
                    self._transport.publish(topic, payload, qos=qos, retain=retain)
                case effects.ReadRows(after, up_to, limit):
                    rows = self._outbox.page(after, limit, up_to)
                    # Whoever declared a metric just now may have recorded with it before the session has heard of it.
                    news = [] if self._session.can_pack(rows) else self._session.declare(self.metrics(), self._clock())
                    pending[:0] = [*news, *self._session.rows(rows, self._clock())]
                case effects.DeleteRows(ranges):
                    self._outbox.acknowledge(ranges)
                    self._refresh_facts()
                case effects.Emit(event):
                    self._emit(event)
                case effects.RunCommand():
                    self._run_command(effect)
                case effects.Dial():
                    self._dial()
                case effects.HangUp():
                    self._transport.disconnect()
                case effects.DeadLetterRows(ranges, code, detail):
                    self._outbox.dead_letter(ranges, code, detail)
                    self._refresh_facts()
                case effects.ReadGaps():
                    pending[:0] = self._session.gaps([_gap(row) for row in self._outbox.gaps()], self._clock())
                case effects.DeleteGaps(gap_seqs):
                    self._outbox.acknowledge_gaps(gap_seqs)
                    self._refresh_facts()

    def _dial(self) -> None:
        if self._dialled:
            self._dial_again = True  # The last connection is still saying good-bye.
            return
        epoch = self._outbox.begin_epoch()
        will = self._session.begin_epoch(epoch, self._draw_salt(), self._clock())
        self._dialled = True
        self._transport.connect(
            self._listener,
            subscriptions=[Subscription(topic, 1) for topic in self._session.subscriptions],
            will=Will(self._session.will_topic, will, 1, True),
        )

    def _fail(self, error: StorageError) -> None:
        _log.error("the outbox failed: %s", error)
        self._emit(ClientWarning(f"the outbox failed: {error}"))
        self.give_up(error)

    def _refresh_facts(self) -> None:
        if self._sync:
            self._session.pulse.sync_cursor = self._sync.cursor
        stats = self._outbox.stats()
        self._session.facts = OutboxFacts(
            depth=stats.depth,
            bytes=stats.bytes,
            oldest_captured_us=stats.oldest_captured_us,
            first_record_seq=stats.first_record_seq,
            last_record_seq=stats.last_record_seq,
            dropped=stats.dropped,
            dead_letters=stats.dead_letters,
            gaps=stats.gaps,
            disk_free_bytes=self._disk_free(),
        )


def _gap(row: GapRow) -> pb.Gap:
    gap = pb.Gap(gap_seq=row.gap_seq, count=row.count, from_us=row.from_us, to_us=row.to_us)
    gap.cause = cast("pb.GapCause", row.cause)
    if row.first_seq is not None and row.last_seq is not None:
        gap.range.first, gap.range.last = row.first_seq, row.last_seq
    return gap
