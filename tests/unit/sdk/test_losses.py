"""What an operator may see of losses and refused records."""

from __future__ import annotations

from pathlib import Path

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.outbox import DeadLetter, Loss, Outbox, OutboxRow
from precisionpulse_sdk.outbox.gaps import KEPT_ACKNOWLEDGED

NOW_US = 1_790_000_000_000_000


@pytest.mark.proves("X1", "E4", "PP-TD-9")
def test_a_loss_stays_to_be_seen_after_the_hub_has_committed_it(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite3")
    first = outbox.add_gap(1, 4, pb.GAP_CAUSE_BUFFER_BOUND, 4, 10, 20)
    outbox.gaps()
    outbox.add_gap(None, None, pb.GAP_CAUSE_DISK_FULL, 2, 30, 40)
    outbox.acknowledge_gaps([first])
    assert outbox.lost().losses == [
        Loss(None, None, pb.GAP_CAUSE_DISK_FULL, 2, 30, 40, acknowledged=False),
        Loss(1, 4, pb.GAP_CAUSE_BUFFER_BOUND, 4, 10, 20, acknowledged=True),
    ]
    assert [gap.gap_seq for gap in outbox.gaps()] == [first + 1]
    assert outbox.stats().gaps == 1
    outbox.close()
    outbox = Outbox(tmp_path / "outbox.sqlite3")
    assert (len(outbox.lost().losses), outbox.stats().gaps) == (2, 1)
    outbox.close()


def test_of_acknowledged_losses_only_the_newest_stay(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite3")
    numbers = []
    for number in range(KEPT_ACKNOWLEDGED + 3):
        cause = pb.GAP_CAUSE_BUFFER_BOUND if number % 2 else pb.GAP_CAUSE_CORRUPTION
        numbers.append(outbox.add_gap(10 * number + 1, 10 * number + 2, cause, 2, number, number))
    outbox.acknowledge_gaps(numbers[:-1])
    kept = outbox.lost(10_000).losses
    assert len(kept) == KEPT_ACKNOWLEDGED + 1
    assert [loss.acknowledged for loss in kept[:2]] == [False, True]
    outbox.close()


@pytest.mark.proves("X1", "PP-TD-5")
def test_a_refused_record_is_listed_with_its_metric_and_its_reason(tmp_path: Path) -> None:
    outbox = Outbox(tmp_path / "outbox.sqlite3", now_us=lambda: NOW_US + 5)
    metric = outbox.declare_metric("level", pb.VALUE_TYPE_DOUBLE)
    outbox.append([OutboxRow(0, metric.id, NOW_US + at, pb.QUALITY_LIVE, 0, 1.5) for at in range(3)])
    outbox.dead_letter([(2, 3)], pb.NACK_CODE_MALFORMED, "the batch contradicts itself")
    assert outbox.lost().dead_letters == [
        DeadLetter(seq, "level", NOW_US + seq - 1, "MALFORMED", "the batch contradicts itself", NOW_US + 5)
        for seq in (3, 2)
    ]
    outbox.close()
