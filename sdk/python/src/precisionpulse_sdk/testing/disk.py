"""An outbox on a simulated disk: what is committed survives a crash, what is not does not, the disk can be full, and a
power failure takes back what was not forced to it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.errors import DiskFullError, OutboxFullError
from precisionpulse_sdk.outbox import GapRow, MetricRow, OutboxBounds, OutboxStats, Policy
from precisionpulse_sdk.outbox.gaps import MAX_REPORTED
from precisionpulse_sdk.ranges import ranges_of


@dataclass
class Disk:
    """The bytes that survive: one outbox's durable content. `forced` is how it was when it was last forced to the disk
    (None: nothing was written since)."""

    install_id: bytes
    epoch: int = 0
    rows: dict[int, Row] = field(default_factory=dict)
    last_record_seq: int = 0
    metrics: list[MetricRow] = field(default_factory=list)
    dead: dict[int, Row] = field(default_factory=dict)
    gaps: dict[int, GapRow] = field(default_factory=dict)
    reported: set[int] = field(default_factory=set)
    last_gap_seq: int = 0
    dropped: int = 0
    full: bool = False
    forced: Disk | None = None

    def snapshot(self) -> Disk:
        """A copy, as a backup or a cloned machine has it."""
        return copy.deepcopy(self)

    def lose_power(self) -> None:
        """What was written without being forced to the disk is taken back."""
        if self.forced is not None:
            before, full = self.forced, self.full
            self.__dict__.update(before.__dict__)
            self.full, self.forced = full, None

    def write(self, *, durable: bool) -> None:
        """A transaction is about to be committed; a durable one forces all earlier ones to the disk too."""
        if durable:
            self.forced = None
        elif self.forced is None:
            self.forced = replace(
                self,
                rows=dict(self.rows),
                dead=dict(self.dead),
                gaps=dict(self.gaps),
                reported=set(self.reported),
                metrics=list(self.metrics),
            )


class SimulatedOutbox:
    """As `outbox.Outbox`, on a `Disk`; age and bytes are not bounded here. `kill_point` is called with a name before
    and after every durable step, and may raise: then the process dies there."""

    def __init__(
        self, disk: Disk, kill_point: Callable[[str], None] = lambda name: None, bounds: OutboxBounds | None = None
    ) -> None:
        self.disk = disk
        self.install_id = disk.install_id
        self._kill_point = kill_point
        self._bounds = bounds or OutboxBounds()
        self._lost: list[int] = []

    def stats(self) -> OutboxStats:
        """As `Outbox.stats`."""
        rows = self.disk.rows
        first = next(iter(rows), 0)
        return OutboxStats(
            depth=len(rows),
            bytes=len(rows) * 64,
            oldest_captured_us=rows[first].captured_us if rows else None,
            first_record_seq=first,
            last_record_seq=self.disk.last_record_seq,
            dead_letters=len(self.disk.dead),
            dropped=self.disk.dropped,
            gaps=len(self.disk.gaps),
            epoch=self.disk.epoch,
            capacity_records=self._bounds.max_records,
        )

    @property
    def unwritten_losses(self) -> int:
        """Records that were turned away and are not written down yet, for want of space."""
        return len(self._lost)

    def begin_epoch(self) -> int:
        """As `Outbox.begin_epoch`."""
        self._write("epoch")
        self.disk.epoch += 1
        self._kill_point("after epoch")
        return self.disk.epoch

    def declare(self, metric: MetricRow) -> None:
        """Store a metric as it is."""
        if metric not in self.disk.metrics:
            self.disk.metrics.append(metric)

    def metrics(self) -> list[MetricRow]:
        """As `Outbox.metrics`."""
        return list(self.disk.metrics)

    def append(self, rows: Sequence[Row]) -> range:
        """As `Outbox.append`."""
        if self._bounds.policy is Policy.STOP_RECORDING and len(self.disk.rows) + len(rows) > self._bounds.max_records:
            self._lost += [row.captured_us for row in rows]
            self._note_losses()
            raise OutboxFullError("the simulated outbox is full, and its policy is to stop recording")
        try:
            self._write("append")
        except DiskFullError:
            self._lost += [row.captured_us for row in rows]
            raise
        first = self.disk.last_record_seq + 1
        for number, row in enumerate(rows, start=first):
            self.disk.rows[number] = row._replace(record_seq=number)
        self.disk.last_record_seq += len(rows)
        self._kill_point("after append")
        self._note_losses()
        self._keep_bounds()
        return range(first, first + len(rows))

    def page(self, after_seq: int, limit: int, up_to: int) -> list[Row]:
        """As `Outbox.page`."""
        found: list[Row] = []
        for number, row in self.disk.rows.items():
            if number > up_to or len(found) == limit:
                break
            if number > after_seq:
                found.append(row)
        return found

    def acknowledge(self, ranges: Iterable[tuple[int, int]]) -> int:
        """As `Outbox.acknowledge`."""
        self._write("acknowledge", durable=False)
        gone = self._numbers(ranges)
        for number in gone:
            del self.disk.rows[number]
        self._kill_point("after acknowledge")
        return len(gone)

    def dead_letter(self, ranges: Iterable[tuple[int, int]], code: int, detail: str) -> int:
        """As `Outbox.dead_letter`."""
        self._write("dead letter")
        gone = self._numbers(ranges)
        self._note_gaps(gone, pb.GAP_CAUSE_REJECTED)
        for number in gone:
            self.disk.dead[number] = self.disk.rows.pop(number)
        self._kill_point("after dead letter")
        return len(gone)

    def gaps(self) -> list[GapRow]:
        """As `Outbox.gaps`."""
        self._write("gaps")
        self.disk.reported.update(self.disk.gaps)
        self._kill_point("after gaps")
        return list(self.disk.gaps.values())[:MAX_REPORTED]

    def acknowledge_gaps(self, gap_seqs: Iterable[int]) -> None:
        """As `Outbox.acknowledge_gaps`."""
        self._write("acknowledge gaps", durable=False)
        for gap_seq in gap_seqs:
            self.disk.gaps.pop(gap_seq, None)
        self._kill_point("after acknowledge gaps")

    def _keep_bounds(self) -> None:
        excess = self._bounds.excess(len(self.disk.rows), 0) if self._bounds.policy is Policy.DROP_OLDEST else 0
        if not excess or self.disk.full:
            return
        self._write("drop", durable=False)
        gone = list(self.disk.rows)[:excess]
        self._note_gaps(gone, pb.GAP_CAUSE_BUFFER_BOUND)
        for number in gone:
            del self.disk.rows[number]
        self.disk.dropped += len(gone)
        self._kill_point("after drop")

    def _note_losses(self) -> None:
        if not self._lost or self.disk.full:
            return
        self._write("losses")
        gap = GapRow(0, None, None, pb.GAP_CAUSE_DISK_FULL, len(self._lost), min(self._lost), max(self._lost))
        self._note_gap(gap)
        self.disk.dropped += len(self._lost)
        self._lost = []
        self._kill_point("after losses")

    def _note_gaps(self, numbers: Sequence[int], cause: int) -> None:
        for first, last in ranges_of(numbers):
            times = [self.disk.rows[number].captured_us for number in range(first, last + 1)]
            self._note_gap(GapRow(0, first, last, cause, last - first + 1, min(times), max(times)))

    def _note_gap(self, gap: GapRow) -> None:
        disk = self.disk
        newest = disk.gaps.get(disk.last_gap_seq)
        if newest is not None and newest.gap_seq not in disk.reported and newest.cause == gap.cause:
            follows = newest.last_seq is not None and gap.first_seq == newest.last_seq + 1
            if follows or (newest.last_seq is None and gap.first_seq is None):
                disk.gaps[newest.gap_seq] = replace(
                    newest,
                    last_seq=gap.last_seq,
                    count=newest.count + gap.count,
                    from_us=min(newest.from_us, gap.from_us),
                    to_us=max(newest.to_us, gap.to_us),
                )
                return
        disk.last_gap_seq += 1
        disk.gaps[disk.last_gap_seq] = replace(gap, gap_seq=disk.last_gap_seq)

    def _numbers(self, ranges: Iterable[tuple[int, int]]) -> list[int]:
        wanted = list(ranges)
        return [number for number in self.disk.rows if any(first <= number <= last for first, last in wanted)]

    def _write(self, what: str, *, durable: bool = True) -> None:
        self._kill_point(f"before {what}")
        if self.disk.full:
            raise DiskFullError("no space left on the simulated disk")
        self.disk.write(durable=durable)
