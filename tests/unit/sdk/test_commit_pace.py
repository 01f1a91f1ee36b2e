"""How a hub groups its commits."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from precisionpulse_sdk import Client, Hub, HubConfig, ValueType
from precisionpulse_sdk.hub import BatchDelivery, CommitOutcome, GapDelivery
from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.memory import MemoryBroker, MemoryTransport
from tests.unit.identities import identity_of

_RECORDS = 40


class CountingStore(MemoryHubStore):
    """Remembers how many records each commit had."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[int] = []

    def commit(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> Sequence[CommitOutcome]:
        outcomes = super().commit(deliveries)
        self.commits.append(sum(piece.size for outcome in outcomes for piece in outcome.committed))
        return outcomes


@pytest.mark.proves("E1", "PP-TD-6")
def test_what_arrives_within_the_pause_is_committed_together(tmp_path: Path) -> None:
    broker, store = MemoryBroker(auto=True), CountingStore()
    identity = identity_of("press-7", bytes(range(32)))
    store.add_client("press-7", identity.keys)
    hub = Hub("main", store, MemoryTransport(broker, "hub"), hub_key=bytes(32), config=HubConfig(commit_every_s=0.5))
    hub.start()
    transport = MemoryTransport(broker, "press-7")
    with Client(identity, tmp_path / "outbox.sqlite3", transport=transport) as client:
        count = client.metric("count", ValueType.INT64)
        for number in range(_RECORDS):
            client.record(count, number)
        assert client.wait_drained(60)
    hub.close()
    broker.close()
    assert sum(store.commits) == _RECORDS
    assert len(store.commits) < _RECORDS / 2, store.commits
