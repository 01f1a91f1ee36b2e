"""What an operator may see of losses and refused records."""

from __future__ import annotations

from pathlib import Path

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import OutboxFullError
from precisionpulse_sdk.outbox import DeadLetter, Loss, Outbox, OutboxBounds, OutboxRow, Policy
from precisionpulse_sdk.outbox.gaps import KEPT_ACKNOWLEDGED

from .records import NOW_US, open_outbox, row, rows


@pytest.mark.proves("X1", "E4", "PP-TD-9")
def test_a_loss_stays_to_be_seen_after_the_hub_has_committed_it(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path, max_records=3)
    outbox.append([row(at_us=NOW_US + at) for at in (10, 12, 20, 15, 25, 26, 27)])
    (first,) = outbox.gaps()
    outbox.set_bounds(OutboxBounds(max_records=3, policy=Policy.STOP_RECORDING))
    with pytest.raises(OutboxFullError):
        outbox.append([row(at_us=NOW_US + at) for at in (30, 40)])
    outbox.acknowledge_gaps([first.gap_seq])
    assert outbox.lost().losses == [
        Loss(None, None, pb.GAP_CAUSE_DISK_FULL, 2, NOW_US + 30, NOW_US + 40, acknowledged=False),
        Loss(1, 4, pb.GAP_CAUSE_BUFFER_BOUND, 4, NOW_US + 10, NOW_US + 20, acknowledged=True),
    ]
    assert [gap.gap_seq for gap in outbox.gaps()] == [first.gap_seq + 1]
    assert outbox.stats().gaps == 1
    outbox.close()
    outbox = open_outbox(tmp_path)
    assert (len(outbox.lost().losses), outbox.stats().gaps) == (2, 1)
    outbox.close()


def test_of_acknowledged_losses_only_the_newest_stay(outbox: Outbox) -> None:
    losses = KEPT_ACKNOWLEDGED + 3
    outbox.append(rows(2 * losses))
    apart = [(number, number) for number in range(1, 2 * losses, 2)]
    outbox.dead_letter(apart, pb.NACK_CODE_MALFORMED, "every other one, so that no loss continues another")
    assert outbox.stats().gaps == losses
    while len(told := outbox.gaps()) > 1:
        outbox.acknowledge_gaps(gap.gap_seq for gap in told[:-1])
    kept = outbox.lost(10_000).losses
    assert len(kept) == KEPT_ACKNOWLEDGED + 1
    assert [loss.acknowledged for loss in kept[:2]] == [False, True]


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
