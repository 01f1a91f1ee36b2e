"""A full copy of users, roles, permissions and configuration in a database that works alone: PostgreSQL at the hub,
SQLite on a desktop, the same code on both. Install `precisionpulse-sdk[replica]`."""

from precisionpulse_sdk.replica.replica import EditOutcome, EntityVersion, Replica, ReplicaChanged
from precisionpulse_sdk.sync.edit import DELETE, Edit
from precisionpulse_sdk.sync.kinds import Kind

__all__ = ["DELETE", "Edit", "EditOutcome", "EntityVersion", "Kind", "Replica", "ReplicaChanged"]
