"""When live records go at once, and when they wait for company."""

from __future__ import annotations

import pytest

from precisionpulse_sdk.protocol.window import DeliveryWindow, NextRead
from precisionpulse_sdk.ranges import Range


def _window(flush_mark: int = 0) -> DeliveryWindow:
    return DeliveryWindow(max_batches=8, max_part_batches=2, max_records=10, flush_mark=flush_mark, timeout_s=10.0)


def _send_all(window: DeliveryWindow, newest: int, now_s: float = 0.0) -> Range | None:
    """The batch that goes, when `newest` is the last record."""
    read = window.next_read(newest, now_s)
    if read is None:
        return None
    batch = Range(read.after + 1, min(read.up_to, read.after + read.limit))
    window.was_read(read, batch.last)
    window.sent((batch,), now_s)
    return batch


@pytest.mark.proves("PP-TD-8", "E1")
def test_single_records_go_at_once_until_the_hub_is_slower_than_they_come() -> None:
    window = _window()
    assert _send_all(window, 1) == (1, 1)
    assert _send_all(window, 2) == (2, 2)
    assert [_send_all(window, newest) for newest in (3, 4, 5)] == [None, None, None]
    window.settled((Range(1, 1),))
    assert _send_all(window, 5) == (3, 5), "what came meanwhile goes together"


@pytest.mark.proves("PP-TD-8")
def test_a_full_batch_waits_for_nobody_but_the_window() -> None:
    window = _window()
    sent = [_send_all(window, newest) for newest in (1, 2, 12, 22, 32, 42, 52, 62, 72)]
    assert sent[2:8] == [(3, 12), (13, 22), (23, 32), (33, 42), (43, 52), (53, 62)]
    assert sent[8] is None, "eight are in flight"


@pytest.mark.proves("E1", "PP-TD-4")
def test_what_waits_for_company_goes_when_an_answer_is_overdue() -> None:
    window = _window()
    for newest in (1, 2, 3):
        _send_all(window, newest)
    window.overdue(20.0)
    assert window.next_read(3, 20.0) == NextRead(0, 2, 10, False), "first again what had no answer"
    _send_all(window, 3, 20.0)
    assert _send_all(window, 3, 20.0) == (3, 3)


@pytest.mark.proves("PP-TD-7")
def test_a_flush_does_not_wait_for_company() -> None:
    window = _window(flush_mark=23)
    assert [_send_all(window, 23) for _ in range(3)] == [(1, 10), (11, 20), (21, 23)]
