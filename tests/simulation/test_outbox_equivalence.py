"""The outbox that the simulation uses does what the real one does: the same calls on both, the same answers."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.errors import OutboxFullError
from precisionpulse_sdk.outbox import Outbox, OutboxBounds, Policy
from precisionpulse_sdk.testing.disk import Disk, SimulatedOutbox

_NOW_US = 1_795_000_000_000_000
_COMPARED = (
    "depth",
    "oldest_captured_us",
    "first_record_seq",
    "last_record_seq",
    "dead_letters",
    "dropped",
    "gaps",
    "epoch",
    "capacity_records",
)
_AGES_S = st.lists(st.integers(0, 3600), min_size=1, max_size=6)
_NUMBERS = st.integers(1, 60)


@st.composite
def _ranges(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Closed ranges that do not touch, ascending."""
    edges = sorted(draw(st.sets(_NUMBERS, min_size=2, max_size=6)))
    return [(first, last) for first, last in zip(edges[::2], edges[1::2], strict=False)]


class Outboxes(RuleBasedStateMachine):
    """One real outbox in a file, one on a simulated disk."""

    @initialize(policy=st.sampled_from(Policy), most=st.sampled_from([5, 12, 1000]))
    def begin(self, policy: Policy, most: int) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="outbox-"))
        self.bounds = OutboxBounds(max_records=most, policy=policy)
        self._open()
        self.disk = Disk(self.real.install_id)
        self.metric = self.real.declare_metric("count", pb.VALUE_TYPE_INT64)
        self.simulated = SimulatedOutbox(self.disk, bounds=self.bounds)
        self.simulated.declare(self.metric)

    def teardown(self) -> None:
        if hasattr(self, "real"):
            self.real.close()
            shutil.rmtree(self.directory)

    @rule(ages_s=_AGES_S, values=st.data())
    def append(self, ages_s: list[int], values: st.DataObject) -> None:
        rows = [
            Row(0, self.metric.id, _NOW_US - age * 1_000_000, pb.QUALITY_LIVE, 1, values.draw(st.integers(-9, 9)))
            for age in ages_s
        ]
        assert _appended(self.real, rows) == _appended(self.simulated, rows)

    @rule(after=st.integers(0, 60), limit=st.integers(1, 20), up_to=_NUMBERS)
    def page(self, after: int, limit: int, up_to: int) -> None:
        assert self.real.page(after, limit, up_to) == self.simulated.page(after, limit, up_to)

    @rule(ranges=_ranges())
    def acknowledge(self, ranges: list[tuple[int, int]]) -> None:
        assert self.real.acknowledge(ranges) == self.simulated.acknowledge(ranges)

    @rule(first=st.integers(0, 30), count=st.integers(1, 8))
    def dead_letter(self, first: int, count: int) -> None:
        """Only what is stored can be refused."""
        stored = self.real.page(first, count, 10**6)
        if stored:
            ranges = _runs([row.record_seq for row in stored])
            answers = [
                outbox.dead_letter(ranges, pb.NACK_CODE_MALFORMED, "no") for outbox in (self.real, self.simulated)
            ]
            assert answers == [len(stored), len(stored)]

    @rule()
    def report_gaps(self) -> None:
        assert self.real.gaps() == self.simulated.gaps()

    @rule(which=st.sets(st.integers(1, 12), max_size=4))
    def acknowledge_gaps(self, which: set[int]) -> None:
        self.real.acknowledge_gaps(which)
        self.simulated.acknowledge_gaps(which)

    @rule()
    def begin_epoch(self) -> None:
        assert self.real.begin_epoch() == self.simulated.begin_epoch()

    @rule()
    def start_again(self) -> None:
        """The process ends and another one opens what is stored."""
        self.real.close()
        self._open()
        assert self.real.install_id == self.disk.install_id
        self.simulated = SimulatedOutbox(self.disk, bounds=self.bounds)

    @invariant()
    def both_tell_the_same(self) -> None:
        if hasattr(self, "simulated"):
            real, simulated = self.real.stats(), self.simulated.stats()
            assert {name: getattr(real, name) for name in _COMPARED} == {
                name: getattr(simulated, name) for name in _COMPARED
            }

    def _open(self) -> None:
        path = self.directory / "outbox.sqlite3"
        self.real = Outbox(path, bounds=self.bounds, now_us=lambda: _NOW_US, now_s=lambda: 0.0)


def _appended(outbox: Outbox | SimulatedOutbox, rows: Sequence[Row]) -> range | None:
    try:
        return outbox.append(rows)
    except OutboxFullError:
        return None


def _runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as closed ranges without holes."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


TestOutboxes = Outboxes.TestCase
TestOutboxes.settings = settings(max_examples=25, stateful_step_count=20)
TestOutboxes = pytest.mark.proves("PP-TD-2", "PP-TD-9", "PP-TD-10")(TestOutboxes)
