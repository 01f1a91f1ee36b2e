"""What the hub's side needs of a durable memory for commands: the interface that a backend implements (PP-CM-1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from precisionpulse_sdk import messages as pb

FINAL_PHASES = frozenset(
    {
        pb.COMMAND_PHASE_REJECTED,
        pb.COMMAND_PHASE_SUCCEEDED,
        pb.COMMAND_PHASE_FAILED,
        pb.COMMAND_PHASE_EXPIRED,
        pb.COMMAND_PHASE_CANCELLED,
    }
)
"""Phases that nothing follows."""


def rank(phase: int) -> int:
    """Where a phase is in a command's life: a status of a lower rank than a stored one is a late one; statuses of the
    highest rank are final, and the first of them holds."""
    if phase in FINAL_PHASES:
        return 4
    order = (pb.COMMAND_PHASE_RECEIVED, pb.COMMAND_PHASE_ACCEPTED, pb.COMMAND_PHASE_PROGRESS)
    return order.index(phase) + 1 if phase in order else 0


class DueCommand(NamedTuple):
    """Something to be sent to a client now."""

    client: str
    message: pb.Command | pb.CommandCancel


class CommandStore(Protocol):
    """The hub's commands. Thread-safe; raises `StorageError` when it can't do its work now, and has then changed
    nothing."""

    def due(self, epochs: Mapping[str, int], now_us: int) -> Sequence[DueCommand]:
        """What is to be sent now to the clients that listen, given with their epochs, and note that it is sent:
        commands and withdrawals that no status has answered, in the order of their issue. The same one is due again
        after a pause, or as soon as the client is in another epoch."""

    def take_status(self, client: str, status: pb.CommandStatus, now_us: int) -> bool:
        """Store what a client says; whether that changed anything. A late status, one of a command that is not this
        client's, or one that is stored already, changes nothing."""

    def expire(self, now_us: int) -> Sequence[tuple[str, bytes]]:
        """End the commands whose time is over and that no client has answered for; their clients and ids."""
