"""PrecisionPulse for Python: stream readings that are never lost, sealed end to end.

```python
from precisionpulse_sdk import Client, ValueType

with Client.open("~/.precisionpulse/press-7") as client:
    temperature = client.metric("temperature", ValueType.DOUBLE, unit="Cel")
    temperature.record(21.4)
```
"""

from precisionpulse_sdk.client import Client, ClientStats, Metric
from precisionpulse_sdk.config import ClientConfig, HubConfig
from precisionpulse_sdk.events import (
    ClientEvent,
    ClientWarning,
    LinkChanged,
    LinkState,
    RecordsAcknowledged,
    RecordsRejected,
    RefusalReceived,
)
from precisionpulse_sdk.hub import Hub, HubStore, LiveMessage, LiveReader
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.outbox import OutboxBounds, Policy
from precisionpulse_sdk.ranges import Range, RangeSet
from precisionpulse_sdk.values import Quality, Sample, Value, ValueType

__all__ = [
    "Client",
    "ClientConfig",
    "ClientEvent",
    "ClientStats",
    "ClientWarning",
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
    "Sample",
    "Value",
    "ValueType",
]
