"""For tests of programs built on the SDK: an in-memory hub store, ready-made identities."""

from precisionpulse_sdk.testing.hub_store import MemoryHubStore

__all__ = ["MemoryHubStore"]
