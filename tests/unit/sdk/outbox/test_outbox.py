"""What an outbox keeps besides records: what is acknowledged, its counts, its identity and its metrics."""

from __future__ import annotations

from pathlib import Path

import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ClosedError
from precisionpulse_sdk.outbox import Outbox

from .records import NOW_US, open_outbox, row, rows


@pytest.mark.proves("E3")
def test_only_the_acknowledged_ranges_go(outbox: Outbox) -> None:
    outbox.append(rows(10))
    assert outbox.acknowledge([(2, 3), (6, 6), (9, 99)]) == 5
    assert [found.record_seq for found in outbox.page(0, 99)] == [1, 4, 5, 7, 8]
    assert outbox.acknowledge([(2, 3)]) == 0
    assert outbox.stats().depth == 5


def test_stats_follow_every_step(outbox: Outbox) -> None:
    assert outbox.stats()[:4] == (0, outbox.stats().bytes, None, 0)
    outbox.append(rows(3))
    stats = outbox.stats()
    assert (stats.depth, stats.first_record_seq, stats.last_record_seq) == (3, 1, 3)
    assert stats.oldest_captured_us == NOW_US
    outbox.acknowledge([(1, 1)])
    assert (outbox.stats().first_record_seq, outbox.stats().oldest_captured_us) == (2, NOW_US + 1)
    outbox.acknowledge([(1, 3)])
    assert (outbox.stats().depth, outbox.stats().oldest_captured_us) == (0, None)


def test_reopening_counts_what_is_there(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path)
    outbox.append(rows(500))
    outbox.acknowledge([(1, 100)])
    outbox.dead_letter([(101, 101)], pb.NACK_CODE_MALFORMED, "no")
    outbox.begin_epoch()
    before = outbox.stats()
    outbox.close()
    outbox = open_outbox(tmp_path)
    assert outbox.stats()._replace(bytes=0) == before._replace(bytes=0)
    outbox.close()


@pytest.mark.proves("PP-CL-1")
def test_the_install_id_stays_and_each_epoch_is_new(tmp_path: Path) -> None:
    outbox = open_outbox(tmp_path)
    install_id = outbox.install_id
    assert len(install_id) == 16
    assert [outbox.begin_epoch(), outbox.begin_epoch()] == [1, 2]
    outbox.close()
    outbox = open_outbox(tmp_path)
    assert (outbox.install_id, outbox.begin_epoch()) == (install_id, 3)
    outbox.close()


@pytest.mark.proves("PP-CL-2")
def test_a_metric_keeps_its_number_until_its_type_or_scale_changes(outbox: Outbox) -> None:
    first = outbox.declare_metric("t", pb.VALUE_TYPE_DOUBLE, "Cel", 0, "room", 1000)
    assert outbox.declare_metric("t", pb.VALUE_TYPE_DOUBLE, "Cel", 0, "room", 1000) == first
    renamed = outbox.declare_metric("t", pb.VALUE_TYPE_DOUBLE, "K", 0, "hall", 500)
    assert (renamed.id, renamed.unit, renamed.description, renamed.interval_ms) == (first.id, "K", "hall", 500)
    other = outbox.declare_metric("t", pb.VALUE_TYPE_DECIMAL, "K", 2)
    assert other.id == first.id + 1
    rescaled = outbox.declare_metric("t", pb.VALUE_TYPE_DECIMAL, "K", 3)
    assert [(metric.id, metric.retired) for metric in outbox.metrics()] == [
        (first.id, True),
        (other.id, True),
        (rescaled.id, False),
    ]


def test_a_closed_outbox_says_so(outbox: Outbox) -> None:
    outbox.close()
    outbox.close()
    for use in (lambda: outbox.append([row()]), lambda: outbox.page(0, 1), outbox.begin_epoch, outbox.gaps):
        with pytest.raises(ClosedError):
            use()
