"""How a change meets what the hub has: a table for the entity's life, and a table for its fields (PP-SY-2).

docs/sync.md shows both tables; a test keeps them the same. The result does not depend on the order in which changes
arrive from different nodes; the changes of one node arrive in the order in which it made them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import cast
from uuid import UUID

from precisionpulse_sdk.errors import DeletedError, InvalidChangeError
from precisionpulse_sdk.sync.change import Change
from precisionpulse_sdk.sync.clock import HybridTime
from precisionpulse_sdk.sync.fields import DEFAULTS
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.state import Stamp, State, Value


class Here(enum.Enum):
    """What the hub has of the entity."""

    NOTHING = "nothing"
    LIVES = "lives"
    DELETED = "deleted"


class Life(enum.IntEnum):
    """Which life of the entity the change is about, seen from the one that the hub has."""

    EARLIER = -1
    SAME = 0
    NEXT = 1
    LATER = 2


class Outcome(enum.Enum):
    """What becomes of the change."""

    CREATE = "created"
    SET = "field by field"
    DELETE = "deleted"
    STAY_DELETED = "stays deleted, and the removal counts"
    REFUSE_DELETED = "refused: DELETED"
    REFUSE_INVALID = "refused: INVALID"


SETS, DELETES = "sets", "deletes"

LIFE_TABLE: Mapping[tuple[Here, str, Life], Outcome | tuple[Outcome, Outcome]] = {
    (Here.NOTHING, SETS, Life.NEXT): Outcome.CREATE,
    (Here.NOTHING, SETS, Life.LATER): Outcome.REFUSE_INVALID,
    (Here.NOTHING, DELETES, Life.NEXT): Outcome.REFUSE_DELETED,
    (Here.NOTHING, DELETES, Life.LATER): Outcome.REFUSE_INVALID,
    (Here.LIVES, SETS, Life.EARLIER): Outcome.REFUSE_DELETED,
    (Here.LIVES, SETS, Life.SAME): Outcome.SET,
    (Here.LIVES, SETS, Life.NEXT): Outcome.REFUSE_INVALID,
    (Here.LIVES, SETS, Life.LATER): Outcome.REFUSE_INVALID,
    (Here.LIVES, DELETES, Life.EARLIER): Outcome.DELETE,
    (Here.LIVES, DELETES, Life.SAME): Outcome.DELETE,
    (Here.LIVES, DELETES, Life.NEXT): Outcome.REFUSE_INVALID,
    (Here.LIVES, DELETES, Life.LATER): Outcome.REFUSE_INVALID,
    (Here.DELETED, SETS, Life.EARLIER): Outcome.REFUSE_DELETED,
    (Here.DELETED, SETS, Life.SAME): Outcome.REFUSE_DELETED,
    (Here.DELETED, SETS, Life.NEXT): (Outcome.CREATE, Outcome.REFUSE_DELETED),
    (Here.DELETED, SETS, Life.LATER): Outcome.REFUSE_INVALID,
    (Here.DELETED, DELETES, Life.EARLIER): Outcome.STAY_DELETED,
    (Here.DELETED, DELETES, Life.SAME): Outcome.STAY_DELETED,
    (Here.DELETED, DELETES, Life.NEXT): Outcome.REFUSE_DELETED,
    (Here.DELETED, DELETES, Life.LATER): Outcome.REFUSE_INVALID,
}
"""A pair: the first when the author had seen every removal of the entity, the second when not."""


class Rule(enum.Enum):
    """Which of two values of a field stays."""

    LATEST = "the later time"
    REMOVAL_WINS = "False always; True over False only if the author had seen every removal"
    GREATEST = "the greater; one more than present when a password changes or a user is disabled"


FIELD_TABLE: Mapping[tuple[Kind, str], Rule] = {
    (Kind.USER, "enabled"): Rule.REMOVAL_WINS,
    (Kind.USER, "session_generation"): Rule.GREATEST,
}
"""Every other field is `LATEST`."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A value of the field `name` that lost. `winner` is None when the entity was deleted; an actor, when not known."""

    name: str
    loser: Value = field(repr=False)
    loser_at: HybridTime
    loser_actor: UUID | None
    winner: Value = field(repr=False)
    winner_at: HybridTime
    winner_actor: UUID | None


