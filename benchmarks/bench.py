"""What a benchmark is given: servers, how long to take, and where to say what goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from benchmarks.peer import Peers
from benchmarks.site import Enrolled, Hub, Site


@dataclass
class Bench:
    """One run of benchmarks. With `quick` each only proves that it works: a few seconds, and figures that say nothing.

    `ingest`: how many ingest programs share the load."""

    site: Site
    quick: bool
    ingest: int = 1
    peers: Peers = field(default_factory=Peers)
    _start_s: float = field(default_factory=time.monotonic)

    @property
    def rounds(self) -> int:
        """How often a measurement is repeated; the median counts."""
        return 1 if self.quick else 3

    def say(self, what: str) -> None:
        """Tell whoever watches."""
        print(f"  {time.monotonic() - self._start_s:6.1f} s  {what}", flush=True)

    @contextmanager
    def hub(
        self, *, clients: int, ingest: int | None = None, web: bool = False, dashboard: bool = False
    ) -> Iterator[tuple[Hub, list[Enrolled]]]:
        """A backend on an empty database with so many clients enrolled."""
        with self.site.hub(ingest=ingest or self.ingest, web=web, dashboard=dashboard) as hub:
            yield hub, hub.enrol(clients)

    def load(self, enrolled: list[Enrolled]) -> dict[str, object]:
        """The part of an order that says who sends, and where to."""
        broker = self.site.broker
        return {
            "address": [broker.host, broker.port],
            "ca": str(broker.ca_file),
            "clients": [
                {
                    "name": one.name,
                    "certificate": str(one.pair.certificate),
                    "key": str(one.pair.key),
                    "master_key": one.master_key.hex(),
                }
                for one in enrolled
            ],
        }
