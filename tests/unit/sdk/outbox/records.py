"""Records, and outboxes in files to put them into."""

from __future__ import annotations

from pathlib import Path

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.outbox import Outbox, OutboxBounds, OutboxRow
from precisionpulse_sdk.values import StoredValue

NOW_US = 1_790_000_000_000_000


def row(value: StoredValue = 1, at_us: int = NOW_US, metric_id: int = 1) -> OutboxRow:
    return OutboxRow(0, metric_id, at_us, pb.QUALITY_LIVE, pb.CLOCK_STATE_SYNCHRONISED, value)


def rows(count: int) -> list[OutboxRow]:
    return [row(number, NOW_US + number) for number in range(count)]


def open_outbox(directory: Path, **bounds: int) -> Outbox:
    stated = OutboxBounds(**bounds)  # type: ignore[arg-type]
    return Outbox(directory / "outbox.sqlite3", bounds=stated, now_us=lambda: NOW_US + 10**9)
