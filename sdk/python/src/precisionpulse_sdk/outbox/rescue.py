"""What is done about a damaged outbox: everything readable goes into a new file, which takes the old one's place; the
old one is set aside under another name, and never deleted (PP-TD-9)."""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import OutboxDamagedError, StorageError
from precisionpulse_sdk.outbox.file import open_database, storage_error
from precisionpulse_sdk.outbox.gaps import GapRow, note_gap
from precisionpulse_sdk.outbox.stats import OutboxStats, counted

_log = logging.getLogger(__name__)

_FILES = ("", "-wal", "-shm")

_Stored = tuple[Any, ...]


class SoundFile(NamedTuple):
    """An open outbox's file, what it holds and whose it is. `aside`: where the damaged file is that it replaces."""

    database: sqlite3.Connection
    stats: OutboxStats
    install_id: bytes
    aside: Path | None


def open_sound(path: Path, capacity_records: int) -> SoundFile:
    """Open the outbox at `path`, or make it, or replace it when it is damaged. The caller holds the lock.

    Raises as `file.open_database`."""
    if _beside(path, "rescued").exists():
        _take_place(path)  # Interrupted between its renames.
    try:
        return _opened(path, capacity_records, None)
    except OutboxDamagedError as damage:
        return replace(path, capacity_records, damage)


def replace(path: Path, capacity_records: int, damage: OutboxDamagedError) -> SoundFile:
    """Put what can be read of the outbox at `path`, which is closed, in its place, and open that. Raises `damage` when
    that can't be done."""
    try:
        aside = _rescue(path)
    except (sqlite3.Error, StorageError, OSError) as error:
        raise damage from error
    _log.error("the outbox %s was damaged (%s); the damaged file is now %s", path, damage.__cause__, aside)
    return _opened(path, capacity_records, aside)


def _opened(path: Path, capacity_records: int, aside: Path | None) -> SoundFile:
    database = open_database(path)
    try:
        install_id = bytes(database.execute("SELECT install_id FROM install").fetchone()[0])
        return SoundFile(database, counted(database, capacity_records), install_id, aside)
    except sqlite3.Error as error:
        database.close()
        raise storage_error(error, path) from error


def _rescue(path: Path) -> Path:
    """Make the outbox at `path` sound again; the caller holds its lock and has it closed. The result is where the
    damaged file is now. Records that can't be read are noted as gaps (cause CORRUPTION).

    Raises `sqlite3.Error` and changes nothing when it can't be read whose outbox it is, and how far it had counted: to
    go on without that would give numbers away twice."""
    draft = _beside(path, "draft")
    for suffix in _FILES:
        Path(f"{draft}{suffix}").unlink(missing_ok=True)
    with (
        contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=5)) as damaged,
        contextlib.closing(open_database(draft)) as sound,
    ):
        sound.execute("BEGIN IMMEDIATE")
        _copy(damaged, sound)
        sound.execute("COMMIT")
    draft.rename(_beside(path, "rescued"))
    return _take_place(path)


def _take_place(path: Path) -> Path:
    aside = _beside(path, f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    # The log first: without its file it is nothing, beside the new file it would be its.
    for suffix in reversed(_FILES):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    _beside(path, "rescued").rename(path)
    return aside


def _beside(path: Path, word: str) -> Path:
    return path.with_name(f"{path.name}.{word}")


def _copy(damaged: sqlite3.Connection, sound: sqlite3.Connection) -> None:
    install = damaged.execute("SELECT install_id, epoch, dropped FROM install").fetchall()
    if len(install) != 1:
        raise sqlite3.DatabaseError("the table install has no row")
    counted = dict(damaged.execute("SELECT name, seq FROM sqlite_sequence"))
    sound.execute("UPDATE install SET install_id = ?, epoch = ?, dropped = ?", install[0])
    sound.executemany(
        "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?)", damaged.execute("SELECT * FROM metrics").fetchall()
    )
    for table, columns in (("gaps", 8), ("dead_letters", 9)):
        with contextlib.suppress(sqlite3.DatabaseError):
            kept = damaged.execute(f"SELECT * FROM {table}").fetchall()
            sound.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * columns)})", kept)
    for name, seq in counted.items():
        sound.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        sound.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, seq))
    _copy_records(damaged, sound, counted.get("local_buffer", 0))


def _copy_records(damaged: sqlite3.Connection, sound: sqlite3.Connection, last: int) -> None:
    """Copy what is readable, and note as lost what is not between the first readable record and the last number that
    was given. Of what may have been before the first, nothing is known: the hub will show it as missing."""
    before: _Stored | None = None
    lost = 0
    for row in _readable(damaged, last):
        sound.execute("INSERT INTO local_buffer VALUES (?, ?, ?, ?, ?, ?)", row)
        if before is not None and row[0] > before[0] + 1:
            lost += _note(sound, before[0] + 1, row[0] - 1, before[2], row[2])
        before = row
    if before is not None and last > before[0]:
        lost += _note(sound, before[0] + 1, last, before[2], before[2])
    sound.execute("UPDATE install SET dropped = dropped + ?", (lost,))


def _note(sound: sqlite3.Connection, first: int, last: int, from_us: int, to_us: int) -> int:
    count = last - first + 1
    times = (min(from_us, to_us), max(from_us, to_us))
    note_gap(sound, GapRow(0, first, last, pb.GAP_CAUSE_CORRUPTION, count, *times))
    return count


def _readable(damaged: sqlite3.Connection, last: int) -> Iterator[_Stored]:
    """Every record that can be read, ascending."""
    after = 0
    while after < last:
        try:
            for row in damaged.execute("SELECT * FROM local_buffer WHERE record_seq > ? ORDER BY record_seq", (after,)):
                yield row
                after = row[0]
        except sqlite3.DatabaseError:
            after = _next_readable(damaged, after, last) - 1
        else:
            return


def _next_readable(damaged: sqlite3.Connection, after: int, last: int) -> int:
    """The lowest number behind `after` + 1 from which on something can be read; `last` + 1 when there is none."""

    def opens(number: int) -> bool:
        try:
            damaged.execute("SELECT * FROM local_buffer WHERE record_seq >= ? LIMIT 1", (number,)).fetchone()
        except sqlite3.DatabaseError:
            return False
        return True

    shut, stride = after + 1, 1
    while shut + stride <= last and not opens(shut + stride):
        shut, stride = shut + stride, stride * 2
    open_ = min(shut + stride, last + 1)
    while open_ - shut > 1:
        middle = (shut + open_) // 2
        shut, open_ = (shut, middle) if opens(middle) else (middle, open_)
    return open_
