"""A site of replicas under a hand-set time: a hub, clients, and between them a network that loses, doubles, delays and
reorders. Replicas, rules and both sync machines are the real ones; each replica has an SQLite database of its own.

After every step a referee checks what must hold at all times; `settle` delivers everything and checks that all replicas
are the same."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from google.protobuf.message import Message

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import ChangeRefusedError
from precisionpulse_sdk.protocol.client_sync import ClientSync
from precisionpulse_sdk.protocol.effects import Instant
from precisionpulse_sdk.protocol.exchange import Send, Wanted
from precisionpulse_sdk.protocol.hub_sync import HubSync
from precisionpulse_sdk.replica import Edit, Replica, ReplicaChanged
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.transaction import read_place

from .beginnings import START_US, engine_of, prepared
from .invariants import InvariantError
from .node import CrashError, Node
from .referee import Referee

DRIFTS_US = (2_000_000, -3_000_000, 0, 40_000_000)
"""How far the clients' clocks are ahead when they join."""

SETTLE_STEPS = 200


class Letter(NamedTuple):
    """A message on its way to `to`; from or to the client `client`."""

    to: str
    client: str
    message: Message


class Site:
    """Everything in one run; `seed` decides the pauses of the sync machines."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = random.Random(seed)
        self.wall_us = START_US
        self.mono_s = 0.0
        self.letters: list[Letter] = []
        self.syncs: dict[str, ClientSync] = {}
        self.texts = 0
        self.broken: InvariantError | None = None
        self._editing = False
        self.hub = self._node("hub", prepared("hub"))
        self.hub_sync = HubSync(self.hub.replica, lambda _: True)
        self.clients: dict[str, Node] = {}
        self.referee = Referee(self.hub)
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
        node = self.clients[name] = self._node(name, prepared("joined" if joined else "client"))
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
            self.referee.note_own(node, cursor)
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
            self.referee.check_same(node)

    # How it happens

    def _node(self, name: str, content: bytes) -> Node:
        node = Node(name, engine_of(content))
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

    def _check_hub(self) -> None:
        self.referee.check_hub(self.wall_us + self.hub.ahead_us)

    def _listen(self, node: Node, changed: ReplicaChanged) -> None:
        """A replica keeps its listeners' errors to itself; the site does not."""
        try:
            self.referee.check_client(node, changed, editing=self._editing)
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
