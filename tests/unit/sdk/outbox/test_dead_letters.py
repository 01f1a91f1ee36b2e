"""Records that the hub refused for good: out of the queue, kept for people, and reported."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.outbox import GapRow, Outbox

from .records import NOW_US, open_outbox, rows


@pytest.mark.proves("PP-TD-5")
def test_dead_letters_leave_the_queue_and_are_kept_and_reported(outbox: Outbox, tmp_path: Path) -> None:
    outbox.append(rows(5))
    assert outbox.dead_letter([(2, 3)], pb.NACK_CODE_MALFORMED, "contradicts its catalogue") == 2
    assert [found.record_seq for found in outbox.page(0, 9)] == [1, 4, 5]
    assert (outbox.stats().dead_letters, outbox.stats().depth) == (2, 3)
    assert outbox.gaps() == [GapRow(1, 2, 3, pb.GAP_CAUSE_REJECTED, 2, NOW_US + 1, NOW_US + 2)]
    with sqlite3.connect(tmp_path / "outbox.sqlite3") as reader:
        found = reader.execute("SELECT record_seq, value, code, detail FROM dead_letters").fetchall()
    reader.close()
    assert found == [(2, 1, 4, "contradicts its catalogue"), (3, 2, 4, "contradicts its catalogue")]


def test_dead_letters_are_bounded(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path, max_dead_letters=3)
    outbox.append(rows(10))
    outbox.dead_letter([(1, 5)], pb.NACK_CODE_MALFORMED, "no")
    assert outbox.stats().dead_letters == 3
    outbox.close()
