"""What was lost, as sheets of text."""

from __future__ import annotations

from collections.abc import Sequence

from precisionpulse_desktop.models.sheets import Sheet
from precisionpulse_desktop.models.wording import day_text
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.outbox import DeadLetter, Loss

_CAUSES: dict[int, str] = {
    pb.GAP_CAUSE_BUFFER_BOUND: "dropped by policy",
    pb.GAP_CAUSE_DISK_FULL: "disk or buffer full",
    pb.GAP_CAUSE_CORRUPTION: "corruption",
    pb.GAP_CAUSE_REJECTED: "rejected by the hub",
}


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


def _numbers(first: int | None, last: int | None) -> str:
    if first is None or last is None:
        return "not numbered"
    return f"{first:,}" if first == last else f"{first:,} – {last:,}"


def _reason(letter: DeadLetter) -> str:
    return f"{letter.code}: {letter.detail}" if letter.detail else letter.code
