"""A site of replicas under a hand-set time: a hub, clients, and between them a network that loses, doubles, delays and
reorders. Replicas, rules and both sync machines are the real ones; each replica has an SQLite database of its own.

After every step the site checks what must hold at all times; `settle` delivers everything and checks that all replicas
are the same."""

from __future__ import annotations

import random
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from uuid import UUID

from google.protobuf.message import Message
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, select

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ChangeRefusedError
from precisionpulse_sdk.protocol.client_sync import ClientSync
from precisionpulse_sdk.protocol.effects import Instant
from precisionpulse_sdk.protocol.exchange import Send, Wanted
from precisionpulse_sdk.protocol.hub_sync import HubSync
from precisionpulse_sdk.replica import Edit, Kind, Replica, ReplicaChanged
from precisionpulse_sdk.replica.access import administrator_exists
from precisionpulse_sdk.replica.database import _WRITES, reading
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.replica.tables import changes, uploads
from precisionpulse_sdk.replica.transaction import read_place
from precisionpulse_sdk.sync.clock import MAX_AHEAD_US
from precisionpulse_sdk.sync.edit import create_permission, give_permission, give_role
from precisionpulse_sdk.sync.fields import DEFAULTS, NAME
from precisionpulse_sdk.sync.kinds import SYSTEM, built_in_role_id, permission_id
from precisionpulse_sdk.sync.names import name_key
from precisionpulse_sdk.sync.state import State

START_US = 1_800_000_000_000_000
HASH = "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzb21l$"
ADMINISTRATOR = built_in_role_id("administrator")
PERMISSIONS = ("*:*", "user:update", "role:assign", "config:update")
USERS = tuple(UUID(int=number) for number in range(1, 6))
ROLES = (ADMINISTRATOR, UUID(int=101), UUID(int=102))
FIRST_PEOPLE = ("ada", "bea", "cem")
"""Who there is at the start: two administrators, and one who holds what role 101 holds."""

DRIFTS_US = (2_000_000, -3_000_000, 0, 40_000_000)
"""How far the clients' clocks are ahead when they join."""

SETTLE_STEPS = 200
FREE_TEXT = {Kind.USER: "display_name", Kind.ROLE: "description", Kind.PERMISSION: "description"}
"""Fields in which every edit writes something new, so that a value that comes back is seen."""


class InvariantError(AssertionError):
    """Something happened that must never happen."""


class CrashError(Exception):
    """The process dies here."""


class Letter(NamedTuple):
    """A message on its way to `to`; from or to the client `client`."""

    to: str
    client: str
    message: Message


Look = tuple[int, int, tuple[tuple[str, object], ...], tuple[tuple[str, object], ...], object]
"""An entity as everybody must have it: life, version, values, times of the values, time of its deletion."""


@dataclass
class Node:
    """One replica's machine. `ahead_us`: how far its wall clock is ahead; `shown`: own texts that are on its screen."""

    name: str
    engine: Engine
    ahead_us: int = 0
    online: bool = True
    crash_next: bool = False
    replica: Replica = field(init=False)
    gone: dict[UUID, int] = field(default_factory=dict)
    shown: dict[UUID, str] = field(default_factory=dict)
    reverted: set[tuple[UUID, str]] = field(default_factory=set)

    def states(self) -> list[State]:
        """Every entity, dead or alive."""
        with reading(self.engine) as connection:
            entities = Entities(connection)
            return [state for kind in Kind for state in entities.all(kind)]

    def some(self, wanted: Iterable[tuple[Kind, UUID]]) -> dict[UUID, State | None]:
        """Some of them; None for what is not there."""
        with reading(self.engine) as connection:
            entities = Entities(connection)
            return {id_: entities.state(kind, id_) for kind, id_ in wanted}


