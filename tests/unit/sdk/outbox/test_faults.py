"""The outbox against kill -9, a full disk, a damaged file and a second process."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ConfigurationError, DiskFullError, OutboxBusyError, OutboxDamagedError
from precisionpulse_sdk.outbox import Outbox, OutboxBounds
from precisionpulse_sdk.outbox.file import MAX_LOG_BYTES

from .records import row

ENDLESS = OutboxBounds(max_age_s=10**14)

RECORD = """
import sys
from precisionpulse_sdk.outbox import Outbox, OutboxRow
outbox = Outbox(sys.argv[1])
import time
size = int(sys.argv[2])
at_us = time.time_ns() // 1000
while True:
    numbers = outbox.append([OutboxRow(0, 1, at_us, 1, 1, outbox.stats().last_record_seq)] * size)
    print(numbers[-1], flush=True)
"""

HOLD = """
import sys
from precisionpulse_sdk.outbox import Outbox
outbox = Outbox(sys.argv[1])
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.proves("E1", "D5", "PP-TD-2")
@pytest.mark.parametrize("size", [1, 3, 700])
def test_after_kill_9_everything_that_returned_is_there_without_a_hole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "outbox.sqlite3"
    returned = 0
    for life in range(3):
        with subprocess.Popen([sys.executable, "-c", RECORD, str(path), str(size)], stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            for _ in range(20 * (life + 1)):
                returned = int(child.stdout.readline())
            child.send_signal(signal.SIGKILL)
            told = child.stdout.read().split()
            # The last line may have been cut short by the kill.
            returned = max([returned, *(int(number) for number in told[:-1])])
        with_outbox = Outbox(path)
        found = [each.record_seq for each in with_outbox.page(0, 10**6)]
        assert found == list(range(1, len(found) + 1))
        assert len(found) >= returned
        assert len(found) % size == 0, "a call is stored whole or not at all"
        assert with_outbox.stats().depth == len(found)
        with_outbox.close()


def test_a_second_opening_is_refused_at_once_and_named(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        with pytest.raises(OutboxBusyError, match=re.escape(str(path))) as refused:
            Outbox(path)
        assert str(child.pid) in str(refused.value)
        child.kill()
    Outbox(path).close()


def test_a_second_opening_in_the_same_process_is_refused(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite3")
    with pytest.raises(OutboxBusyError):
        Outbox(tmp_path / "outbox.sqlite3")
    outbox.close()


@pytest.mark.proves("E4", "PP-TD-9")
def test_a_full_disk_is_told_counted_and_survived(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite3", bounds=ENDLESS)
    outbox.append([row()] * 1000)
    # SQLite's own limit stands for the disk's: the same error comes back from the same write.
    pages = outbox._database.execute("PRAGMA page_count").fetchone()[0]
    outbox._database.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DiskFullError, match="free some disk space"):
        outbox.append([row()] * 10_000)
    assert outbox.stats().depth == 1000
    outbox._database.execute("PRAGMA max_page_count = 1000000")
    assert outbox.append([row()]) == range(1001, 1002)
    assert [(gap.first_seq, gap.count, gap.cause) for gap in outbox.gaps()] == [(None, 10_000, pb.GAP_CAUSE_DISK_FULL)]
    assert [each.record_seq for each in outbox.page(0, 10**6)] == list(range(1, 1002))
    outbox.close()


def damage(path: Path, pages: range) -> bytes:
    content = bytearray(path.read_bytes())
    for page in pages:
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)
    return bytes(content)


@pytest.mark.proves("E4", "PP-TD-9")
def test_a_damaged_file_is_set_aside_and_what_can_be_read_of_it_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    outbox = Outbox(path, bounds=ENDLESS)
    install_id, epoch = outbox.install_id, outbox.begin_epoch()
    outbox.append([row(number) for number in range(1, 50_001)])
    outbox.close()
    damaged = damage(path, range(40, 60))
    outbox = Outbox(path, bounds=ENDLESS)
    (aside,) = outbox.damaged
    assert aside.read_bytes() == damaged
    found = outbox.page(0, 10**6)
    assert all(each.value == each.record_seq for each in found)
    assert 40_000 < len(found) < 50_000
    assert (outbox.install_id, outbox.stats().epoch) == (install_id, epoch)
    (gap,) = outbox.gaps()
    assert gap.cause == pb.GAP_CAUSE_CORRUPTION
    assert gap.count == 50_000 - len(found) == outbox.stats().dropped
    assert outbox.append([row()]) == range(50_001, 50_002), "no number is given twice"
    outbox.close()
    outbox = Outbox(path, bounds=ENDLESS)
    assert not outbox.damaged
    outbox.close()


@pytest.mark.proves("E4", "PP-TD-9")
def test_damage_that_is_found_while_recording_is_survived(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    outbox = Outbox(path, bounds=ENDLESS)
    for _ in range(3):
        outbox.append([row(number) for number in range(1, 50_001)])
    outbox.close()
    outbox = Outbox(path, bounds=ENDLESS)
    damage(path, range(40, 42))
    with pytest.raises(OutboxDamagedError, match="recording goes on"):
        outbox.page(0, 100_000)
    assert len(outbox.page(0, 100_000)) == 100_000
    assert outbox.append([row()]) == range(150_001, 150_002)
    assert sum(gap.count for gap in outbox.gaps()) == 150_001 - outbox.stats().depth
    assert len(outbox.damaged) == 1
    outbox.close()


def test_a_rescue_that_was_interrupted_between_its_renames_is_completed(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    outbox = Outbox(path, bounds=ENDLESS)
    outbox.append([row(7)])
    outbox.close()
    path.rename(tmp_path / "outbox.sqlite3.rescued")
    outbox = Outbox(path, bounds=ENDLESS)
    assert [each.value for each in outbox.page(0, 10)] == [7]
    outbox.close()


@pytest.mark.proves("PP-TD-9")
def test_a_file_that_can_not_tell_how_far_it_had_counted_is_refused_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    outbox = Outbox(path, bounds=ENDLESS)
    outbox.append([row()] * 1000)
    outbox.close()
    damaged = damage(path, range(1, 12))
    with pytest.raises(OutboxDamagedError, match=re.escape(str(path))) as told:
        Outbox(path)
    assert "recover" in str(told.value)
    assert path.read_bytes() == damaged


@pytest.mark.proves("PP-TD-9")
def test_what_could_not_be_stored_while_another_program_held_the_file_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    outbox = Outbox(path, bounds=ENDLESS)
    outbox._database.execute("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(OutboxBusyError, match="another program"):
        outbox.append([row()] * 3)
    other.execute("ROLLBACK")
    other.close()
    assert outbox.append([row()]) == range(1, 2)
    assert [(gap.first_seq, gap.count) for gap in outbox.gaps()] == [(None, 3)]
    outbox.close()


def test_the_log_does_not_stay_as_long_as_its_longest_transaction(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    outbox = Outbox(path, bounds=ENDLESS)
    outbox.append([row()] * 700_000)
    log = path.with_name(path.name + "-wal")
    for _ in range(3):
        outbox.append([row()] * 100)
    assert log.stat().st_size <= MAX_LOG_BYTES
    outbox.close()


def test_a_file_that_is_no_database_is_named_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    path.write_bytes(b"not a database, but somebody's letter\n" * 100)
    with pytest.raises(OutboxDamagedError):
        Outbox(path)
    assert path.read_bytes().startswith(b"not a database")


def test_another_programs_database_is_refused_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(ConfigurationError, match="another program"):
        Outbox(path)
    assert path.read_bytes() == before


def test_an_outbox_of_a_newer_sdk_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite3"
    Outbox(path).close()
    with sqlite3.connect(path) as newer:
        newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(ConfigurationError, match="newer SDK"):
        Outbox(path)


def test_a_path_that_can_not_be_made_is_a_setting_to_correct(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="file"):
        Outbox(tmp_path / "file" / "outbox.sqlite3")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_nobody_else_may_read_the_files(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite3", bounds=ENDLESS)
    outbox.append([row()])
    assert {path.name: path.stat().st_mode & 0o077 for path in tmp_path.iterdir()} == {
        "outbox.sqlite3": 0,
        "outbox.sqlite3-wal": 0,
        "outbox.sqlite3-shm": 0,
        "outbox.sqlite3.lock": 0,
    }
    outbox.close()
