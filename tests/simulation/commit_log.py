"""The database of a simulation, which watches what it gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.protocol.store import BatchDelivery, CommitOutcome, GapDelivery
from precisionpulse_sdk.testing import MemoryHubStore

from .client_process import CLIENT

if TYPE_CHECKING:
    from .world import World


class CommitLog(MemoryHubStore):
    """The database: watches what is inserted, and counts how often."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.inserted: dict[int, int] = {}
        self.told: dict[int, pb.Gap] = {}

    def hub_died(self) -> None:
        """A worker was killed; what it had committed stays."""

    def commit(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> Sequence[CommitOutcome]:
        fresh = {
            (delivery.install_id, seq)
            for delivery in deliveries
            if isinstance(delivery, BatchDelivery)
            for piece in delivery.ranges
            for seq in range(piece.first, piece.last + 1)
            if self.reading(CLIENT, delivery.install_id, seq) is None
        }
        outcomes = super().commit(deliveries)
        for install_id, seq in sorted(fresh):
            self.inserted[seq] = self.inserted.get(seq, 0) + 1
            self.world.check_inserted(install_id, seq)
        for delivery in deliveries:
            if isinstance(delivery, GapDelivery):
                for gap in delivery.gaps:
                    self.world.check_told(gap)
        return outcomes
