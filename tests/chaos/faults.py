"""What goes wrong in one round: drawn from a seed, alone or two at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from .link import Link
from .part import Part
from .site import Site

PART_ROLES = ("client", "broker", "ingest", "database")
LINK_ROLES = ("client to broker", "ingest to broker", "ingest to database")
KINDS = (
    *(f"{verb} {role}" for verb in ("kill", "freeze") for role in PART_ROLES),
    *(f"{verb} {role}" for verb in ("cut", "stall") for role in LINK_ROLES),
    "kill-a-process-of database",
)
_PAIR_SHARE = 0.6
_LONG_SHARE = 0.15
_LONG_S = 25.0
"""Longer than three heartbeats and than the broker's patience, so that every side notices."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that begins `at_s` after the round and ends `for_s` later. `kind` is one of `KINDS`."""

    kind: str
    where: str
    at_s: float
    for_s: float
    begin: Callable[[], None]
    end: Callable[[], None]

    def __str__(self) -> str:
        return f"{self.kind.split()[0]} {self.where} at {self.at_s:.2f} s for {self.for_s:.2f} s"


class Faults:
    """Draws faults for a site. All kinds come before any comes again. `brief`: always two at once, none that takes
    long."""

    def __init__(self, rng: random.Random, site: Site, *, brief: bool) -> None:
        self._rng = rng
        self._brief = brief
        self._deck: list[str] = []
        self._targets: dict[str, list[Part | Link]] = {role: [] for role in (*PART_ROLES, *LINK_ROLES)}
        for part in site.parts:
            self._targets[part.role].append(part)
        for link in site.links:
            self._targets[link.role].append(link)

    def draw(self) -> list[Fault]:
        """The faults of the next round."""
        return [self._draw_one() for _ in range(2 if self._brief or self._rng.random() < _PAIR_SHARE else 1)]

    def _draw_one(self) -> Fault:
        rng = self._rng
        if not self._deck:
            self._deck = rng.sample(KINDS, len(KINDS))
        kind = self._deck.pop()
        verb, _, role = kind.partition(" ")
        target = rng.choice(self._targets[role])
        at_s = rng.uniform(0, 0.7 if self._brief else 2)
        for_s = rng.uniform(0.05, 1 if self._brief else 4)
        if rng.random() < _LONG_SHARE and not self._brief:
            for_s = rng.uniform(4, _LONG_S)
        begin, end = _acts(verb, target, rng.random())
        return Fault(kind, target.name, at_s, for_s, begin, end)


def _acts(verb: str, target: Part | Link, choice: float) -> tuple[Callable[[], None], Callable[[], None]]:
    if isinstance(target, Link):
        return (target.cut if verb == "cut" else target.stall), target.heal
    if verb == "kill":
        return target.kill, target.start
    if verb == "freeze":
        return target.freeze, target.thaw
    return lambda: target.kill_child(choice), target.start
