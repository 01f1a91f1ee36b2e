"""What was lost, as rows of text for a table and a file."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from precisionpulse_desktop.models.wording import day_text
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.outbox import DeadLetter, Loss

_CAUSES: dict[int, str] = {
    pb.GAP_CAUSE_BUFFER_BOUND: "dropped by policy",
    pb.GAP_CAUSE_DISK_FULL: "disk or buffer full",
    pb.GAP_CAUSE_CORRUPTION: "corruption",
    pb.GAP_CAUSE_REJECTED: "rejected by the hub",
}


class Sheet(NamedTuple):
    """A table: its headers, and rows of as many texts."""

    headers: Sequence[str]
    rows: Sequence[Sequence[str]]


def loss_sheet(losses: Sequence[Loss]) -> Sheet:
    """Stated losses."""
    rows = [
        (
            _CAUSES.get(loss.cause, "cause not known"),
            _numbers(loss.first_seq, loss.last_seq),
            f"{loss.count:,}",
            day_text(loss.from_us),
            day_text(loss.to_us),
            "yes" if loss.acknowledged else "not yet",
        )
        for loss in losses
    ]
    return Sheet(("Cause", "Records", "Count", "From", "To", "Told to the hub"), rows)


def letter_sheet(letters: Sequence[DeadLetter]) -> Sheet:
    """Records that the hub refused for good."""
    rows = [
        (f"{letter.record_seq:,}", letter.metric, day_text(letter.captured_us), _reason(letter), day_text(letter.at_us))
        for letter in letters
    ]
    return Sheet(("Record", "Metric", "Captured", "Reason", "Rejected"), rows)


def write_csv(target: Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets below each other, an empty line between. Raises `OSError`."""
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for number, sheet in enumerate(sheets):
            if number:
                writer.writerow(())
            writer.writerow(sheet.headers)
            writer.writerows(sheet.rows)


def _numbers(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return "not numbered"
    return f"{first:,}" if first == last else f"{first:,} – {last:,}"


def _reason(letter: DeadLetter) -> str:
    return f"{letter.code}: {letter.detail}" if letter.detail else letter.code
