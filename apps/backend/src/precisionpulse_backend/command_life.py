"""The words for where a command is in its life at the hub, and how a client's statuses move it."""

from __future__ import annotations

from precisionpulse_sdk import messages as pb

QUEUED, SENT, RECEIVED, RUNNING = "queued", "sent", "received", "running"
DONE, FAILED, REFUSED, EXPIRED, CANCELLED, TIMED_OUT = (
    "done",
    "failed",
    "refused",
    "expired",
    "cancelled",
    "timed_out",
)

OF_PHASE = {
    pb.COMMAND_PHASE_RECEIVED: RECEIVED,
    pb.COMMAND_PHASE_ACCEPTED: RUNNING,
    pb.COMMAND_PHASE_PROGRESS: RUNNING,
    pb.COMMAND_PHASE_REJECTED: REFUSED,
    pb.COMMAND_PHASE_SUCCEEDED: DONE,
    pb.COMMAND_PHASE_FAILED: FAILED,
    pb.COMMAND_PHASE_EXPIRED: EXPIRED,
    pb.COMMAND_PHASE_CANCELLED: CANCELLED,
}
"""The state that a client's word stands for."""

OVER = frozenset({DONE, FAILED, REFUSED, EXPIRED, CANCELLED})
"""States that nothing follows. `timed_out` is not one: the client may still come back and tell."""


def follows(state: str, next_state: str) -> bool:
    """Whether a client's word moves a command on: never back, and never out of an end."""
    order = (QUEUED, SENT, TIMED_OUT, RECEIVED, RUNNING)
    if state in OVER:
        return False
    return next_state in OVER or state == next_state == RUNNING or order.index(next_state) > order.index(state)
