"""Many callers at once: they share commits, and nobody pays for another's mistake."""

from __future__ import annotations

import threading

import pytest

from precisionpulse_sdk.errors import ValueTypeError
from precisionpulse_sdk.outbox import Outbox

from .records import row


@pytest.mark.proves("E1", "PP-TD-2")
def test_many_callers_share_commits_and_each_gets_its_own_numbers(outbox: Outbox) -> None:
    numbers: list[tuple[int, range]] = []

    def record(caller: int) -> None:
        numbers.extend((caller, outbox.append([row(caller * 1000 + step)] * (1 + step % 3))) for step in range(50))

    threads = [threading.Thread(target=record, args=(caller,)) for caller in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given_out = sorted(number for _, mine in numbers for number in mine)
    assert given_out == list(range(1, outbox.stats().last_record_seq + 1))
    owner = {number: caller for caller, mine in numbers for number in mine}
    assert all(int(found.value or 0) // 1000 == owner[found.record_seq] for found in outbox.page(0, 10**6))


def test_one_callers_bad_row_does_not_cost_the_others_theirs(outbox: Outbox) -> None:
    failed: list[Exception] = []

    def bad() -> None:
        for _ in range(100):
            try:
                outbox.append([row(at_us=None)])  # type: ignore[arg-type]
            except ValueTypeError as error:
                failed.append(error)

    def good() -> None:
        for _ in range(100):
            outbox.append([row()])

    threads = [threading.Thread(target=target) for target in (bad, good, bad, good)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(failed) == 200
    assert outbox.stats().depth == 200
    assert [found.record_seq for found in outbox.page(0, 999)] == list(range(1, 201))