@dataclass(frozen=True, slots=True)
class Merged:
    """The entity afterwards. `effective`: what was set; `lost`: fields of the change that were not; `overruled`: fields
    set over a value that the author had not seen."""

    state: State
    effective: Mapping[str, Value] = field(repr=False)
    lost: tuple[str, ...] = ()
    overruled: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


def merge(present: State | None, change: Change) -> Merged:
    """What comes of `change` where `present` is. Raises `DeletedError` or `InvalidChangeError` when it is refused."""
    outcome = outcome_of(present, change)
    if outcome is Outcome.CREATE:
        return _create(present, change)
    if outcome is Outcome.REFUSE_INVALID:
        raise InvalidChangeError("The change is about a life of the entity that has not begun.")
    if present is None or outcome is Outcome.REFUSE_DELETED:
        raise DeletedError("It was deleted, or never existed.")
    if outcome is Outcome.SET:
        return _set(present, change)
    return _delete(present, change)


def outcome_of(present: State | None, change: Change) -> Outcome:
    """The line of `LIFE_TABLE` that `change` falls under."""
    here = Here.NOTHING if present is None else Here.LIVES if present.lives else Here.DELETED
    lives_ahead = change.incarnation - (present.incarnation if present else 0)
    life = Life(max(Life.EARLIER, min(Life.LATER, lives_ahead)))
    found = LIFE_TABLE[here, DELETES if change.deletes else SETS, life]
    if isinstance(found, tuple):
        return found[0] if saw_every_removal(present, change) else found[1]
    return found


def saw_every_removal(present: State | None, change: Change) -> bool:
    """Whether the author had seen every delete and disable of the entity. Those of his own node he had."""
    removals = present.removals if present else {}
    return all(version <= change.base_version for node, version in removals.items() if node != change.at.node)


def follow(present: State | None, change: Change, lost: Iterable[str], overruled: Iterable[str]) -> Merged:
    """What comes of a change that the hub has committed: what the hub says."""
    lost, overruled = tuple(lost), tuple(overruled)
    if present is None:
        present = State(change.kind, change.entity_id, change.incarnation, 0)
    here, stamps = present.values, present.stamps
    values = change.values or {}
    effective = {name: value for name, value in values.items() if name not in lost}
    conflicts = [
        losing(name, values[name], change, here[name], stamps)
        for name in lost
        if name in here.keys() & values
        and values[name] != here[name]
        and not _counts(change.kind, name)
        and not change.same_password
    ]
    conflicts += [
        overruling(name, here[name], stamps, effective.get(name), change) for name in overruled if name in here
    ]
    if change.deletes:
        return Merged(_tombstone(change, present), {}, lost, overruled, tuple(conflicts))
    if not present.lives:
        present = replace(present, stamps={}, deleted_at=None)
    state = _with(present, effective, change, {**DEFAULTS[change.kind], **here})
    return Merged(state, effective, lost, overruled, tuple(conflicts))


def _create(present: State | None, change: Change) -> Merged:
    version = (present.version if present else 0) + 1
    values = dict(change.values or {})
    stamps = {name: Stamp(change.at, version, change.actor) for name in values}
    removals = present.removals if present else {}
    complete = {**DEFAULTS[change.kind], **values}
    state = State(change.kind, change.entity_id, change.incarnation, version, complete, stamps, removals)
    return Merged(state, values)


