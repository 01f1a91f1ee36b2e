"""Random people edit everything at random replicas, over a network that does what it likes: all end up the same.

`make converge EXAMPLES=1000` runs more, other ones each time."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from precisionpulse_sdk.replica import DELETE, Edit, Kind
from precisionpulse_sdk.sync.change import Change
from precisionpulse_sdk.sync.edit import (
    create_permission,
    give_permission,
    give_role,
    set_config,
    take_permission,
    take_role,
    unset_config,
)
from precisionpulse_sdk.sync.fields import DEFAULTS
from precisionpulse_sdk.sync.kinds import permission_id
from precisionpulse_sdk.sync.merge import Merged, merge
from precisionpulse_sdk.sync.state import State

from .beginnings import HASH, PERMISSIONS, ROLES, USERS
from .convergence import Site
from .invariants import InvariantError
from .node import Node

EXAMPLES = int(os.environ.get("CONVERGE_EXAMPLES", "0"))
BOUNDED = settings(
    max_examples=EXAMPLES or 30,
    stateful_step_count=40,
    derandomize=not EXAMPLES,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
MAX_CLIENTS = 4
EDITS_BETWEEN = 12
NAMES = ("ada", "Ada", "dan", "eve")
MINUTE_US = 60_000_000
CLOCKS_US = (0, 0, 0, 40_000_000, -40_000_000, 24 * 60 * MINUTE_US, -24 * 60 * MINUTE_US)

Maker = Callable[[Site, int, int, int], Sequence[Edit]]
"""Edits of one sort; the numbers choose what about."""


def _user(a: int) -> object:
    return USERS[a % len(USERS)]


def _edit_user(field: str, value: Callable[[Site, int], object]) -> Maker:
    return lambda site, a, b, _: [Edit(Kind.USER, USERS[a % len(USERS)], {field: value(site, b)})]


def _create_user(site: Site, a: int, b: int, c: int) -> Sequence[Edit]:
    id_ = USERS[a % len(USERS)]
    fields = {
        "username": NAMES[b % len(NAMES)],
        "display_name": site.new_text(),
        "password_hash": HASH + "B" * 43,
        "enabled": True,
    }
    edits = [Edit(Kind.USER, id_, fields)]
    return [*edits, give_role(id_, ROLES[c % len(ROLES)])] if c % 2 else edits


def _role(c: int) -> object:
    return ROLES[c % len(ROLES)]


MAKERS: dict[str, Maker] = {
    "create user": _create_user,
    "name user": _edit_user("username", lambda _, b: NAMES[b % len(NAMES)]),
    "describe user": _edit_user("display_name", lambda site, _: site.new_text()),
    "disable user": _edit_user("enabled", lambda *_: False),
    "enable user": _edit_user("enabled", lambda *_: True),
    "set password": _edit_user("password_hash", lambda site, _: HASH + f"{len(site.new_text()):043d}"),
    "end sessions": _edit_user("session_generation", lambda _, b: b),
    "delete user": lambda _, a, b, c: [Edit(Kind.USER, USERS[a % len(USERS)], DELETE)],
    "create role": lambda site, a, b, c: [
        Edit(Kind.ROLE, ROLES[1 + a % 2], {"name": NAMES[b % len(NAMES)], "description": site.new_text()})
    ],
    "describe role": lambda site, a, b, c: [Edit(Kind.ROLE, ROLES[1 + a % 2], {"description": site.new_text()})],
    "delete role": lambda _, a, b, c: [Edit(Kind.ROLE, ROLES[1 + a % 2], DELETE)],
    "give role": lambda _, a, b, c: [give_role(USERS[a % len(USERS)], ROLES[b % len(ROLES)], ("", "press-7")[c % 2])],
    "take role": lambda _, a, b, c: [take_role(USERS[a % len(USERS)], ROLES[b % len(ROLES)], ("", "press-7")[c % 2])],
    "create permission": lambda site, a, b, c: [create_permission(PERMISSIONS[a % len(PERMISSIONS)], site.new_text())],
    "delete permission": lambda _, a, b, c: [
        Edit(Kind.PERMISSION, permission_id(PERMISSIONS[a % len(PERMISSIONS)]), DELETE)
    ],
    "give permission": lambda _, a, b, c: [
        give_permission(ROLES[1 + a % 2], permission_id(PERMISSIONS[b % len(PERMISSIONS)]))
    ],
    "take permission": lambda _, a, b, c: [
        take_permission(ROLES[a % len(ROLES)], permission_id(PERMISSIONS[b % len(PERMISSIONS)]))
    ],
    "set configuration": lambda _, a, b, c: [set_config("interval_ms", 100 + b, ("", "client-0")[c % 2])],
    "unset configuration": lambda _, a, b, c: [unset_config("interval_ms", ("", "client-0")[c % 2])],
}

PEOPLE = tuple(name for name in MAKERS if "user" in name or name in ("set password", "end sessions"))
RIGHTS = tuple(name for name in MAKERS if "role" in name or "permission" in name)
CONFIGURATION = tuple(name for name in MAKERS if "configuration" in name)

OPPOSED = (
    ("create user", "create user"),
    ("create user", "delete user"),
    ("create role", "delete role"),
    ("delete permission", "create permission"),
    ("describe user", "describe user"),
    ("disable user", "enable user"),
    ("name user", "delete user"),
    ("name user", "name user"),
    ("set password", "set password"),
    ("take permission", "give permission"),
    ("take role", "give role"),
    ("unset configuration", "set configuration"),
)
"""What two may do at once that meets at the hub."""

numbers = st.integers(min_value=0, max_value=11)
actors = st.sampled_from((0, 0, 1, 1, 2, 3))
subjects = st.tuples(numbers, numbers, numbers)


class Convergence(RuleBasedStateMachine):
    """A site in which anything happens, and which settles in the end.

    Few rules, each of many things: Hypothesis leaves whole rules out of a run, and without edits it shows nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.site = Site()
        self.edits = 0
        for _ in range(2):
            self.site.join(joined=True)

    def node(self, number: int) -> Node:
        """The hub, or one of the clients."""
        nodes = (self.site.hub, *self.site.clients.values())
        return nodes[number % len(nodes)]

    def client(self, number: int) -> Node:
        clients = tuple(self.site.clients.values())
        return clients[number % len(clients)]

    def edit(self, what: str, at: int, actor: int, subject: tuple[int, int, int]) -> None:
        self.edits += 1
        self.site.edit(self.node(at), USERS[actor], MAKERS[what](self.site, *subject))

    @rule(what=st.sampled_from(PEOPLE), at=numbers, actor=actors, subject=subjects)
    def edit_people(self, what: str, at: int, actor: int, subject: tuple[int, int, int]) -> None:
        self.edit(what, at, actor, subject)

    @rule(what=st.sampled_from(RIGHTS), at=numbers, actor=actors, subject=subjects)
    def edit_rights(self, what: str, at: int, actor: int, subject: tuple[int, int, int]) -> None:
        self.edit(what, at, actor, subject)

    @rule(what=st.sampled_from(CONFIGURATION), at=numbers, actor=actors, subject=subjects)
    def edit_configuration(self, what: str, at: int, actor: int, subject: tuple[int, int, int]) -> None:
        self.edit(what, at, actor, subject)

    @rule(what=st.sampled_from(OPPOSED), at=numbers, subject=subjects, step=numbers)
    def edit_at_two_places(self, what: tuple[str, str], at: int, subject: tuple[int, int, int], step: int) -> None:
        """Two administrators who know nothing of each other: about the same, or with the same name."""
        first, second = what if step % 4 < 2 else what[::-1]
        self.edit(first, at, 0, subject)
        self.edit(second, at + 1, 1, (subject[0] + step % 2, *subject[1:]))

    @rule(seconds=st.sampled_from((0.1, 2.0, 70.0, 3600.0)))
    def time_passes(self, seconds: float) -> None:
        self.site.advance(seconds)

    @precondition(lambda self: self.site.letters)
    @rule(indices=st.lists(st.integers(min_value=0, max_value=30), min_size=1, max_size=8))
    def deliver(self, indices: list[int]) -> None:
        for index in indices:
            self.site.deliver(index)

    @precondition(lambda self: self.site.letters)
    @rule(what=st.sampled_from(("lose", "double", "cut", "reconnect")), number=st.integers(min_value=0, max_value=30))
    def network(self, what: str, number: int) -> None:
        match what:
            case "lose":
                self.site.lose(number)
            case "double":
                self.site.double(number)
            case "cut":
                self.site.cut(self.client(number))
            case _:
                self.site.reconnect(self.client(number))

    @precondition(lambda self: self.edits)
    @rule(what=st.sampled_from(("crash", "crash later", "join", "compact")), number=numbers)
    def machines(self, what: str, number: int) -> None:
        match what:
            case "crash":
                self.site.crash(self.node(number))
            case "crash later":
                self.node(number).crash_next = True
            case "join" if len(self.site.clients) < MAX_CLIENTS:
                self.site.join()
            case _:
                self.site.compact(number % 4)

    @rule(number=numbers, ahead_us=st.sampled_from(CLOCKS_US))
    def clocks(self, number: int, ahead_us: int) -> None:
        """Somebody sets a clock; the hub's is never far off."""
        node = self.node(number)
        node.ahead_us = ahead_us if node is not self.site.hub else ahead_us // 1000 % 5_000_000

    @precondition(lambda self: self.edits >= EDITS_BETWEEN)
    @rule()
    def settle(self) -> None:
        self.edits = 0
        self.site.settle()

    def teardown(self) -> None:
        self.site.settle()


