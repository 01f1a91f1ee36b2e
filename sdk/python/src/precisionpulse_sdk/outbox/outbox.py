"""The outbox itself: one connection, one lock, and a commit that callers share."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.errors import (
    ClosedError,
    ConfigurationError,
    DiskFullError,
    OutboxDamagedError,
    OutboxFullError,
    PrecisionPulseError,
    StorageError,
    ValueTypeError,
)
from precisionpulse_sdk.outbox import gaps, metrics, rescue, rows
from precisionpulse_sdk.outbox.bounds import Ageing, OutboxBounds, Policy, drop_oldest
from precisionpulse_sdk.outbox.file import lock_file, storage_error
from precisionpulse_sdk.outbox.gaps import GapRow
from precisionpulse_sdk.outbox.group_commit import GroupCommit, Waiting
from precisionpulse_sdk.outbox.losses import Lost, newest
from precisionpulse_sdk.outbox.metrics import MetricRow
from precisionpulse_sdk.outbox.rescue import SoundFile
from precisionpulse_sdk.outbox.stats import OutboxStats, number_of, oldest, used_bytes
from precisionpulse_sdk.outbox.tail import Tail
from precisionpulse_sdk.values import INT64_MAX

_LOOK_EVERY_RECORDS = 256
"""Records stored or deleted between two looks at the space in use."""

_ROW_ERRORS = (sqlite3.IntegrityError, sqlite3.ProgrammingError, sqlite3.InterfaceError, OverflowError)


class Outbox:
    """An open outbox. Thread-safe; has no threads of its own; open in one process at a time.

    A damaged file is set aside, and replaced by what could be read of it: when it is opened, and while it is open.
    `damaged` lists the files set aside. Nothing is ever deleted.

    `now_us` gives µs since 1970, `now_s` monotonic seconds. Raises `OutboxBusyError` when another process has it open,
    `OutboxDamagedError` for a file that can't even be replaced, `ConfigurationError` for a path that can't work,
    another program's file or one of a newer SDK."""

    def __init__(
        self,
        path: Path | str,
        *,
        bounds: OutboxBounds | None = None,
        now_us: Callable[[], int] = lambda: time.time_ns() // 1000,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.path = Path(path)
        self._bounds = bounds or OutboxBounds()
        self._now_us = now_us
        self._ageing = Ageing(now_us, now_s)
        self._group = GroupCommit(self._commit)
        self._tail = Tail()
        self._lock = threading.Lock()
        self._closed = False
        self._looked_at = 0
        self._lost: dict[int, tuple[int, int, int]] = {}
        self.damaged: list[Path] = []
        self.install_id: bytes
        """16 random bytes, drawn when the file was made."""
        self._database: sqlite3.Connection
        self._stats: OutboxStats
        with contextlib.ExitStack() as opened:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._lock_file = opened.enter_context(lock_file(self.path))
                self._use(rescue.open_sound(self.path, self._bounds.max_records))
            except OSError as error:
                raise ConfigurationError(f"the outbox {self.path} can't be opened: {error.strerror}") from error
            opened.pop_all()

    def close(self) -> None:
        """Close the file and let other processes have it. Idempotent."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._database.close()
                self._lock_file.close()

    def stats(self) -> OutboxStats:
        """The present counts; takes no lock."""
        return self._stats

    def set_bounds(self, bounds: OutboxBounds) -> None:
        """Change the bounds; they apply from the next `append` on."""
        with self._lock:
            self._bounds = bounds
            self._stats = self._stats._replace(capacity_records=bounds.max_records)

    def begin_epoch(self) -> int:
        """Count and return the next run, committed to disk before this returns (PP-CL-1)."""
        with self._lock, self._transaction():
            epoch = self._stats.epoch + 1
            self._database.execute("UPDATE install SET epoch = ?", (epoch,))
            self._stats = self._stats._replace(epoch=epoch)
        return epoch

    def declare_metric(
        self, name: str, type: int, unit: str = "", scale: int = 0, description: str = "", interval_ms: int = 0
    ) -> MetricRow:
        """The metric of this name: made, or brought up to date where only unit, description or interval differ.

        Another `type` (number of `pb.ValueType`) or `scale` retires the old one and makes a new one with a new id."""
        with self._lock, self._transaction():
            return metrics.declare(
                self._database, MetricRow(0, name, type, unit, scale, description, interval_ms, False)
            )

    def metrics(self) -> list[MetricRow]:
        """Every metric that this install ever had, by ascending id."""
        with self._lock, self._reading():
            return metrics.declared(self._database)

    def append(self, records: Sequence[Row]) -> range:
        """Store records durably; the result is the `record_seq` that each got, in order. The one that they bring is not
        looked at.

        Callers that come while a commit is being written share the next one. All records of a call are stored, or none:
        A `StorageError` (`OutboxFullError` for the policy STOP_RECORDING, `DiskFullError`, `OutboxBusyError`, …) says
        that they are lost, which is counted and reported as a gap; `ValueTypeError` says that a record can't be
        stored."""
        if not records:
            return range(0)
        return self._group.submit(records)

    def page(self, after_seq: int, limit: int, up_to: int = INT64_MAX) -> list[Row]:
        """Records with `after_seq` < record_seq ≤ `up_to`, ascending, at most `limit`."""
        with self._lock, self._reading():
            stats = self._stats
            first = max(after_seq + 1, stats.first_record_seq)
            without_holes = stats.depth == stats.last_record_seq - stats.first_record_seq + 1
            found = self._tail.read(first, min(up_to, first + limit - 1)) if without_holes else None
            return rows.read(self._database, after_seq, up_to, limit) if found is None else found

    def acknowledge(self, ranges: Iterable[tuple[int, int]]) -> int:
        """Delete the records in these closed ranges; the result is how many there were.

        Not forced to disk: a record that comes back after a power failure is sent again, and the hub knows it."""
        with self._lock, self._transaction(durable=False):
            return self._delete(ranges)

    def dead_letter(self, ranges: Iterable[tuple[int, int]], code: int, detail: str) -> int:
        """Move records that the hub will never take to `dead_letters` and note the gap (PP-TD-5); `code` is a number of
        `pb.NackCode`. The result is how many records there were."""
        with self._lock, self._transaction():
            moved = 0
            for first, last in ranges:
                count, from_us, to_us = self._database.execute(
                    "SELECT count(*), min(captured_us), max(captured_us) FROM local_buffer "
                    "WHERE record_seq BETWEEN ? AND ?",
                    (first, last),
                ).fetchone()
                if count:
                    self._database.execute(
                        "INSERT OR REPLACE INTO dead_letters SELECT *, ?, ?, ? FROM local_buffer "
                        "WHERE record_seq BETWEEN ? AND ?",
                        (code, detail, self._now_us(), first, last),
                    )
                    gaps.note_gap(self._database, GapRow(0, first, last, pb.GAP_CAUSE_REJECTED, count, from_us, to_us))
                    moved += self._delete([(first, last)])
            self._database.execute(
                "DELETE FROM dead_letters WHERE record_seq <= "
                "(SELECT record_seq FROM dead_letters ORDER BY record_seq DESC LIMIT 1 OFFSET ?)",
                (self._bounds.max_dead_letters,),
            )
            self._stats = self._stats._replace(
                dead_letters=number_of(self._database, "dead_letters"), gaps=gaps.number_unacknowledged(self._database)
            )
            return moved

    def gaps(self) -> list[GapRow]:
        """The losses that the hub has not acknowledged, oldest first. What is returned does not change any more:
        what is lost later goes into another gap."""
        with self._lock, self._transaction():
            return gaps.unacknowledged(self._database)

    def acknowledge_gaps(self, gap_seqs: Iterable[int]) -> None:
        """The hub has committed these losses: it is told of them no more."""
        with self._lock, self._transaction(durable=False):
            gaps.acknowledge(self._database, gap_seqs)
            self._stats = self._stats._replace(gaps=gaps.number_unacknowledged(self._database))

    def lost(self, limit: int = 1000) -> Lost:
        """The newest losses, those too that the hub has committed, and the newest refused records, for people."""
        with self._lock, self._reading():
            return newest(self._database, limit)

    def _commit(self, group: list[Waiting]) -> None:
        with self._lock:
            try:
                self._store(group)
            except _ROW_ERRORS:
                # One caller's bad record must not cost the others theirs.
                for waiting in group:
                    try:
                        self._store([waiting])
                    except _ROW_ERRORS as error:
                        waiting.error = ValueTypeError(f"a record can't be stored: {error}")

    # The lock is held in everything below

    def _store(self, group: list[Waiting]) -> None:
        group = self._admit(group)
        count = sum(waiting.count for waiting in group)
        if not count:
            return
        try:
            # A single statement is a transaction of its own, and three times as fast.
            with self._transaction() if count > 1 else self._reading():
                cells = group[0].cells if len(group) == 1 else [cell for waiting in group for cell in waiting.cells]
                last = rows.insert(self._database, cells)
                if last != self._stats.last_record_seq + count:
                    raise OutboxDamagedError(f"another program changed the outbox {self.path} while it was open")
        except PrecisionPulseError as error:
            for waiting in group:
                waiting.error = error
                if isinstance(error, StorageError):
                    full = isinstance(error, DiskFullError)
                    damaged = isinstance(error, OutboxDamagedError)
                    cause = pb.GAP_CAUSE_CORRUPTION if damaged else pb.GAP_CAUSE_UNSPECIFIED
                    self._lose(waiting, pb.GAP_CAUSE_DISK_FULL if full else cause)
            return
        number = self._stats.last_record_seq + 1
        self._tail.add(number, cells)
        for waiting in group:
            waiting.numbers = range(number, number + waiting.count)
            number += waiting.count
        if not self._stats.depth:
            self._stats = self._stats._replace(
                first_record_seq=self._stats.last_record_seq + 1, oldest_captured_us=group[0].first_captured_us
            )
        self._stats = self._stats._replace(depth=self._stats.depth + count, last_record_seq=last)
        with contextlib.suppress(StorageError):
            self._write_losses()
            self._keep_bounds()

    def _admit(self, group: list[Waiting]) -> list[Waiting]:
        """Those of the group that may be stored; the others get their error."""
        admitted = []
        stats, bounds, depth = self._stats, self._bounds, self._stats.depth
        for waiting in group:
            full = depth + waiting.count > bounds.max_records or stats.bytes > bounds.max_bytes
            if waiting.error is not None:
                continue
            if self._closed:
                waiting.error = ClosedError(f"the outbox {self.path} is closed")
            elif full and bounds.policy is Policy.STOP_RECORDING:
                waiting.error = OutboxFullError(
                    f"the outbox {self.path} is full ({stats.depth} records, {stats.bytes} bytes), and its policy is "
                    "to stop recording: restore the link to the hub, or raise its bounds"
                )
                self._lose(waiting, pb.GAP_CAUSE_DISK_FULL)
            else:
                depth += waiting.count
                admitted.append(waiting)
        if self._lost and not admitted:
            with contextlib.suppress(StorageError):
                self._write_losses()
        return admitted

    def _lose(self, waiting: Waiting, cause: int) -> None:
        captured_us = waiting.captured_us
        count, from_us, to_us = self._lost.get(cause, (0, *captured_us))
        times = (min(from_us, *captured_us), max(to_us, *captured_us))
        self._lost[cause] = (count + waiting.count, *times)

    def _write_losses(self) -> None:
        if not self._lost:
            return
        with self._transaction():
            for cause, (count, from_us, to_us) in self._lost.items():
                gaps.note_gap(self._database, GapRow(0, None, None, cause, count, from_us, to_us))
            count = sum(lost[0] for lost in self._lost.values())
            self._database.execute("UPDATE install SET dropped = dropped + ?", (count,))
            self._stats = self._stats._replace(
                dropped=self._stats.dropped + count, gaps=gaps.number_unacknowledged(self._database)
            )
        self._lost = {}

    def _keep_bounds(self) -> None:
        stats, bounds = self._stats, self._bounds
        if abs(stats.last_record_seq - self._looked_at) >= _LOOK_EVERY_RECORDS:
            self._looked_at = stats.last_record_seq
            self._stats = stats = stats._replace(bytes=used_bytes(self._database))
        excess = bounds.excess(stats.depth, stats.bytes) if bounds.policy is Policy.DROP_OLDEST else 0
        self._ageing.look(stats.last_record_seq)
        if excess or self._is_too_old(stats.first_record_seq, stats.oldest_captured_us or 0):
            with self._transaction(durable=False):
                dropped = drop_oldest(self._database, excess, self._is_too_old)
                first, oldest_us = oldest(self._database)
                self._stats = stats._replace(
                    depth=stats.depth - dropped,
                    bytes=used_bytes(self._database),
                    oldest_captured_us=oldest_us,
                    first_record_seq=first,
                    dropped=stats.dropped + dropped,
                    gaps=gaps.number_unacknowledged(self._database),
                )

    def _is_too_old(self, record_seq: int, captured_us: int) -> bool:
        return self._ageing.is_too_old(record_seq, captured_us, self._bounds.max_age_s)

    def _delete(self, ranges: Iterable[tuple[int, int]]) -> int:
        gone = 0
        for first, last in ranges:
            statement = "DELETE FROM local_buffer WHERE record_seq BETWEEN ? AND ?"
            gone += self._database.execute(statement, (first, last)).rowcount
        if gone:
            depth = self._stats.depth - gone
            first, oldest_us = oldest(self._database) if depth else (0, None)
            self._tail.forget_before(first or self._stats.last_record_seq + 1)
            self._stats = self._stats._replace(
                depth=depth,
                oldest_captured_us=oldest_us,
                first_record_seq=first,
                bytes=used_bytes(self._database) if gone >= _LOOK_EVERY_RECORDS or not depth else self._stats.bytes,
            )
        return gone

    @contextlib.contextmanager
    def _reading(self) -> Iterator[None]:
        if self._closed:
            raise ClosedError(f"the outbox {self.path} is closed")
        try:
            yield
        except _ROW_ERRORS:
            raise
        except sqlite3.Error as error:
            told = storage_error(error, self.path)
            raise (self._replaced(told) if isinstance(told, OutboxDamagedError) else told) from error

    def _use(self, file: SoundFile) -> None:
        self._database, self._stats = file.database, file.stats
        self.install_id = file.install_id
        if file.aside is not None:
            self.damaged.append(file.aside)

    def _replaced(self, damage: OutboxDamagedError) -> OutboxDamagedError:
        """Go on with a new file that has all that can be read of this one. The operation under way has failed all the
        same: the result is what to raise."""
        self._database.close()
        try:
            self._use(rescue.replace(self.path, self._bounds.max_records, damage))
        except StorageError:
            self._closed = True
            self._lock_file.close()
            return damage
        self._tail = Tail()
        return OutboxDamagedError(
            f"the outbox {self.path} was damaged: the damaged file is now {self.damaged[-1]}, and recording goes on "
            "with what could be read of it"
        )

    @contextlib.contextmanager
    def _transaction(self, *, durable: bool = True) -> Iterator[None]:
        with self._reading():
            before = self._stats
            if not durable:
                self._database.execute("PRAGMA synchronous = NORMAL")
            try:
                self._database.execute("BEGIN IMMEDIATE")
                yield
                self._database.execute("COMMIT")
            except BaseException:
                self._stats = before
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
            finally:
                if not durable:
                    self._database.execute("PRAGMA synchronous = FULL")
