"""PrecisionPulse for Python: stream readings that are never lost, sealed end to end.

```python
from precisionpulse_sdk import Client, ValueType

with Client.open("~/.precisionpulse/press-7") as client:
    temperature = client.metric("temperature", ValueType.DOUBLE, unit="Cel")
    temperature.record(21.4)
```
"""

from precisionpulse_sdk.client import Client
from precisionpulse_sdk.client_stats import ClientStats
from precisionpulse_sdk.commands import RunningCommand
from precisionpulse_sdk.config import ClientConfig, HubConfig
from precisionpulse_sdk.coordinator import Coordinator
from precisionpulse_sdk.events import (
    ClientEvent,
    ClientWarning,
    CommandFinished,
    CommandProgressed,
    CommandReceived,
    LinkChanged,
    LinkState,
    RecordsAcknowledged,
    RecordsRejected,
    RefusalReceived,
    ReplicaSettled,
)
from precisionpulse_sdk.hub import Hub, HubStore, LiveMessage, LiveReader
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.metric import Metric
from precisionpulse_sdk.outbox import OutboxBounds, Policy
from precisionpulse_sdk.ranges import Range, RangeSet
from precisionpulse_sdk.values import Quality, Sample, Value, ValueType

__all__ = [
    "Client",
    "ClientConfig",
    "ClientEvent",
    "ClientStats",
    "ClientWarning",
    "CommandFinished",
    "CommandProgressed",
    "CommandReceived",
    "Coordinator",
    "Hub",
    "HubConfig",
    "HubStore",
    "Identity",
    "LinkChanged",
    "LinkState",
    "LiveMessage",
    "LiveReader",
    "Metric",
    "OutboxBounds",
    "Policy",
    "Quality",
    "Range",
    "RangeSet",
    "RecordsAcknowledged",
    "RecordsRejected",
    "RefusalReceived",
    "ReplicaSettled",
    "RunningCommand",
    "Sample",
    "Value",
    "ValueType",
]