class Site:
    """Everything in one run; `seed` decides the pauses of the sync machines."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = random.Random(seed)
        self.wall_us = START_US
        self.mono_s = 0.0
        self.letters: list[Letter] = []
        self.syncs: dict[str, ClientSync] = {}
        self.texts = 0
        self.log_end = 0
        self.looks: dict[int, dict[UUID, Look]] = {}
        self.names: dict[Kind, dict[UUID, str]] = defaultdict(dict)
        self.knew: dict[bytes, int] = {}
        self.removals: dict[UUID, dict[str, int]] = defaultdict(dict)
        self.latest_hub_us = 0
        self.broken: InvariantError | None = None
        self._editing = False
        self.hub = self._node("hub", _prepared("hub"))
        self.hub_sync = HubSync(self.hub.replica, lambda _: True)
        self.clients: dict[str, Node] = {}
        self._check_hub()

    @property
    def now(self) -> Instant:
        """The right time."""
        return Instant(self.mono_s, self.wall_us)

    # What happens

    def join(self, *, joined: bool = False) -> Node:
        """A new client: empty, or as one that has the site's beginning already."""
        drift_us = DRIFTS_US[len(self.clients) % len(DRIFTS_US)]
        name = f"client-{len(self.clients)}"
        node = self.clients[name] = self._node(name, _prepared("joined" if joined else "client"))
        node.ahead_us = drift_us
        self._start(node)
        return node

    def edit(self, node: Node, actor: UUID, edits: Sequence[Edit]) -> None:
        """Somebody edits at a node. What the rules refuse is not made."""
        with reading(node.engine) as connection:
            cursor = read_place(connection).cursor
        try:
            self._editing = True
            self._attempt(node, lambda: node.replica.edit(edits, actor=actor))
        except ChangeRefusedError:
            pass
        else:
            self._note_own(node, cursor)
        finally:
            self._editing = False
        if node is not self.hub:
            self._send(node, lambda sync: sync.changed(self.now))

    def new_text(self) -> str:
        """A text that nobody wrote before."""
        self.texts += 1
        return f"text {self.texts}"

    def advance(self, seconds: float) -> None:
        """Time passes; everybody does what is due."""
        self.mono_s += seconds
        self.wall_us += int(seconds * 1e6)
        for node in list(self.clients.values()):
            self._send(node, lambda sync: sync.tick(self.now))
            self._heartbeat(node)
        self._look()

    def cut(self, node: Node) -> None:
        """The client's link breaks. What is on its way stays on its way."""
        node.online = False
        self.syncs[node.name].end()

    def reconnect(self, node: Node) -> None:
        """The client's link is there again."""
        if not node.online:
            node.online = True
            self._send(node, lambda sync: sync.begin(self.now))

    def crash(self, node: Node) -> None:
        """The node's process dies, and starts again."""
        node.crash_next = False
        self._boot(node)
        if node is self.hub:
            self.hub_sync = HubSync(node.replica, lambda _: True)
        else:
            self._start(node)

    def deliver(self, index: int) -> None:
        """One letter arrives, if its receiver is there."""
        if self.letters:
            letter = self.letters.pop(index % len(self.letters))
            if self.clients[letter.client].online:
                self._arrive(letter)
            else:
                self.letters.append(letter)

    def lose(self, index: int) -> None:
        """One letter is lost."""
        if self.letters:
            self.letters.pop(index % len(self.letters))

    def double(self, index: int) -> None:
        """One letter is sent twice."""
        if self.letters:
            self.letters.append(self.letters[index % len(self.letters)])

    def compact(self, keep: int) -> None:
        """The hub's log forgets."""
        self._attempt(self.hub, lambda: self.hub.replica.compact(keep=keep, keep_s=0))

    def settle(self) -> None:
        """Every link is there, everything arrives; all must be the same then."""
        for node in (self.hub, *self.clients.values()):
            node.crash_next = False
            self.reconnect(node) if node is not self.hub else None
        for _ in range(SETTLE_STEPS):
            while self.letters:
                self._arrive(self.letters.pop(0))
            if all(self._is_settled(node) for node in self.clients.values()):
                break
            self.advance(70)
        else:
            raise InvariantError("it does not come to rest")
        for node in self.clients.values():
            expected = _looks_at(node.name, self.looks[self.log_end])
            found = _looks(node.states())
            if found != expected:
                raise InvariantError(f"{node.name} differs from the hub: {_difference(expected, found)}")

    # How it happens

    def _node(self, name: str, content: bytes) -> Node:
        node = Node(name, _engine(content))
        event.listen(node.engine, "commit", lambda connection: _die(node, connection))
        self._boot(node)
        return node

    def _boot(self, node: Node) -> None:
        is_hub = node.name == "hub"
        node.replica = Replica(node.engine, node=node.name, is_hub=is_hub, wall_us=lambda: self.wall_us + node.ahead_us)

    def _start(self, node: Node) -> None:
        self.syncs[node.name] = ClientSync(node.replica, self.rng, first_s=1.0, longest_s=8.0)
        node.replica.subscribe(lambda changed: self._listen(node, changed))
        if node.online:
            self._send(node, lambda sync: sync.begin(self.now))

    def _attempt(self, node: Node, work: Callable[[], object]) -> None:
        try:
            work()
        except CrashError:
            self.crash(node)
        if self.broken is not None:
            raise self.broken
        if node is self.hub:
            self._check_hub()
            self._look()

    def _listen(self, node: Node, changed: ReplicaChanged) -> None:
        """A replica keeps its listeners' errors to itself; the site does not."""
        try:
            self._check_client(node, changed)
        except InvariantError as error:
            self.broken = self.broken or error

    def _send(self, node: Node, ask: Callable[[ClientSync], list[Wanted]]) -> None:
        sync = self.syncs[node.name]

        def work() -> None:
            for wanted in ask(sync):
                if isinstance(wanted, Send) and node.online:
                    self.letters.append(Letter("hub", node.name, wanted.message))

        self._attempt(node, work)

    def _heartbeat(self, node: Node) -> None:
        if node.online:
            self._from_hub(node.name, self.hub_sync.beat(node.name, node.replica.cursor()))

    def _look(self) -> None:
        for client, send in list(self.hub_sync.look(self.now, announced=True)):
            self._from_hub(client, [send])

    def _arrive(self, letter: Letter) -> None:
        if letter.to != "hub":
            self._send(self.clients[letter.client], lambda sync: sync.take(letter.message, self.now))
            return

        def work() -> None:
            if isinstance(letter.message, pb.ChangeUpload):
                self._from_hub(letter.client, self.hub_sync.judge(letter.client, letter.message))
            elif isinstance(letter.message, pb.FeedRequest):
                self._from_hub(letter.client, self.hub_sync.request(letter.client, letter.message))

        self._attempt(self.hub, work)

    def _from_hub(self, client: str, sends: Sequence[Send]) -> None:
        for send in sends:
            self.letters += [Letter(client, client, part) for part in _cut_up(send.message)]

    def _is_settled(self, node: Node) -> bool:
        replica = node.replica
        return self.syncs[node.name].settled and not replica.pending() and replica.cursor() == self.hub.replica.cursor()

    def _note_own(self, node: Node, cursor: int) -> None:
        """What the author had seen when he wrote: everything up to `cursor`."""
        if node is self.hub:
            return
        with reading(node.engine) as connection:
            for content in connection.scalars(select(uploads.c.content)):
                self.knew.setdefault(pb.Change.FromString(content).id, cursor)

    # What must hold

    def _check_hub(self) -> None:
        with reading(self.hub.engine) as connection:
            place = read_place(connection)
            query = select(changes.c.content).where(changes.c.cursor > self.log_end).order_by(changes.c.cursor)
            news = [pb.CommittedChange.FromString(content) for content in connection.scalars(query)]
            if not administrator_exists(connection):
                raise InvariantError("nobody is left who may log in and do everything")
        self.latest_hub_us = max(self.latest_hub_us, self.wall_us + self.hub.ahead_us)
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

    def _check_client(self, node: Node, changed: ReplicaChanged) -> None:
        """A client's replica has committed something: what it shows is what the hub had at that place in the log, but
        for what waits."""
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
            self._check_own_text(node, id_, state)

    def _check_own_text(self, node: Node, id_: UUID, state: State | None) -> None:
        """A text that was on the screen and went, with no edit of the node's own, does not come back."""
        before, now = node.shown.get(id_, ""), ""
        if state is not None and state.kind in FREE_TEXT and state.lives:
            now = str(state.values[FREE_TEXT[state.kind]])
        if now == before:
            return
        if now and (id_, now) in node.reverted:
            raise InvariantError(f"{now!r} reverted at {node.name}, and came back")
        if before and not self._editing:
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


