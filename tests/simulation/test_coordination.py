"""Sync and commands on the wire: whatever is lost, doubled, reordered or killed, replicas end alike and a command runs
at most once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.testing.network import Faults

from .coordination import World

FINAL = (
    pb.COMMAND_PHASE_SUCCEEDED,
    pb.COMMAND_PHASE_FAILED,
    pb.COMMAND_PHASE_REJECTED,
    pb.COMMAND_PHASE_EXPIRED,
    pb.COMMAND_PHASE_CANCELLED,
)
STEPS = [
    f"{when} {step}"
    for step in ("receive", "become", "get", "waiting", "interrupt", "unacknowledged", "acknowledge")
    for when in ("before", "after")
] + ["before run", "while running"]
SEEDS = st.integers(0, 1 << 32)
NOISE = st.builds(
    Faults, drop=st.floats(0, 0.3), duplicate=st.floats(0, 0.3), reorder=st.floats(0, 0.5), delay_s=st.just(0.2)
)
"""A network at its worst."""


def _ids(world: World) -> list[bytes]:
    return [change.id for change in world.replica.log]


def _alike(world: World) -> bool:
    return all(not each.replica.waiting and each.replica.applied == _ids(world) for each in world.programs)


@pytest.mark.proves("C3", "PP-SY-5")
def test_a_change_made_on_one_client_is_on_every_other_at_once(tmp_path: Path) -> None:
    world = World(1, tmp_path, clients=3)
    world.programs[0].replica.change(b"first")
    world.run_until(lambda: _alike(world))
    began_s = world.time.mono_s
    world.programs[1].replica.change(b"second")
    world.run_until(lambda: _alike(world) and len(world.replica.log) == 2)
    assert world.time.mono_s - began_s < 0.1
    assert [each.replica.applied for each in world.programs] == [[b"first", b"second"]] * 3


@pytest.mark.proves("C3", "PP-SY-5")
def test_what_another_process_committed_is_announced_and_goes_to_everybody(tmp_path: Path) -> None:
    world = World(1, tmp_path, clients=2)
    world.programs[0].replica.change(b"first")
    world.run_until(lambda: _alike(world))
    world.replica.log.append(pb.Change(id=b"of the web process"))
    coordinator = world.coordinators[0]
    coordinator.publish(coordinator.machine.replica_changed(world.time.now()))
    began_s = world.time.mono_s
    world.run_until(lambda: _alike(world))
    assert world.time.mono_s - began_s < 0.1


@pytest.mark.proves("C3", "PP-SY-5")
def test_a_lost_announcement_delays_a_change_and_loses_nothing(tmp_path: Path) -> None:
    world = World(1, tmp_path, clients=2)
    world.programs[0].replica.change(b"first")
    world.run_until(lambda: _alike(world))
    world.replica.log.append(pb.Change(id=b"never announced"))
    world.run_until(lambda: _alike(world), 5)


@pytest.mark.proves("PP-SY-5")
def test_a_client_behind_the_horizon_gets_a_snapshot_and_goes_on_from_there(tmp_path: Path) -> None:
    world = World(1, tmp_path)
    program = world.programs[0]
    program.replica.change(b"0")
    world.run_until(lambda: _alike(world))
    world.network.cut(program.name)
    world.replica.log += [pb.Change(id=b"%d" % number) for number in range(1, 30)]
    world.replica.horizon = 20
    world.run_until(lambda: _alike(world))
    program.replica.change(b"after")
    world.run_until(lambda: _alike(world) and len(world.replica.log) == 31)


@pytest.mark.proves("PP-SY-4", "PP-SY-5")
def test_a_replica_that_fails_is_tried_again_and_nothing_is_lost(tmp_path: Path) -> None:
    world = World(1, tmp_path, clients=2)
    here, there = (program.replica for program in world.programs)
    here.available = world.replica.available = False
    here.change(b"first")
    there.change(b"second")
    world.run_for(30)
    world.replica.available = True
    world.run_for(30)
    assert there.applied == [b"second"] and here.waiting
    here.available = True
    world.run_until(lambda: _alike(world))


@pytest.mark.proves("C3", "C4", "PP-SY-5")
@settings(max_examples=25)
@given(
    seed=SEEDS,
    noise=NOISE,
    events=st.lists(
        st.sampled_from(["change", "change", "change", "cut", "restart hub", "kill", "horizon"]), max_size=30
    ),
)
def test_any_loss_duplication_reordering_and_restart_converges(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    noise: Faults,
    events: list[str],
) -> None:
    world = World(seed, tmp_path_factory.mktemp("run"), clients=3, coordinators=2)
    world.network.faults = noise
    for number, event in enumerate(events):
        program = world.rng.choice(world.programs)
        if event == "change":
            program.replica.change(b"%d" % number)
        elif event == "cut":
            world.network.cut(program.name)
        elif event == "restart hub":
            world.restart_coordinator(world.rng.randrange(2))
        elif event == "horizon":
            world.replica.horizon = len(world.replica.log) // 2
        elif program.run and program.run.alive:
            program.kill()
        world.run_for(world.rng.uniform(0, 3))
    world.network.faults = Faults()
    world.run_until(lambda: _alike(world) and len(world.replica.log) == events.count("change"))
    for program in world.programs:
        assert len(set(program.replica.judged)) == len(program.replica.judged), "a verdict settled a change twice"


def _phase(world: World, command_id: bytes) -> int:
    return world.commands.commands[command_id].phase


def _check_once(world: World) -> None:
    for command_id, stored in world.commands.commands.items():
        program = next(each for each in world.programs if each.name == stored.client)
        began, status = program.began[command_id], stored.statuses[-1] if stored.statuses else pb.CommandStatus()
        assert began <= 1, "a command ran twice"
        if status.phase == pb.COMMAND_PHASE_SUCCEEDED:
            assert began == 1
        elif status.code != pb.COMMAND_CODE_INTERRUPTED:
            assert began == 0, "a command ran, and was reported as not run"


@pytest.mark.proves("D4", "PP-CM-1", "PP-CM-2")
def test_a_command_is_received_runs_once_and_is_reported(tmp_path: Path) -> None:
    world = World(1, tmp_path)
    world.run_for(1)
    command_id = world.issue("press-0")
    world.run_until(lambda: _phase(world, command_id) in FINAL)
    phases = [status.phase for status in world.commands.commands[command_id].statuses]
    assert phases == [pb.COMMAND_PHASE_RECEIVED, pb.COMMAND_PHASE_ACCEPTED, pb.COMMAND_PHASE_SUCCEEDED]
    _check_once(world)


@pytest.mark.proves("D4", "PP-CM-1", "PP-CM-2")
@pytest.mark.parametrize("step", STEPS)
def test_a_client_killed_at_any_step_runs_a_command_once_or_says_that_it_was_interrupted(
    tmp_path: Path, step: str
) -> None:
    world = World(7, tmp_path)
    world.run_for(1)
    world.kill_at = step
    ids = [world.issue("press-0") for _ in range(3)]
    world.run_for(0.5)
    world.network.cut("press-0")
    world.run_until(lambda: all(_phase(world, command_id) in FINAL for command_id in ids))
    _check_once(world)
    begun = sum(world.programs[0].began.values())
    assert begun >= 2, "one command at most was interrupted"


@pytest.mark.proves("D4", "PP-CM-2")
def test_a_command_for_an_offline_client_runs_when_it_comes_back_and_an_expired_one_does_not(tmp_path: Path) -> None:
    world = World(3, tmp_path)
    program = world.programs[0]
    world.run_for(1)
    assert program.run
    program.run.die()
    kept, lost = world.issue("press-0", lifetime_s=600), world.issue("press-0", lifetime_s=5)
    world.restart_coordinator(0)
    world.run_for(20)
    assert world.commands.commands[lost].expired
    program.start()
    world.run_until(lambda: _phase(world, kept) == pb.COMMAND_PHASE_SUCCEEDED)
    assert program.began == {kept: 1}


@pytest.mark.proves("PP-CM-2")
@pytest.mark.parametrize("offset_s", [-86_400, 86_400])
def test_expiry_is_judged_on_the_hub_s_clock_however_wrong_the_client_s_is(tmp_path: Path, offset_s: int) -> None:
    world = World(3, tmp_path)
    world.run_for(1)
    program = world.programs[0]
    program.clock_offset_us = offset_s * 1_000_000
    world.network.cut(program.name)
    world.run_for(5)
    command_id = world.issue("press-0", lifetime_s=60)
    world.run_until(lambda: _phase(world, command_id) in FINAL, 30)
    assert _phase(world, command_id) == pb.COMMAND_PHASE_SUCCEEDED


@pytest.mark.proves("D4", "W20")
def test_a_command_that_waits_for_its_lane_can_be_withdrawn_and_one_that_runs_can_not(tmp_path: Path) -> None:
    world = World(5, tmp_path)
    world.run_for(1)
    first, second = world.issue("press-0"), world.issue("press-0")
    world.run_until(lambda: world.programs[0].began[first] == 1 and _phase(world, second) != 0)
    world.commands.cancel(first, "alice")
    world.commands.cancel(second, "alice")
    world.run_until(lambda: _phase(world, first) in FINAL and _phase(world, second) in FINAL)
    assert _phase(world, first) == pb.COMMAND_PHASE_SUCCEEDED
    assert _phase(world, second) == pb.COMMAND_PHASE_CANCELLED
    assert world.programs[0].began[second] == 0


@pytest.mark.proves("D4", "PP-VR-2")
def test_an_unknown_kind_is_refused_after_a_program_had_time_to_register_it(tmp_path: Path) -> None:
    world = World(5, tmp_path)
    command_id = world.issue("press-0", pb.ForceSync())
    world.run_until(lambda: _phase(world, command_id) in FINAL)
    status = world.commands.commands[command_id].statuses[-1]
    assert (status.phase, status.code) == (pb.COMMAND_PHASE_REJECTED, pb.COMMAND_CODE_UNSUPPORTED)
    assert "ForceSync" in status.text


@pytest.mark.proves("D4", "PP-CM-1", "PP-CM-2")
@settings(max_examples=25)
@given(
    seed=SEEDS,
    noise=NOISE,
    events=st.lists(
        st.sampled_from(["issue", "issue", "short", "cancel", "cut", "restart hub", "kill", "kill point"]), max_size=30
    ),
)
def test_commands_run_at_most_once_under_any_faults(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    noise: Faults,
    events: list[str],
) -> None:
    world = World(seed, tmp_path_factory.mktemp("run"), clients=2, coordinators=2)
    world.network.faults = noise
    ids: list[bytes] = []
    for event in events:
        program = world.rng.choice(world.programs)
        if event in ("issue", "short"):
            ids.append(world.issue(program.name, lifetime_s=3600 if event == "issue" else world.rng.uniform(0, 5)))
        elif event == "cancel" and ids:
            world.commands.cancel(world.rng.choice(ids), "alice")
        elif event == "cut":
            world.network.cut(program.name)
        elif event == "restart hub":
            world.restart_coordinator(world.rng.randrange(2))
        elif event == "kill point":
            world.kill_at = world.rng.choice(STEPS)
        elif event == "kill" and program.run and program.run.alive:
            program.kill()
        world.run_for(world.rng.uniform(0, 3))
    world.network.faults = Faults()
    world.kill_at = ""
    world.run_until(lambda: all(_phase(world, each) in FINAL or world.commands.commands[each].expired for each in ids))
    world.run_for(30)
    _check_once(world)