def _set(present: State, change: Change) -> Merged:
    effective: dict[str, Value] = {}
    lost: list[str] = []
    overruled: list[str] = []
    conflicts: list[Conflict] = []
    for name, value in (change.values or {}).items():
        here, stamp = present.values[name], present.stamps.get(name)
        if _stays(present, change, name, value):
            lost.append(name)
            if value != here and not _counts(change.kind, name) and not change.same_password:
                conflicts.append(losing(name, value, change, here, present.stamps))
            continue
        effective[name] = value
        if value != here and stamp is not None and unseen(stamp, change) and not _counts(change.kind, name):
            overruled.append(name)
            conflicts.append(overruling(name, here, present.stamps, value, change))
    if ends_sessions(present, effective, same_password=change.same_password):
        wanted = cast(int, effective.get("session_generation", 0))
        effective["session_generation"] = max(wanted, cast(int, present.values["session_generation"]) + 1)
        lost = [name for name in lost if name != "session_generation"]
    state = _with(present, effective, change, present.values)
    return Merged(state, effective, tuple(lost), tuple(overruled), tuple(conflicts))


def ends_sessions(present: State, values: Mapping[str, Value], *, same_password: bool = False) -> bool:
    """Whether all sessions of the user must end when `values` are set. `same_password`: as in `Change`."""
    if present.kind is not Kind.USER:
        return False
    here = present.values
    other_password = values.get("password_hash", here["password_hash"]) != here["password_hash"] and not same_password
    return other_password or bool(here["enabled"] and not values.get("enabled", True))


def _counts(kind: Kind, name: str) -> bool:
    """Whether the field only counts: nothing that anybody wrote is lost when another value of it stays."""
    return FIELD_TABLE.get((kind, name)) is Rule.GREATEST


def _stays(present: State, change: Change, name: str, value: Value) -> bool:
    """Whether the present value stays."""
    here, stamp = present.values[name], present.stamps.get(name)
    if change.same_password and stamp is not None and unseen(stamp, change):
        return True  # the password became another one meanwhile: the earlier one must not come back
    rule = FIELD_TABLE.get((change.kind, name), Rule.LATEST)
    if rule is Rule.REMOVAL_WINS:
        return bool(value) and not here and not saw_every_removal(present, change)
    if rule is Rule.GREATEST:
        return cast(int, value) <= cast(int, here)
    return stamp is not None and change.at < stamp.at


def _delete(present: State, change: Change) -> Merged:
    overruled = (
        [
            name
            for name, stamp in present.stamps.items()
            if unseen(stamp, change) and name in present.values and not _counts(change.kind, name)
        ]
        if present.lives
        else []
    )
    conflicts = [overruling(name, present.values[name], present.stamps, None, change) for name in overruled]
    return Merged(_tombstone(change, present), {}, (), tuple(overruled), tuple(conflicts))


def _with(present: State, effective: Mapping[str, Value], change: Change, old: Mapping[str, Value]) -> State:
    version = present.version + 1
    removes = effective.get("enabled") is False
    return replace(
        present,
        incarnation=change.incarnation,
        version=version,
        values={**old, **effective},
        stamps={**present.stamps, **{name: Stamp(change.at, version, change.actor) for name in effective}},
        removals={**present.removals, change.at.node: version} if removes else present.removals,
    )


def _tombstone(change: Change, present: State) -> State:
    version = present.version + 1
    return State(
        change.kind,
        change.entity_id,
        max(change.incarnation, present.incarnation),
        version,
        removals={**present.removals, change.at.node: version},
        deleted_at=max(change.at, present.deleted_at or change.at),
    )


def unseen(stamp: Stamp, change: Change) -> bool:
    """Whether the author of `change` had not seen what `stamp` tells of."""
    return stamp.version > change.base_version and stamp.at.node != change.at.node


def losing(name: str, value: Value, change: Change, here: Value, stamps: Mapping[str, Stamp]) -> Conflict:
    """The change's `value` of a field lost against what is `here`."""
    stamp = stamps.get(name)
    return Conflict(
        name, value, change.at, change.actor, here, stamp.at if stamp else change.at, stamp.actor if stamp else None
    )


def overruling(name: str, here: Value, stamps: Mapping[str, Stamp], value: Value, change: Change) -> Conflict:
    """What is `here` of a field lost against the change's `value`."""
    stamp = stamps.get(name)
    return Conflict(
        name, here, stamp.at if stamp else change.at, stamp.actor if stamp else None, value, change.at, change.actor
    )
