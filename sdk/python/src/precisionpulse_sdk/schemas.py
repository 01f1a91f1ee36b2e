"""Third parties' schemas in a program: found by entry point, and equal citizens from then on (PP-CH-4, PP-CM-3).

A package that brings commands or configuration keys of its own declares a module, which imports its generated messages
and registers them:

```toml
[project.entry-points."precisionpulse.schemas"]
acme = "acme.schema"
```

```python
from acme.v1 import channels, mill_pb2
from precisionpulse_sdk import arguments
from precisionpulse_sdk.sync import settings

arguments.register(*channels.COMMANDS.values())
settings.register(*channels.SETTINGS.values())
```

The hub's programs and the desktop load them all when they start; a program of one's own calls `load`, before it makes a
replica.
"""

from __future__ import annotations

import logging
from importlib.metadata import entry_points

_log = logging.getLogger(__name__)

GROUP = "precisionpulse.schemas"


def load() -> list[str]:
    """Import every declared schema; the result is their names. One that fails is logged and left out."""
    loaded = []
    for entry in entry_points(group=GROUP):
        try:
            entry.load()
        except Exception:  # noqa: BLE001  # a third party's package must not keep the program from starting
            _log.exception("the schema %r can't be loaded", entry.name)
        else:
            loaded.append(entry.name)
    return loaded
