"""The replica: edits in, messages in and out, everybody told what changed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine, select

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import RightsExpiredError, UsageError
from precisionpulse_sdk.replica import database, editing, feed, follow, judge, snapshots
from precisionpulse_sdk.replica.settings import read_effective
from precisionpulse_sdk.replica.tables import uploads
from precisionpulse_sdk.replica.transaction import Place, Transaction, read_place
from precisionpulse_sdk.sync.edit import Edit
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.settings import Settings

_log = logging.getLogger(__name__)

UPLOAD_CHANGES = 100
UPLOAD_BYTES = 256 * 1024
KEEP_CHANGES = 10_000
KEEP_S = 30 * 86400
_COMPACT_EVERY = 1000
_CONTACT_EVERY_US = 60_000_000


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """An entity as an edit left it; `version` is what a next edit gives as its base."""

    kind: Kind
    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """What an edit did. `pending`: it waits for the hub's consent."""

    entities: tuple[EntityVersion, ...]
    pending: bool


@dataclass(frozen=True, slots=True)
class ReplicaChanged:
    """A transaction was committed. `entities`: what looks different now; `cursor`: the place in the feed; `waiting`:
    how many changes wait for the hub's consent; `refused` and `conflicts`: how many were added to those logs."""

    entities: frozenset[tuple[Kind, UUID]]
    cursor: int
    waiting: int = 0
    refused: int = 0
    conflicts: int = 0

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of `entities`."""
        return frozenset(kind for kind, _ in self.entities)


class Replica:
    """One replica; thread-safe. `node` is "hub" or the client's id; the one with `is_hub` judges. `settings`: the keys
    known here. Every method is one transaction and raises `StorageError` when the database can't be used."""

    def __init__(
        self,
        engine: Engine,
        *,
        node: str,
        is_hub: bool,
        settings: Settings | None = None,
        wall_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        self.engine = engine
        self.node = node
        self.is_hub = is_hub
        self.settings = settings or Settings()
        self._wall_us = wall_us
        self._lock = threading.Lock()
        self._listeners: list[Callable[[ReplicaChanged], object]] = []
        self._told_cursor: int | None = None

    def prepare(self) -> None:
        """Bring the schema to the newest revision; safe to run at any time and by several programs at once."""
        database.migrate(self.engine)
        if not self.is_hub:
            with self._write() as tx:
                follow.forget_others(tx)

    def edit(self, edits: Sequence[Edit], *, actor: UUID, address: str = "") -> EditOutcome:
        """Make all edits, or none. Raises a `ChangeRefusedError`."""
        with self._write() as tx:
            for edit in edits:
                if self.is_hub:
                    editing.edit_at_hub(tx, edit, actor, address)
                else:
                    editing.edit_at_client(tx, edit, actor, address)
            versions = tuple(self._version(tx, edit) for edit in edits)
        return EditOutcome(versions, not self.is_hub)

    def provide(self, edits: Sequence[Edit]) -> None:
        """Hub: write what the product itself ships, and a site's first administrator. Asks for nobody's rights."""
        self._only(hub=True)
        with self._write() as tx:
            for edit in edits:
                editing.provide(tx, edit)

    def judge(
        self, client: str, changes: Sequence[pb.Change], *, holds_accounts: bool = True
    ) -> list[pb.ChangeVerdict]:
        """Hub: decide on a client's changes, in order; the same ones again get the same verdicts. Those of a client
        that does not hold the accounts are refused."""
        self._only(hub=True)
        with self._write() as tx:
            return judge.judge(tx, client, changes, holds_accounts=holds_accounts)

    def feed(self, after_cursor: int, *, holds_accounts: bool = True) -> pb.ChangeFeed | list[pb.SnapshotChunk]:
        """Hub: a page of what follows `after_cursor`; or everything, for a replica that is new or too far behind.
        Without `holds_accounts`, configuration only."""
        self._only(hub=True)
        with database.reading(self.engine) as connection:
            page = feed.page(connection, after_cursor, holds_accounts=holds_accounts)
            if page is not None:
                return page
            validity_s = read_effective(connection, self.settings).number("offline_validity_s")
            now_us = self._wall_us()
            until_us = now_us + validity_s * 1_000_000
            return feed.snapshot(connection, now_us, until_us, holds_accounts=holds_accounts)

    def latest_cursor(self) -> int:
        """Hub: the newest place in the feed."""
        self._only(hub=True)
        return self._place().cursor

    def compact(self, *, keep: int = KEEP_CHANGES, keep_s: float = KEEP_S) -> int:
        """Hub: drop what is old from the log; how many changes are gone. Who needs them gets a snapshot instead. Also
        happens by itself."""
        self._only(hub=True)
        with self._write() as tx:
            return feed.compact(tx, keep=keep, older_than_us=tx.wall_us - int(keep_s * 1e6))

    def poll(self) -> None:
        """Hub: tell the listeners what other processes committed since the last poll."""
        with database.reading(self.engine) as connection:
            if self._told_cursor is None:
                self._told_cursor = read_place(connection).cursor
                return
            self._told_cursor, entities = feed.changed_since(connection, self._told_cursor)
        if entities:
            self._tell(ReplicaChanged(entities, self._told_cursor))

    def cursor(self) -> int:
        """Client: the place up to which everything is applied; 0 when empty."""
        return self._place().cursor

    def pending(self) -> list[pb.Change]:
        """Client: what the hub has not judged, oldest first, a page of it."""
        self._only(hub=False)
        query = select(uploads.c.content).where(uploads.c.accepted_cursor.is_(None)).order_by(uploads.c.number)
        found: list[pb.Change] = []
        size = 0
        with database.reading(self.engine) as connection:
            for content in connection.scalars(query.limit(UPLOAD_CHANGES)):
                size += len(content)
                if found and size > UPLOAD_BYTES:
                    break
                found.append(pb.Change.FromString(content))
        return found

    def waiting(self) -> frozenset[tuple[Kind, UUID]]:
        """Client: the entities with changes that the hub has not judged."""
        query = select(uploads.c.kind, uploads.c.entity_id).where(uploads.c.accepted_cursor.is_(None))
        with database.reading(self.engine) as connection:
            return frozenset((Kind(row.kind), row.entity_id) for row in connection.execute(query))

    def apply_verdicts(self, verdicts: pb.ChangeVerdicts) -> None:
        """Client: take the hub's verdicts; what was refused is rolled back."""
        self._only(hub=False)
        with self._write() as tx:
            for verdict in verdicts.verdicts:
                follow.apply_verdict(tx, verdict)
            self._renew(tx)

    def apply_feed(self, feed: pb.ChangeFeed) -> bool:
        """Client: apply what follows the cursor. False: it does not follow; ask again from `cursor()`, which is 0 when
        the whole is needed."""
        self._only(hub=False)
        with self._write() as tx:
            applied = follow.apply_feed(tx, feed)
            self._renew(tx)
            return applied

    def apply_snapshot(self, chunk: pb.SnapshotChunk) -> bool:
        """Client: take a part of the whole. True once all parts came and everything is applied."""
        self._only(hub=False)
        with self._write() as tx:
            applied = snapshots.take_chunk(tx, chunk)
            self._renew(tx)
            return applied

    def contact(self) -> None:
        """Client: the hub answered; cached rights are good for another while. Cheap to call at every answer."""
        self._only(hub=False)
        with self._write() as tx:
            self._renew(tx)

    def check_valid(self) -> None:
        """Client: raises `RightsExpiredError` when cached rights are over (PP-SY-9). A clock that is set back does not
        help: the replica's own never goes back."""
        place = self._place()
        now_us = max(self._wall_us(), place.clock.wall_us)
        if place.cursor and place.valid_until_us is not None and now_us > place.valid_until_us:
            raise RightsExpiredError(
                "This computer was too long without contact to the hub to let anybody in. Connect it, then log in."
            )

    def subscribe(self, listener: Callable[[ReplicaChanged], object]) -> Callable[[], None]:
        """Call `listener` after each commit, on the thread that committed; the result ends that."""
        with self._lock:
            self._listeners.append(listener)

        def end() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return end

    @contextmanager
    def _write(self) -> Iterator[Transaction]:
        with database.writing(self.engine) as connection:
            tx = Transaction.begin(connection, self.node, self._wall_us(), self.settings)
            yield tx
            if self.is_hub and tx.cursor // _COMPACT_EVERY > tx.place.cursor // _COMPACT_EVERY:
                feed.compact(tx, keep=KEEP_CHANGES, older_than_us=tx.wall_us - KEEP_S * 1_000_000)
            tx.end()
            waiting = 0 if self.is_hub else follow.waiting(tx)
        if tx.changed or tx.refused or tx.conflicts:
            self._tell(ReplicaChanged(frozenset(tx.changed), tx.cursor, waiting, tx.refused, tx.conflicts))

    def _renew(self, tx: Transaction) -> None:
        validity_s = read_effective(tx.connection, self.settings, self.node).number("offline_validity_s")
        until_us = tx.wall_us + validity_s * 1_000_000
        if tx.valid_until_us is None or abs(until_us - tx.valid_until_us) > _CONTACT_EVERY_US:
            tx.valid_until_us = until_us

    def _version(self, tx: Transaction, edit: Edit) -> EntityVersion:
        state = tx.entities.state(edit.kind, edit.entity_id)
        return EntityVersion(edit.kind, edit.entity_id, state.version if state else 0)

    def _place(self) -> Place:
        with database.reading(self.engine) as connection:
            return read_place(connection)

    def _only(self, *, hub: bool) -> None:
        if self.is_hub is not hub:
            raise UsageError(f"only {'the hub' if hub else 'a client'} can do this")

    def _tell(self, changed: ReplicaChanged) -> None:
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            try:
                listener(changed)
            except Exception:  # noqa: BLE001 - one listener must not cost the others their news
                _log.exception("a listener of the replica failed")
