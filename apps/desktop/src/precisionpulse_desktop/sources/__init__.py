"""What the desktop measures: the interface of a source, and how one is found.

A source is a class without required arguments, registered under the entry-point group `precisionpulse.sources`. It is
used from one thread only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Protocol

from precisionpulse_desktop.errors import SourceNotFoundError
from precisionpulse_sdk.values import Quality, Value, ValueType

GROUP = "precisionpulse.sources"


@dataclass(frozen=True, slots=True)
class MetricSpec:
    """A metric that a source offers. `unit` is UCUM; `scale` is the number of digits after the point of a DECIMAL."""

    name: str
    type: ValueType
    unit: str = ""
    scale: int = 0
    description: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value of the metric called `name`, in the type of its spec. `None` means: asked, and there is
    none."""

    name: str
    value: Value
    quality: Quality = Quality.LIVE


class Source(Protocol):
    """Where readings come from."""

    def metrics(self) -> Sequence[MetricSpec]:
        """What this source can measure here. Asked once, before the first `read`."""
        ...

    def read(self, names: Collection[str], at_us: int) -> Sequence[Reading]:
        """Measure the named metrics now; `at_us` is the wall clock in µs since 1970.

        May raise anything: the metrics that were asked for are then recorded as null with quality BAD. A metric that
        is left out of the result is not recorded.
        """
        ...


def load_source(name: str) -> Source:
    """Make the installed source called `name`. Raises `SourceNotFoundError`."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    if name not in found:
        known = ", ".join(sorted(found)) or "none"
        raise SourceNotFoundError(f"No source is called {name!r}. Installed: {known}.")
    source: Source = found[name].load()()
    return source