@pytest.mark.proves("C4", "C5", "PP-SY-1", "PP-SY-2", "PP-SY-3", "PP-SY-4", "PP-SY-5")
@pytest.mark.timeout(0 if EXAMPLES else 400)
def test_all_replicas_become_the_same_and_keep_every_promise_on_the_way() -> None:
    run_state_machine_as_test(Convergence, settings=BOUNDED)


def _last_writer_wins(present: State | None, change: Change) -> Merged:
    """Planted: whoever wrote last wins, also over a delete."""
    if present is not None and not present.lives and change.values is not None and change.at > present.deleted_at:
        present = replace(present, deleted_at=None, incarnation=change.incarnation, values=DEFAULTS[change.kind])
    return merge(present, change)


@pytest.mark.proves("C4", "PP-SY-2", "PP-SY-3")
@pytest.mark.parametrize(
    ("place", "bug", "found"),
    [
        ("replica.commit.merge", _last_writer_wins, "rose from the dead|gave back"),
        ("sync.clock.MAX_AHEAD_US", 48 * 60 * MINUTE_US, "took over a clock that is ahead"),
    ],
    ids=["plain last-writer-wins for deletes", "a clock 24 h ahead is trusted"],
)
def test_a_planted_bug_is_found(monkeypatch: pytest.MonkeyPatch, place: str, bug: object, found: str) -> None:
    # The bug is planted in the product on purpose: what is tested here is whether the referee sees it.
    monkeypatch.setattr(f"precisionpulse_sdk.{place}", bug)
    with pytest.raises(InvariantError, match=found):
        run_state_machine_as_test(Convergence, settings=settings(BOUNDED, phases=[Phase.generate]))
