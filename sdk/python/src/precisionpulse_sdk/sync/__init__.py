"""How replicas of users, rights and configuration converge: pure logic, no I/O (PP-SY-1 … PP-SY-9)."""

from precisionpulse_sdk.sync.edit import DELETE, Edit
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.rights import Person, Right

__all__ = ["DELETE", "Edit", "Kind", "Person", "Right"]
