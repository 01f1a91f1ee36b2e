"""Schedules of work and faults, drawn from a seed."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

from .client_process import CLIENT
from .invariants import InvariantError
from .world import World

RUN_S = 60.0
CALM_S = 5.0
SETTLE_S = 150.0
STEPS = ("append", "acknowledge", "epoch", "drop", "losses", "gaps", "acknowledge gaps")
BREAKS = (
    *(f"{when} {step}" for step in STEPS for when in ("before", "after")),
    "hub before commit",
    "hub after commit",
    "cut at PUBACK",
    "cut before commit",
    "cut before ack",
)
"""Moments at which the client's process, a worker's, or the client's connection ends."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that happens at a moment. `detail` parametrises it."""

    at_s: float
    name: str
    detail: float


def draw(world: World) -> list[Action]:
    """A schedule for this world's seed."""
    rng = world.rng
    actions = [
        Action(rng.uniform(0, RUN_S), "record", rng.choice([1, 1, 1, 2, 5, 40])) for _ in range(rng.randint(10, 80))
    ]
    names = list(FAULTS)
    actions += [Action(rng.uniform(0, RUN_S), rng.choice(names), rng.random()) for _ in range(rng.randint(0, 14))]
    return sorted(actions, key=lambda action: action.at_s)


def run(world: World, actions: list[Action] | None = None) -> World:
    """Let a world live through a schedule, then heal, then be done; every invariant is checked at every step.

    Raises `InvariantError`."""
    actions = draw(world) if actions is None else actions
    for worker in world.workers:
        worker.start()
    world.start_client()
    for action in actions:
        world.time.after(action.at_s, lambda action=action: act(world, action))  # type: ignore[misc]
    world.time.after(RUN_S, lambda: heal(world))
    end = RUN_S + SETTLE_S
    seen = (-1, -1)
    while world.time.next_s <= end and not (world.time.mono_s > RUN_S + CALM_S and world.drained):
        world.time.step()
        if (world.steps, world.deliveries) != seen:
            seen = (world.steps, world.deliveries)
            world.check()
    world.check()
    world.check_drained()
    return world


def act(world: World, action: Action) -> None:
    """Carry out one action."""
    if action.name == "record":
        world.record(int(action.detail))
        return
    world.trace.append(f"{world.time.mono_s:.3f} {action.name} {action.detail:.2f}")
    FAULTS[action.name](world, action.detail)


def heal(world: World) -> None:
    """The last fault is over."""
    world.network.faults = type(world.network.faults)()
    world.network.partitioned.clear()
    world.network.up = True
    world.store.available = True
    world.disk.full = False
    world.kill_next = ""
    world.commit_s = 0.001
    for worker in world.workers:
        if not worker.alive:
            worker.start()
    world.record(3)


def _noise(world: World, x: float) -> None:
    faults = world.network.faults
    faults.drop, faults.duplicate, faults.reorder = x * 0.4, world.rng.random() * 0.4, world.rng.random() * 0.3
    faults.delay_s = 0.001 + x * 2


def _quiet(world: World, x: float) -> None:
    world.network.faults = type(world.network.faults)()


def _partition(world: World, x: float) -> None:
    name = world.rng.choice([CLIENT, *(worker.name for worker in world.workers)])
    world.network.partitioned.add(name)
    world.time.after(x * 40, lambda: world.network.partitioned.discard(name))


def _break(world: World, x: float) -> None:
    world.kill_next = world.rng.choice(BREAKS)


def _kill_hub(world: World, x: float) -> None:
    worker = world.rng.choice(world.workers)
    if worker.alive:
        worker.kill()
        world.time.after(x * 10, lambda: worker.start() if not worker.alive else None)


def _database_away(world: World, x: float) -> None:
    world.store.available = False
    world.time.after(x * 15, lambda: setattr(world.store, "available", True))


def _clock(world: World, x: float) -> None:
    world.time.wall_offset_us = round((x - 0.5) * 2 * 86_400_000_000)


def _disk_full(world: World, x: float) -> None:
    world.disk.full = True
    world.time.after(x * 10, lambda: setattr(world.disk, "full", False))


def _slow_disk(world: World, x: float) -> None:
    world.time.mono_s += x * 3


def _slow_database(world: World, x: float) -> None:
    world.commit_s = x
    world.time.after(x * 20, lambda: setattr(world, "commit_s", 0.001))


def _cut_a_worker(world: World, x: float) -> None:
    world.network.cut(world.rng.choice(world.workers).name)


FAULTS: dict[str, Callable[[World, float], None]] = {
    "noise": _noise,
    "quiet": _quiet,
    "cut": lambda world, x: world.network.cut(CLIENT),
    "cut a worker": _cut_a_worker,
    "broker dies": lambda world, x: world.network.crash(x * 8),
    "partition": _partition,
    "kill the client": lambda world, x: world.kill_client(power=x < 0.3),
    "break at a step": _break,
    "kill the hub": _kill_hub,
    "database away": _database_away,
    "clock set": _clock,
    "disk full": _disk_full,
    "slow disk": _slow_disk,
    "slow database": _slow_database,
}


def shrink(make: Callable[[], World], actions: list[Action]) -> list[Action]:
    """The fewest actions, in order, with which the world still fails."""

    def fails(candidate: list[Action]) -> bool:
        try:
            run(make(), candidate)
        except InvariantError:
            return True
        return False

    smallest = copy.copy(actions)
    size = max(1, len(smallest) // 2)
    while size:
        at = 0
        while at < len(smallest):
            candidate = smallest[:at] + smallest[at + size :]
            if fails(candidate):
                smallest = candidate
            else:
                at += size
        size //= 2
    return smallest
