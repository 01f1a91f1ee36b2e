"""The store in memory, on which the simulation runs, answers as the one in PostgreSQL does: the same calls on both."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from precisionpulse_backend.compaction import Compactor
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, catalogue_of, check, pack
from precisionpulse_sdk.errors import FencedError, StaleEpochError
from precisionpulse_sdk.hub import BatchDelivery, CommitOutcome, GapDelivery, SessionStart
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.values import ValueType

from .conftest import Store

_T0 = 1_795_000_000_000_000
_MOST = 120
_INSTALLS = (b"1" * 16, b"2" * 16)
_METRICS = [
    pb.Metric(id=1, name="count", type=pb.VALUE_TYPE_INT64),
    pb.Metric(id=2, name="price", type=pb.VALUE_TYPE_DECIMAL, scale=3),
]
_TYPES = {metric.id: ValueType(metric.type) for metric in _METRICS}
_RUNS = st.lists(st.tuples(st.integers(1, _MOST), st.integers(1, 40)), min_size=1, max_size=3)
"""First numbers and lengths: some are stored as rows, some as segments."""


def _delivery(client: str, install: bytes, numbers: Sequence[int], altered: set[int], replayed: bool) -> BatchDelivery:
    catalogue = catalogue_of(_METRICS, install)
    content = pb.CatalogueContent.FromString(catalogue.content)
    rows = [
        Row(number, 1 + number % 7 // 4, _T0 + number * 1000, 1, 0, number + (number in altered)) for number in numbers
    ]
    batch = pack(rows, _TYPES, install_id=install, catalogue_id=catalogue.id)
    return BatchDelivery(client, install, batch, content, replayed, check(batch, content, max_records=5000), _T0)


def _gap(number: int) -> pb.Gap:
    """The loss of that number: once told it is always the same."""
    gap = pb.Gap(gap_seq=number, cause=pb.GAP_CAUSE_BUFFER_BOUND, count=1, from_us=_T0, to_us=_T0)
    gap.range.first, gap.range.last = number * 9, number * 9 + number % 5
    return gap


class Stores(RuleBasedStateMachine):
    """One store of each kind, and a client that no other run has."""

    store: Store
    names = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.client = self.store.enrol(f"client-{next(self.names)}")
        self.memory = MemoryHubStore()
        self.memory.add_client(self.client, {1: b"k" * 32})

    @rule(
        runs=_RUNS,
        altered=st.sets(st.integers(1, _MOST), max_size=3),
        install=st.sampled_from(_INSTALLS),
        replayed=st.booleans(),
    )
    def commit(self, runs: list[tuple[int, int]], altered: set[int], install: bytes, replayed: bool) -> None:
        deliveries = [
            _delivery(self.client, install, range(first, first + length), altered, replayed) for first, length in runs
        ]
        self._compare(deliveries)

    @rule(numbers=st.sets(st.integers(1, _MOST), min_size=1, max_size=30), install=st.sampled_from(_INSTALLS))
    def commit_with_holes(self, numbers: set[int], install: bytes) -> None:
        self._compare([_delivery(self.client, install, sorted(numbers), set(), False)])

    @rule(numbers=st.sets(st.integers(1, 12), min_size=1, max_size=3), install=st.sampled_from(_INSTALLS))
    def tell_gaps(self, numbers: set[int], install: bytes) -> None:
        self._compare([GapDelivery(self.client, install, tuple(map(_gap, sorted(numbers))), _T0)])

    @rule(
        epoch=st.integers(1, 4),
        salt=st.sampled_from([b"a" * 16, b"b" * 16]),
        last=st.sampled_from([0, 10, 1000]),
        install=st.sampled_from(_INSTALLS),
    )
    def begin_session(self, epoch: int, salt: bytes, last: int, install: bytes) -> None:
        def begin(store: MemoryHubStore) -> SessionStart | str:
            try:
                return store.begin_session(
                    self.client, install_id=install, epoch=epoch, salt=salt, last_record_seq=last
                )
            except (StaleEpochError, FencedError) as error:
                return error.code

        assert begin(self.store.hub) == begin(self.memory)
        assert self.store.hub.session(self.client) == self.memory.session(self.client)

    @rule()
    def compact(self) -> None:
        compactor = Compactor(self.store.conninfo, stopping=threading.Event())
        try:
            compactor.compact()
        finally:
            compactor.close()

    @rule(install=st.sampled_from(_INSTALLS))
    def ask_for_coverage(self, install: bytes) -> None:
        assert self.store.hub.coverage(self.client, install) == self.memory.coverage(self.client, install)

    def _compare(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> None:
        answers = [list(map(_told, store.commit(deliveries))) for store in (self.store.hub, self.memory)]
        assert answers[0] == answers[1]


def _told(outcome: CommitOutcome) -> tuple[object, ...]:
    """An outcome without the words of its refusals."""
    nacks = [(nack.range.first, nack.range.last, nack.code, nack.retryable) for nack in outcome.nacks]
    counts = (outcome.complete_to, outcome.missing, outcome.duplicates, outcome.lost)
    return outcome.committed, nacks, outcome.gap_seqs, counts


@pytest.mark.timeout(600)
@pytest.mark.proves("PP-TD-6", "PP-TD-9", "PP-CL-1")
def test_both_stores_give_the_same_answers(store: Store) -> None:
    machine: Callable[[], RuleBasedStateMachine] = type("StoresOfThisTest", (Stores,), {"store": store})
    run_state_machine_as_test(machine, settings=settings(max_examples=20, stateful_step_count=15))
