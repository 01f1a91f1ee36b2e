"""An outbox on a simulated disk: what is committed survives a crash, what is not does not, and the disk can be full."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.errors import DiskFullError
from precisionpulse_sdk.outbox import GapRow, MetricRow, OutboxStats


@dataclass
class Disk:
    """The bytes that survive: one outbox's durable content."""

    install_id: bytes
    epoch: int = 0
    rows: dict[int, Row] = field(default_factory=dict)
    last_record_seq: int = 0
    metrics: list[MetricRow] = field(default_factory=list)
    dead: dict[int, Row] = field(default_factory=dict)
    unsynced_deletes: dict[int, Row] = field(default_factory=dict)
    full: bool = False

    def snapshot(self) -> Disk:
        """A copy, as a backup or a cloned machine has it."""
        return copy.deepcopy(self)

    def lose_power(self) -> None:
        """What was deleted without being forced to the disk comes back."""
        self.rows.update(self.unsynced_deletes)
        self.rows = dict(sorted(self.rows.items()))
        self.unsynced_deletes.clear()


class SimulatedOutbox:
    """As `outbox.Outbox`, on a `Disk`. `kill_point` is called with a name before and after every durable step, and may
    raise: then the process dies there."""

    def __init__(self, disk: Disk, kill_point: Callable[[str], None] = lambda name: None) -> None:
        self.disk = disk
        self.install_id = disk.install_id
        self._kill_point = kill_point

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
            dropped=0,
            gaps=0,
            epoch=self.disk.epoch,
            capacity_records=10_000_000,
        )

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
        self._write("append")
        first = self.disk.last_record_seq + 1
        for number, row in enumerate(rows, start=first):
            self.disk.rows[number] = row._replace(record_seq=number)
        self.disk.last_record_seq += len(rows)
        self._kill_point("after append")
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
        self._write("acknowledge")
        gone = self._numbers(ranges)
        for number in gone:
            self.disk.unsynced_deletes[number] = self.disk.rows.pop(number)
        self._kill_point("after acknowledge")
        return len(gone)

    def dead_letter(self, ranges: Iterable[tuple[int, int]], code: int, detail: str) -> int:
        """As `Outbox.dead_letter`."""
        self._write("dead letter")
        gone = self._numbers(ranges)
        for number in gone:
            self.disk.dead[number] = self.disk.rows.pop(number)
        return len(gone)

    def gaps(self) -> list[GapRow]:
        """As `Outbox.gaps`: this disk never drops."""
        return []

    def acknowledge_gaps(self, gap_seqs: Iterable[int]) -> None:
        """As `Outbox.acknowledge_gaps`."""

    def _numbers(self, ranges: Iterable[tuple[int, int]]) -> list[int]:
        wanted = list(ranges)
        return [number for number in self.disk.rows if any(first <= number <= last for first, last in wanted)]

    def _write(self, what: str) -> None:
        self._kill_point(f"before {what}")
        if self.disk.full:
            raise DiskFullError("no space left on the simulated disk")
