"""What must hold at all times at a site of replicas, judged from outside the rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica import Kind, ReplicaChanged
from precisionpulse_sdk.replica.access import administrator_exists
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.tables import changes, uploads
from precisionpulse_sdk.replica.transaction import read_place
from precisionpulse_sdk.sync.clock import MAX_AHEAD_US
from precisionpulse_sdk.sync.fields import DEFAULTS, NAME
from precisionpulse_sdk.sync.kinds import SYSTEM
from precisionpulse_sdk.sync.names import name_key
from precisionpulse_sdk.sync.state import State

from .invariants import InvariantError
from .node import Node

FREE_TEXT = {Kind.USER: "display_name", Kind.ROLE: "description", Kind.PERMISSION: "description"}
"""Fields in which every edit writes something new, so that a value that comes back is seen."""

Look = tuple[int, int, tuple[tuple[str, object], ...], tuple[tuple[str, object], ...], object]
"""An entity as everybody must have it: life, version, values, times of the values, time of its deletion."""


class Referee:
    """Remembers what the hub had at each place in its log, and holds everybody to it. Every check raises
    `InvariantError`."""

    def __init__(self, hub: Node) -> None:
        self.hub = hub
        self.log_end = 0
        self.looks: dict[int, dict[UUID, Look]] = {}
        self.names: dict[Kind, dict[UUID, str]] = defaultdict(dict)
        self.knew: dict[bytes, int] = {}
        self.removals: dict[UUID, dict[str, int]] = defaultdict(dict)
        self.latest_hub_us = 0

    def note_own(self, node: Node, cursor: int) -> None:
        """What the author had seen when he wrote: everything up to `cursor`."""
        if node is self.hub:
            return
        with reading(node.engine) as connection:
            for content in connection.scalars(select(uploads.c.content)):
                self.knew.setdefault(pb.Change.FromString(content).id, cursor)

    def check_hub(self, now_us: int) -> None:
        """The hub's replica may have committed something; `now_us` is the time on its own clock."""
        with reading(self.hub.engine) as connection:
            place = read_place(connection)
            query = select(changes.c.content).where(changes.c.cursor > self.log_end).order_by(changes.c.cursor)
            news = [pb.CommittedChange.FromString(content) for content in connection.scalars(query)]
            if not administrator_exists(connection):
                raise InvariantError("nobody is left who may log in and do everything")
        self.latest_hub_us = max(self.latest_hub_us, now_us)
        if place.clock.wall_us > self.latest_hub_us + MAX_AHEAD_US:
            raise InvariantError(f"the hub took over a clock that is ahead: {place.clock}")
        if place.cursor == self.log_end:
            return
        if [change.cursor for change in news] != list(range(self.log_end + 1, place.cursor + 1)):
            raise InvariantError(f"the log has a gap after {self.log_end}")
        for change in news:
            self._check_removals(change)
        changed = self.hub.some({(_kind(change), UUID(bytes=change.change.entity_id)) for change in news})
        states = [state for state in changed.values() if state is not None]
        self._check_lives(self.hub, states)
        self.looks[place.cursor] = {**self.looks.get(self.log_end, {}), **_looks(states)}
        self.log_end = place.cursor
        for state in states:
            self.names[state.kind][state.id] = _name(state)
        _check_names(self.names)

    def check_client(self, node: Node, changed: ReplicaChanged, *, editing: bool) -> None:
        """A client's replica has committed something: what it shows is what the hub had at that place in the log, but
        for what waits. `editing`: somebody edits there just now."""
        states = node.some(changed.entities)
        with reading(node.engine) as connection:
            waiting = set(connection.scalars(select(uploads.c.entity_id)))
        settled = [state for state in states.values() if state is not None and state.id not in waiting]
        self._check_lives(node, settled)
        if changed.cursor in self.looks:
            expected = _looks_at(node.name, self.looks[changed.cursor])
            for id_, look in _looks(settled).items():
                if look != expected.get(id_):
                    where = f"{node.name} at {changed.cursor}"
                    raise InvariantError(f"{where} has {look}, and the hub had {expected.get(id_)}")
        for id_, state in states.items():
            self._check_own_text(node, id_, state, editing=editing)

    def check_same(self, node: Node) -> None:
        """A client that is settled has what the hub has, as far as it concerns it."""
        expected, found = _looks_at(node.name, self.looks[self.log_end]), _looks(node.states())
        if found != expected:
            raise InvariantError(f"{node.name} differs from the hub: {_difference(expected, found)}")

    def _check_removals(self, place: pb.CommittedChange) -> None:
        """No right comes back by a change whose author had not seen that it was taken."""
        change = place.change
        id_, node = UUID(bytes=change.entity_id), change.at.node
        before = self.looks.get(self.log_end, {}).get(id_)
        set_ = set(change.fields) - set(place.lost_fields)
        knew = self.log_end if node == "hub" or change.actor_id == SYSTEM.bytes else self.knew.get(change.id, 0)
        unseen = [at for other, at in self.removals[id_].items() if other != node and at > knew]
        enables = change.op == pb.CHANGE_OP_SET and (
            "enabled" in set_ and change.entity.user.enabled if change.entity.WhichOneof("kind") == "user" else True
        )
        takes = change.op == pb.CHANGE_OP_DELETE or ("enabled" in set_ and not change.entity.user.enabled)
        was_off = before is not None and (before[4] is not None or dict(before[2]).get("enabled") is False)
        if enables and was_off and unseen:
            raise InvariantError(f"{node} gave back at {place.cursor} what was taken at {unseen}, unseen: {id_}")
        if takes:
            self.removals[id_][node] = place.cursor

    def _check_lives(self, node: Node, states: Sequence[State]) -> None:
        for state in states:
            if not state.lives:
                node.gone[state.id] = max(state.incarnation, node.gone.get(state.id, 0))
            elif state.incarnation <= node.gone.get(state.id, 0):
                raise InvariantError(f"{state.kind} {state.id} rose from the dead at {node.name}")

    def _check_own_text(self, node: Node, id_: UUID, state: State | None, *, editing: bool) -> None:
        """A text that was on the screen and went, with no edit of the node's own, does not come back."""
        before, now = node.shown.get(id_, ""), ""
        if state is not None and state.kind in FREE_TEXT and state.lives:
            now = str(state.values[FREE_TEXT[state.kind]])
        if now == before:
            return
        if now and (id_, now) in node.reverted:
            raise InvariantError(f"{now!r} reverted at {node.name}, and came back")
        if before and not editing:
            node.reverted.add((id_, before))
        node.shown[id_] = now