def _cut_up(message: Message) -> list[Message]:
    """The same in many small frames, as a larger site has it."""
    if isinstance(message, pb.SnapshotChunk):
        entities = list(message.entities)
        runs = [entities[at : at + 7] for at in range(0, len(entities), 7)] or [[]]
        same = {"snapshot_id": message.snapshot_id, "cursor": message.cursor, "count": len(runs)}
        return [pb.SnapshotChunk(index=index, entities=run, **same) for index, run in enumerate(runs)]
    if isinstance(message, pb.ChangeFeed) and len(message.changes) > 1:
        after = message.after_cursor
        parts: list[Message] = []
        for change in message.changes:
            parts.append(pb.ChangeFeed(after_cursor=after, changes=[change], latest_cursor=message.latest_cursor))
            after = change.cursor
        return parts
    return [message]


def _die(node: Node, connection: Connection) -> None:
    if node.crash_next and connection.get_execution_options().get(_WRITES):
        raise CrashError(node.name)


def _engine(content: bytes) -> Engine:
    """A database of its own in memory, which begins as `content`."""
    database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    if content:
        database.deserialize(content)
    engine = create_engine("sqlite://", creator=lambda: database, poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


@cache
def _prepared(kind: str) -> bytes:
    """The content of a database that a site's hub, or a client, begins with."""
    engine = _engine(b"")
    replica = Replica(engine, node=kind, is_hub=kind == "hub", wall_us=lambda: START_US)
    replica.prepare()
    if kind == "hub":
        replica.provide(list(_first_edits()))
    if kind == "joined":
        hub = Replica(_engine(_prepared("hub")), node="hub", is_hub=True, wall_us=lambda: START_US)
        for chunk in hub.feed(0):
            assert isinstance(chunk, pb.SnapshotChunk)
            replica.apply_snapshot(chunk)
    with engine.connect() as connection:
        database = connection.connection.driver_connection
        assert isinstance(database, sqlite3.Connection)
        return database.serialize()


def _first_edits() -> list[Edit]:
    people = [
        Edit(Kind.USER, id_, {"username": name, "password_hash": HASH + "A" * 43, "enabled": True})
        for id_, name in zip(USERS, FIRST_PEOPLE, strict=False)
    ]
    return [
        *(create_permission(name) for name in PERMISSIONS),
        Edit(Kind.ROLE, ADMINISTRATOR, {"name": "administrator", "built_in": True}),
        give_permission(ADMINISTRATOR, permission_id("*:*")),
        Edit(Kind.ROLE, ROLES[1], {"name": "clerk"}),
        *(give_permission(ROLES[1], permission_id(name)) for name in PERMISSIONS[1:]),
        *people,
        give_role(USERS[0], ADMINISTRATOR),
        give_role(USERS[1], ADMINISTRATOR),
        give_role(USERS[2], ROLES[1]),
    ]
