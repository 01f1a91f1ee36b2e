"""For tests of programs built on the SDK: a hub's stores in memory, virtual time, a faulty network, and a disk whose
owner can be killed at every durable step."""

from precisionpulse_sdk.testing.command_store import MemoryCommandStore
from precisionpulse_sdk.testing.disk import Disk, SimulatedOutbox
from precisionpulse_sdk.testing.hub_store import MemoryHubStore
from precisionpulse_sdk.testing.network import Faults, FaultyNetwork, NetworkTransport
from precisionpulse_sdk.testing.time import VirtualTime

__all__ = [
    "Disk",
    "Faults",
    "FaultyNetwork",
    "MemoryCommandStore",
    "MemoryHubStore",
    "NetworkTransport",
    "SimulatedOutbox",
    "VirtualTime",
]
