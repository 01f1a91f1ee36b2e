"""What goes wrong in one round: drawn from a seed, one fault or two at once."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from .link import Link
from .part import Part
from .site import Site

_WITHIN_S = 1.5
_BRIEF_S = 4.0
_LONG_S = 25.0
"""Longer than three heartbeats and than the broker's patience, so that every side notices."""
_LONG_SHARE = 0.15
_PAIR_SHARE = 0.5
_BACKEND_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that happens at `at_s` of the round; what can be ended ends `for_s` later. `kind` names it in
    counts."""

    kind: str
    what: str
    at_s: float
    for_s: float
    begin: Callable[[], None]
    end: Callable[[], None]

    def __str__(self) -> str:
        return f"{self.kind.split()[0]} {self.what} at {self.at_s:.2f} s for {self.for_s:.2f} s"


def draw(rng: random.Random, site: Site, *, brief: bool) -> list[Fault]:
    """The faults of the next round. `brief`: none that takes long."""
    return [_draw_one(rng, site, brief=brief) for _ in range(2 if rng.random() < _PAIR_SHARE else 1)]


def _draw_one(rng: random.Random, site: Site, *, brief: bool) -> Fault:
    at_s, choice = rng.uniform(0, _WITHIN_S), rng.random()
    is_long = rng.random() < _LONG_SHARE and not brief
    for_s = rng.uniform(_BRIEF_S, _LONG_S) if is_long else rng.uniform(0.05, _BRIEF_S / 2 if brief else _BRIEF_S)
    clients = [recorder.part for recorder in site.recorders]
    roles: list[list[Part] | list[Link]] = [[site.database], [site.mosquitto], site.ingest, clients, site.links]
    target: Part | Link = rng.choice([*rng.choice(roles)])
    if isinstance(target, Link):
        verb, begin = rng.choice([("cut", target.cut), ("stall", target.stall)])
        return Fault(f"{verb} {target.role}", target.name, at_s, for_s, begin, target.heal)
    if target is site.database and choice < _BACKEND_SHARE:
        choice /= _BACKEND_SHARE
        return Fault("kill backend", target.name, at_s, for_s, lambda: target.kill_child(choice), target.start)
    verb, begin, end = rng.choice([("kill", target.kill, target.start), ("freeze", target.freeze, target.thaw)])
    return Fault(f"{verb} {target.role}", target.name, at_s, for_s, begin, end)