def _kind(place: pb.CommittedChange) -> Kind:
    return Kind(place.change.entity.WhichOneof("kind") or "")


def _name(state: State) -> str:
    return name_key(str(state.values[NAME[state.kind]])) if state.kind in NAME and state.lives else ""


def _check_names(names: Mapping[Kind, Mapping[UUID, str]]) -> None:
    for kind in NAME:
        used = [name for name in names[kind].values() if name]
        if len(used) != len(set(used)):
            raise InvariantError(f"two have one name: {sorted(used)}")


def _looks(states: Sequence[State]) -> dict[UUID, Look]:
    return {
        state.id: (
            state.incarnation,
            state.version,
            tuple(sorted(state.values.items(), key=lambda item: item[0])),
            tuple(sorted((name, stamp.at) for name, stamp in state.stamps.items())),
            state.deleted_at,
        )
        for state in states
    }


def _looks_at(client: str, looks: Mapping[UUID, Look]) -> dict[UUID, Look]:
    """The hub's entities as a client must have them: of other clients' configuration, only that there is some."""
    return {id_: _nothing_of(look) if _is_anothers(client, look) else look for id_, look in looks.items()}


def _is_anothers(client: str, look: Look) -> bool:
    values = dict(look[2])
    return "key" in values and values["client"] not in ("", client)


def _nothing_of(look: Look) -> Look:
    return (look[0], look[1], tuple(sorted(DEFAULTS[Kind.CONFIG_VALUE].items())), (), look[4])


def _difference(expected: dict[UUID, Look], found: dict[UUID, Look]) -> str:
    return "; ".join(
        f"{id_}: {expected.get(id_)} there, {found.get(id_)} here"
        for id_ in sorted(expected.keys() | found.keys())
        if expected.get(id_) != found.get(id_)
    )
