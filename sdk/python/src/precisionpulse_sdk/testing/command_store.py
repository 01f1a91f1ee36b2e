"""A `CommandStore` in memory: the reference for what a backend's store must do, and a hub's commands for tests."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import StoreUnavailableError
from precisionpulse_sdk.protocol.command_store import DueCommand, rank

RESEND_US = 10_000_000
"""Pause before a command that no status answered is due again."""


@dataclass
class StoredCommand:
    """One command. `statuses`: what the client said, in the order in which it was stored; `expired` by the hub."""

    client: str
    command: pb.Command
    cancelled_by: str = ""
    sent_us: int | None = None
    sent_epoch: int = 0
    expired: bool = False
    statuses: list[pb.CommandStatus] = field(default_factory=list)

    @property
    def phase(self) -> int:
        """The phase of the last status; 0 before the first."""
        return self.statuses[-1].phase if self.statuses else 0


class MemoryCommandStore:
    """Keeps commands in memory. Set `available` to False to have every call raise `StoreUnavailableError`."""

    def __init__(self) -> None:
        self.available = True
        self.commands: dict[bytes, StoredCommand] = {}
        self._lock = threading.RLock()

    def issue(self, client: str, command: pb.Command) -> None:
        """Store a command to be sent; the same one again changes nothing."""
        with self._lock:
            self._check()
            self.commands.setdefault(command.id, StoredCommand(client, command))

    def cancel(self, command_id: bytes, actor: str) -> None:
        """Withdraw a command; one that was not sent is over at once."""
        with self._lock:
            self._check()
            stored = self.commands[command_id]
            stored.cancelled_by = actor
            if stored.sent_us is None:
                stored.statuses.append(pb.CommandStatus(id=command_id, phase=pb.COMMAND_PHASE_CANCELLED))
            stored.sent_us = None if stored.sent_us is None else 0

    def due(self, epochs: Mapping[str, int], now_us: int) -> Sequence[DueCommand]:
        """As `CommandStore.due`."""
        with self._lock:
            self._check()
            found = []
            for stored in self.commands.values():
                epoch = epochs.get(stored.client)
                waits = stored.phase == 0 or (stored.cancelled_by and stored.phase == pb.COMMAND_PHASE_RECEIVED)
                if epoch is None or not waits or stored.expired:
                    continue
                if stored.sent_us is None or stored.sent_epoch < epoch or now_us - stored.sent_us >= RESEND_US:
                    stored.sent_us, stored.sent_epoch = now_us, epoch
                    withdrawn = pb.CommandCancel(id=stored.command.id, actor=stored.cancelled_by)
                    found.append(DueCommand(stored.client, withdrawn if stored.cancelled_by else stored.command))
            return found

    def take_status(self, client: str, status: pb.CommandStatus, now_us: int) -> bool:
        """As `CommandStore.take_status`."""
        with self._lock:
            self._check()
            stored = self.commands.get(status.id)
            if stored is None or stored.client != client or rank(status.phase) == 0:
                return False
            known = rank(stored.phase)
            goes_on = status.phase == pb.COMMAND_PHASE_PROGRESS == stored.phase
            if rank(status.phase) < known or (rank(status.phase) == known and not goes_on):
                return False
            stored.statuses.append(status)
            return True

    def expire(self, now_us: int) -> Sequence[tuple[str, bytes]]:
        """As `CommandStore.expire`."""
        with self._lock:
            self._check()
            over = [
                stored
                for stored in self.commands.values()
                if stored.phase == 0 and not stored.expired and stored.command.expires_us < now_us
            ]
            for stored in over:
                stored.expired = True
            return [(stored.client, stored.command.id) for stored in over]

    def _check(self) -> None:
        if not self.available:
            raise StoreUnavailableError("the store is switched off")
