"""The durable buffer of a client: every reading is committed here before it is sent, and leaves only when the hub has
committed it (E1-E4, PP-TD-2, PP-TD-9). One SQLite file; its table `local_buffer` is meant to be read by people."""

from precisionpulse_sdk.batches import Row as OutboxRow
from precisionpulse_sdk.outbox.bounds import OutboxBounds, Policy
from precisionpulse_sdk.outbox.file import OUTBOX_NAME
from precisionpulse_sdk.outbox.free_space import FreeSpace
from precisionpulse_sdk.outbox.gaps import GapRow
from precisionpulse_sdk.outbox.losses import DeadLetter, Loss, Lost
from precisionpulse_sdk.outbox.metrics import MetricRow, read_metrics
from precisionpulse_sdk.outbox.outbox import Outbox
from precisionpulse_sdk.outbox.stats import OutboxStats

__all__ = [
    "OUTBOX_NAME",
    "DeadLetter",
    "FreeSpace",
    "GapRow",
    "Loss",
    "Lost",
    "MetricRow",
    "Outbox",
    "OutboxBounds",
    "OutboxRow",
    "OutboxStats",
    "Policy",
    "read_metrics",
]
