"""The two tables of merging: what docs/sync.md shows is what the code does, line by line."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from precisionpulse_sdk.errors import DeletedError, InvalidChangeError
from precisionpulse_sdk.sync.change import Change
from precisionpulse_sdk.sync.clock import HybridTime
from precisionpulse_sdk.sync.fields import DEFAULTS
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.merge import (
    DELETES,
    FIELD_TABLE,
    LIFE_TABLE,
    SETS,
    Here,
    Life,
    Merged,
    Outcome,
    Rule,
    follow,
    merge,
)
from precisionpulse_sdk.sync.overlay import overlay
from precisionpulse_sdk.sync.rules import check_form
from precisionpulse_sdk.sync.settings import Settings
from precisionpulse_sdk.sync.state import Stamp, State, Value

PAGE = Path(__file__).parents[3] / "docs/sync.md"
WHO = UUID(int=7)
ID = UUID(int=1)
LIVES = {Life.EARLIER: "an earlier one", Life.SAME: "that one", Life.NEXT: "the next", Life.LATER: "a later one"}
THINGS = {Here.NOTHING: "nothing", Here.LIVES: "it, alive", Here.DELETED: "it, deleted"}


def life_rows() -> list[str]:
    rows = []
    for (here, does, life), outcome in LIFE_TABLE.items():
        about = ("the first" if life is Life.NEXT else "a later one") if here is Here.NOTHING else LIVES[life]
        text = (
            f"{outcome[0].value} if the author had seen every removal, else {outcome[1].value}"
            if isinstance(outcome, tuple)
            else outcome.value
        )
        rows.append(f"| {THINGS[here]} | {does} | {about} | {text} |")
    return rows


def field_rows() -> list[str]:
    rows = [f"| {kind.value} | `{name}` | {rule.value} |" for (kind, name), rule in FIELD_TABLE.items()]
    return [*rows, f"| every | every other | {Rule.LATEST.value} |"]


@pytest.mark.proves("C4", "PP-SY-2")
def test_the_page_shows_the_tables_of_the_code() -> None:
    lines = PAGE.read_text().splitlines()
    for head, expected in (("| The hub has |", life_rows()), ("| Entity | Field |", field_rows())):
        [at] = [number for number, line in enumerate(lines) if line.startswith(head)]
        shown = list(itertools.takewhile(lambda line: line.startswith("|"), lines[at + 2 :]))
        assert shown == expected


@pytest.mark.proves("PP-SY-2")
def test_every_case_is_in_the_table() -> None:
    cases = set(itertools.product(Here, (SETS, DELETES), Life))
    impossible = {case for case in cases if case[0] is Here.NOTHING and case[2] in (Life.EARLIER, Life.SAME)}
    assert set(LIFE_TABLE) == cases - impossible


def time(us: int, node: str = "one") -> HybridTime:
    return HybridTime(us, 0, node)


def change(us: int, values: dict[str, Value] | None, *, life: int = 1, base: int = 1, node: str = "one") -> Change:
    return Change(UUID(int=us), Kind.USER, ID, life, base, time(us, node), WHO, values)


def user(**values: Value) -> State:
    """A user in the second life, as the hub wrote it at 100, at version 1."""
    stamps = dict.fromkeys(DEFAULTS[Kind.USER], Stamp(time(100, "hub"), 1, None))
    return State(Kind.USER, ID, 2, 1, {**DEFAULTS[Kind.USER], "username": "ada", **values}, stamps)


DEAD = replace(user(), values={}, stamps={}, deleted_at=time(100, "hub"), removals={"hub": 1})


@pytest.mark.proves("C4", "PP-SY-2")
@pytest.mark.parametrize(("case", "outcome"), LIFE_TABLE.items(), ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("seen", [True, False])
def test_a_change_fares_as_its_line_says(
    case: tuple[Here, str, Life], outcome: Outcome | tuple[Outcome, Outcome], seen: bool
) -> None:
    here, does, life = case
    present = {Here.NOTHING: None, Here.LIVES: user(), Here.DELETED: DEAD}[here]
    values: dict[str, Value] | None = {"username": "eve"} if does == SETS else None
    written = change(200, values, life=(present.incarnation if present else 0) + life, base=1 if seen else 0)
    expected = outcome if not isinstance(outcome, tuple) else outcome[0] if seen else outcome[1]
    refusal = {Outcome.REFUSE_DELETED: DeletedError, Outcome.REFUSE_INVALID: InvalidChangeError}.get(expected)
    if refusal:
        with pytest.raises(refusal):
            merge(present, written)
        return
    merged = merge(present, written)
    assert merged.state.lives is (expected in (Outcome.CREATE, Outcome.SET))
    assert _followed(present, written, merged) == merged.state


def _followed(present: State | None, written: Change, merged: Merged) -> State:
    """What a client makes of it, which does as the hub says."""
    told = written if written.values is None else replace(written, values={**written.values, **merged.effective})
    return follow(present, told, merged.lost, merged.overruled).state


@pytest.mark.proves("C4", "PP-SY-1", "PP-SY-2", "PP-SY-6")
@pytest.mark.parametrize(("us", "stays"), [(99, "Ada"), (101, "Eve")])
def test_of_two_values_the_later_stays_and_the_other_is_kept_as_a_conflict(us: int, stays: str) -> None:
    present = user(display_name="Ada")
    written = change(us, {"display_name": "Eve"}, life=2, base=0)
    merged = merge(present, written)
    assert merged.state.values["display_name"] == stays
    [conflict] = merged.conflicts
    assert {conflict.loser, conflict.winner} == {"Ada", "Eve"} and conflict.winner == stays
    assert _followed(present, written, merged) == merged.state


@pytest.mark.proves("C2", "C6", "PP-SY-2")
def test_only_another_password_ends_sessions_and_a_renewed_hash_loses_against_one_that_it_had_not_seen() -> None:
    present = user(password_hash="old", session_generation=4, enabled=True)
    another = change(200, {"password_hash": "new"}, life=2, base=1)
    renewed = replace(another, same_password=True)
    assert merge(present, another).state.values["session_generation"] == 5
    merged = merge(present, renewed)
    assert (merged.state.values["session_generation"], merged.state.values["password_hash"]) == (4, "new")
    assert _followed(present, renewed, merged) == merged.state
    late = replace(renewed, base_version=0)
    merged = merge(present, late)
    assert (merged.state.values["password_hash"], merged.lost, merged.conflicts) == ("old", ("password_hash",), ())
    assert _followed(present, late, merged) == merged.state
    assert overlay(present, [late]).values["password_hash"] == "old"  # type: ignore[union-attr]
    assert overlay(present, [renewed]).values["password_hash"] == "new"  # type: ignore[union-attr]


@pytest.mark.proves("C2", "PP-SY-4")
@pytest.mark.parametrize(
    "faulty",
    [
        {"values": {"password_hash": "new", "display_name": "Eve"}},
        {"values": {"password_hash": ""}},
        {"values": {"display_name": "Eve"}},
        {"actor": UUID(int=77)},
    ],
)
def test_only_the_hash_of_ones_own_password_can_be_renewed(faulty: dict[str, Any]) -> None:
    hash_ = "$argon2id$v=19$m=65536,t=3,p=4$" + "c" * 16 + "$" + "A" * 43
    own = replace(change(200, {"password_hash": hash_}, life=2), actor=ID, same_password=True)
    check_form(own, user(), Settings())
    with pytest.raises(InvalidChangeError):
        check_form(replace(own, **faulty), user(), Settings())


@pytest.mark.proves("PP-SY-2")
@pytest.mark.parametrize(("base", "enabled"), [(0, False), (1, True)])
def test_only_who_saw_that_a_user_was_disabled_enables_him(base: int, enabled: bool) -> None:
    present = replace(user(enabled=False), removals={"hub": 1})
    assert merge(present, change(9_999, {"enabled": True}, life=2, base=base)).state.values["enabled"] is enabled


@pytest.mark.proves("PP-SY-2")
def test_an_older_disable_beats_a_newer_enable_that_had_not_seen_it() -> None:
    first = merge(user(enabled=True), change(50, {"enabled": False}, life=2, base=0, node="two")).state
    assert merge(first, change(200, {"enabled": True}, life=2, base=1)).state.values["enabled"] is False


@pytest.mark.proves("PP-SY-2", "C6")
def test_a_new_password_and_a_disable_count_the_sessions_up_wherever_they_come_from() -> None:
    present = user(enabled=True, session_generation=5)
    for values in ({"password_hash": "x"}, {"enabled": False}, {"password_hash": "x", "session_generation": 3}):
        written = change(200, dict(values), life=2)
        merged = merge(present, written)
        assert merged.state.values["session_generation"] == 6
        assert "session_generation" not in merged.lost
        assert not [conflict for conflict in merged.conflicts if conflict.name == "session_generation"]
        assert _followed(present, written, merged) == merged.state


@pytest.mark.proves("C4", "PP-SY-1")
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))), ids=str)
def test_edits_of_three_who_know_nothing_of_each_other_come_to_the_same_in_any_order(order: tuple[int, ...]) -> None:
    edits = [
        change(300, {"display_name": "c", "enabled": True}, life=2, node="c"),
        change(200, {"display_name": "b", "password_hash": "p"}, life=2, node="b"),
        change(250, {"enabled": False}, life=2, node="a"),
    ]
    state = user(enabled=True)
    for number in order:
        state = merge(state, edits[number]).state
    shown = {name: state.values[name] for name in ("display_name", "enabled", "password_hash")}
    assert shown == {"display_name": "c", "enabled": False, "password_hash": "p"}
