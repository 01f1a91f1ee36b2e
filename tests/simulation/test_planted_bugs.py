"""The simulation is worth its name: each known way to lose, double or reorder readings, planted on purpose, is
found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.outbox import GapRow
from precisionpulse_sdk.protocol.client_session import ClientSession
from precisionpulse_sdk.protocol.effects import Instant
from precisionpulse_sdk.protocol.store import BatchDelivery, CommitOutcome, GapDelivery
from precisionpulse_sdk.testing.disk import SimulatedOutbox
from precisionpulse_sdk.testing.network import NetworkTransport
from precisionpulse_sdk.transport import Completion, Transport

from . import schedule
from .client_process import CONFIG, WatchedTransport
from .commit_log import CommitLog
from .invariants import InvariantError
from .world import World

SEEDS = 60


class DeleteOnPuback(World):
    """The client deletes what the broker took."""

    def make_transport(self, inner: NetworkTransport) -> Transport:
        world = self

        class Deleting(WatchedTransport):
            def publish(
                self,
                topic: str,
                payload: bytes,
                *,
                qos: int,
                retain: bool = False,
                on_complete: Completion | None = None,
            ) -> None:
                before = dict(world.sent_at_s)
                world.check_sent(topic, payload)
                sent = [seq for seq, at_s in world.sent_at_s.items() if before.get(seq) != at_s]

                def delete(error: Exception | None) -> None:
                    if error is None:
                        for seq in sent:
                            world.disk.rows.pop(seq, None)

                self.inner.publish(topic, payload, qos=qos, retain=retain, on_complete=delete)

        return Deleting(self, inner)


class AckBeforeCommit(World):
    """The hub acknowledges at once and commits a little later."""

    def make_store(self) -> CommitLog:
        world = self

        class WriteBehind(CommitLog):
            def __init__(self, world: World) -> None:
                super().__init__(world)
                self.waiting: list[BatchDelivery | GapDelivery] = []

            def commit(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> Sequence[CommitOutcome]:
                self._check()
                self.waiting.extend(deliveries)
                world.time.after(0.2, self.write)
                return [
                    CommitOutcome(delivery.ranges) for delivery in deliveries if isinstance(delivery, BatchDelivery)
                ]

            def write(self) -> None:
                taken, self.waiting = self.waiting, []
                if taken and self.available:
                    super().commit(taken)

            def hub_died(self) -> None:
                self.waiting.clear()

        return WriteBehind(world)


class PrefetchWithoutCursor(World):
    """The client reads the oldest rows each time, whatever it has sent already."""

    def make_outbox(self) -> SimulatedOutbox:
        class Forgetful(SimulatedOutbox):
            def page(self, after_seq: int, limit: int, up_to: int) -> list[Row]:
                return super().page(0, limit, up_to)

        return Forgetful(self.disk, self._kill_point, self.bounds)


class RenumberAfterCrash(World):
    """The client numbers on from what it still has."""

    def make_outbox(self) -> SimulatedOutbox:
        self.disk.last_record_seq = max(self.disk.rows, default=0)
        return super().make_outbox()


class HistoryOverLive(World):
    """The client sends what is old on the live channel."""

    def make_session(self) -> ClientSession:
        class Impatient(ClientSession):
            def _welcome(self, welcome: pb.Welcome, now: Instant) -> None:
                super()._welcome(welcome, now)
                if self._delivery is not None:
                    self._delivery.window.flush_mark = 0

        return Impatient(
            site="main",
            client="press-7",
            install_id=self.disk.install_id,
            keys={1: bytes(range(32))},
            config=CONFIG,
            rng=self.rng,
        )


class NeverAgain(World):
    """The client does not send again what was not acknowledged in time."""

    def make_session(self) -> ClientSession:
        return ClientSession(
            site="main",
            client="press-7",
            install_id=self.disk.install_id,
            keys={1: bytes(range(32))},
            config=replace(CONFIG, ack_timeout_s=1e9),
            rng=self.rng,
        )


class DropInSilence(World):
    """The client makes room and tells nobody."""

    def make_outbox(self) -> SimulatedOutbox:
        class Silent(SimulatedOutbox):
            def _note_gaps(self, numbers: Sequence[int], cause: int) -> None:
                pass

        return Silent(self.disk, self._kill_point, self.bounds)


class ForgetLossesOnceSent(World):
    """The client takes a report of losses for received when it was sent."""

    def make_outbox(self) -> SimulatedOutbox:
        class Trusting(SimulatedOutbox):
            def gaps(self) -> list[GapRow]:
                found = super().gaps()
                self.disk.gaps.clear()
                return found

        return Trusting(self.disk, self._kill_point, self.bounds)


MUTANTS = [
    DropInSilence,
    ForgetLossesOnceSent,
    DeleteOnPuback,
    AckBeforeCommit,
    PrefetchWithoutCursor,
    RenumberAfterCrash,
    HistoryOverLive,
    NeverAgain,
]


def _first_failure(kind: type[World]) -> tuple[int, str] | None:
    for seed in range(SEEDS):
        try:
            schedule.run(kind(seed))
        except InvariantError as error:
            return seed, str(error)
    return None


@pytest.mark.proves("E1", "E3", "PP-TD-2", "PP-TD-4", "PP-TD-7", "PP-TD-9", "PP-TD-10")
@pytest.mark.parametrize("kind", MUTANTS, ids=lambda kind: kind.__name__)
def test_a_planted_bug_is_found(kind: type[World]) -> None:
    failure = _first_failure(kind)
    assert failure is not None
    print(f"{kind.__name__}: seed {failure[0]}: {failure[1]}")


def test_a_failing_schedule_is_shrunk_to_what_matters() -> None:
    failure = _first_failure(DeleteOnPuback)
    assert failure is not None
    seed = failure[0]
    drawn = schedule.draw(DeleteOnPuback(seed))
    smallest = schedule.shrink(lambda: DeleteOnPuback(seed), drawn)
    assert 0 < len(smallest) < len(drawn)
    with pytest.raises(InvariantError):
        schedule.run(DeleteOnPuback(seed), smallest)
