"""What a benchmark is given: servers, how long to take, and where to say what goes on."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from benchmarks.peer import Peers
from benchmarks.site import Enrolled, Hub, Site

_Backend = tuple[Hub, list[Enrolled]]


@dataclass
class Bench:
    """One run of benchmarks, as a context manager. With `quick` each only proves that it works: a few seconds, and
    figures that say nothing.

    `ingest`: how many ingest programs share the load."""

    site: Site
    quick: bool
    ingest: int = 1
    peers: Peers = field(default_factory=Peers)
    _start_s: float = field(default_factory=time.monotonic)
    _shared: Hub | None = None
    _running: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    @property
    def rounds(self) -> int:
        """How often a measurement is repeated; the median counts."""
        return 1 if self.quick else 3

    def say(self, what: str) -> None:
        """Tell whoever watches."""
        print(f"  {time.monotonic() - self._start_s:6.1f} s  {what}", flush=True)

    @contextmanager
    def hub(
        self, *, clients: int, ingest: int | None = None, web: bool = False
    ) -> Iterator[tuple[Hub, list[Enrolled]]]:
        """A backend on an empty database with so many clients enrolled. With `quick` it is one for all, which others
        have used before: to start one takes longer than to use it."""
        if self.quick:
            if self._shared is None:
                self._shared = self._running.enter_context(self.site.hub(ingest=1, web=True))
            yield self._shared, self._shared.enrol(clients)
        else:
            with self.site.hub(ingest=ingest or self.ingest, web=web) as hub:
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
