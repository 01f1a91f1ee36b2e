"""Schedules of faults from seeds; each must end with every reading exactly once, in order, and nothing deleted too
early."""

from __future__ import annotations

import copy
import os
import subprocess
import sys
from pathlib import Path

import pytest

from precisionpulse_sdk.events import LinkState
from precisionpulse_sdk.outbox import OutboxBounds, Policy

from . import schedule
from .client_process import CLIENT
from .twins import live
from .world import World

ROOT = Path(__file__).parents[2]
SCHEDULES = 500
CHUNK = 25


@pytest.mark.proves(
    "E1",
    "E3",
    "PP-CL-1",
    "PP-CL-4",
    "PP-FR-5",
    "PP-TD-2",
    "PP-TD-4",
    "PP-TD-5",
    "PP-TD-6",
    "PP-TD-7",
    "PP-TD-8",
    "PP-TD-9",
    "PP-TD-10",
    "E4",
)
@pytest.mark.parametrize("first", range(0, SCHEDULES, CHUNK))
def test_no_schedule_of_faults_loses_doubles_or_reorders_a_reading(first: int) -> None:
    recorded = 0
    for seed in range(first, first + CHUNK):
        recorded += len(schedule.run(World(seed)).recorded)
    assert recorded > 0


def test_a_seed_replays_bit_for_bit_in_any_process() -> None:
    here = [schedule.run(World(seed)) for seed in (4, 4, 5)]
    assert here[0].fingerprint() == here[1].fingerprint()
    assert here[0].trace == here[1].trace
    assert here[0].fingerprint() != here[2].fingerprint()
    program = "from tests.simulation import schedule, world; print(schedule.run(world.World(4)).fingerprint())"
    for hash_seed in ("1", "2"):
        told = subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        assert told.stdout.strip() == here[0].fingerprint()


@pytest.mark.proves("E4", "PP-TD-9")
@pytest.mark.parametrize("policy", list(Policy))
def test_what_a_bound_costs_is_told_to_the_last_reading(policy: Policy) -> None:
    told = 0
    for seed in range(12):
        world = World(seed)
        world.bounds = OutboxBounds(max_records=10, policy=policy)
        schedule.run(world)
        told += sum(gap.count for gap in world.store.told.values())
    assert told > 0


@pytest.mark.proves("X1", "PP-TD-10")
@pytest.mark.parametrize("seed", range(8))
def test_an_older_database_put_back_is_told_truthfully_and_doubles_nothing(seed: int) -> None:
    world = World(seed)
    backup: dict[str, object] = {}
    names = ("_sessions", "_catalogues", "_installs")

    def back_up() -> None:
        backup.update({name: copy.deepcopy(getattr(world.store, name)) for name in names})

    def put_back() -> None:
        world.restored = True
        for name in names:
            setattr(world.store, name, copy.deepcopy(backup[name]))

    world.time.after(20, back_up)
    world.time.after(40, put_back)
    schedule.run(world, [schedule.Action(at, "record", 3) for at in range(1, 60, 2)])
    have = world.store.readings(CLIENT, world.disk.install_id)
    coverage = world.store.coverage(CLIENT, world.disk.install_id)
    lost = world.recorded.keys() - have.keys()
    assert lost
    assert coverage.missing == len(lost)
    assert coverage.complete_to == min(lost) - 1
    assert all(have[number].value == world.recorded[number].value for number in have)


@pytest.mark.proves("PP-CL-1")
@pytest.mark.parametrize("seed", range(4))
def test_a_restored_disk_is_fenced_and_keeps_what_it_has(seed: int) -> None:
    world = World(seed)
    world.workers[0].start()
    world.start_client()
    world.time.run_until(5)
    backup = world.disk.snapshot()
    for _ in range(5):
        world.record(3)
        world.time.run_until(world.time.mono_s + 2)
    committed = dict(world.store.readings(CLIENT, world.disk.install_id))
    assert world.client is not None
    world.client.alive = False
    world.client.inner.die()
    world.disk = backup
    world.recorded.clear()
    world.start_client()
    world.record(2)
    world.time.run_until(world.time.mono_s + 60)
    assert world.client.session.detail.startswith(("FENCED", "STALE_EPOCH"))
    assert len(world.disk.rows) == 2
    assert world.store.readings(CLIENT, world.disk.install_id) == committed


@pytest.mark.proves("PP-CL-1", "PP-TD-5", "PP-TD-6", "PP-TD-10")
def test_a_machine_that_was_copied_while_it_ran_loses_nothing_in_silence() -> None:
    kept_out = dead = 0
    for seed in range(10):
        world = live(seed)
        assert world.twin is not None
        for each in (world, world.twin):
            assert each.client is not None
            kept_out += each.client.session.state is LinkState.REFUSED
            dead += len(each.disk.dead)
            explained = each.committed.keys() | each.disk.rows.keys() | each.disk.dead.keys()
            assert each.recorded.keys() <= explained
    assert kept_out + dead > 0


def test_the_simulated_network_does_what_its_faults_say() -> None:
    world = World(1)
    world.network.faults.drop = 1.0
    world.workers[0].start()
    world.start_client()
    world.record(3)
    world.time.run_until(30)
    assert len(world.disk.rows) == 3
    world.network.faults.drop = 0.0
    world.time.run_until(90)
    assert not world.disk.rows
