"""A site for the tests of the shells that people use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from precisionpulse_sdk.testing import MemoryHubStore
from precisionpulse_sdk.transport.memory import MemoryBroker

from .site import KEY, Site


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    broker = MemoryBroker(auto=True)
    store = MemoryHubStore()
    store.add_client("press-7", {1: KEY})
    yield Site(broker, store, tmp_path)
    broker.close()
