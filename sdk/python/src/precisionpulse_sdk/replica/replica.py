"""The replica: edits in, messages in and out, everybody told what changed."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Engine

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.sync.edit import Edit
from precisionpulse_sdk.sync.kinds import Kind


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
    """A transaction was committed. `entities`: what looks different now; `waiting`: how many changes wait for the hub's
    consent; `refused` and `conflicts`: how many were added to those logs."""

    entities: frozenset[tuple[Kind, UUID]]
    waiting: int = 0
    refused: int = 0
    conflicts: int = 0

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of `entities`."""
        return frozenset(kind for kind, _ in self.entities)


class Replica:
    """One replica; thread-safe. `node` is "hub" or the client's id; the one with `is_hub` judges. Every method is one
    transaction and raises `StorageError` when the database can't be used."""

    def __init__(
        self,
        engine: Engine,
        *,
        node: str,
        is_hub: bool,
        wall_us: Callable[[], int] = lambda: time.time_ns() // 1000,
    ) -> None:
        raise NotImplementedError

    def prepare(self) -> None:
        """Bring the schema to the newest revision; safe to run at any time and by several programs at once."""
        raise NotImplementedError

    def edit(self, edits: Sequence[Edit], *, actor: UUID, address: str = "") -> EditOutcome:
        """Make all edits, or none. Raises a `ChangeRefusedError`."""
        raise NotImplementedError

    def judge(self, client: str, changes: Sequence[pb.Change]) -> list[pb.ChangeVerdict]:
        """Hub: decide on a client's changes, in order; the same ones again get the same verdicts."""
        raise NotImplementedError

    def feed(self, after_cursor: int) -> pb.ChangeFeed | list[pb.SnapshotChunk]:
        """Hub: a page of what follows `after_cursor`; or everything, for a replica that is new or too far behind."""
        raise NotImplementedError

    def latest_cursor(self) -> int:
        """Hub: the newest place in the feed."""
        raise NotImplementedError

    def cursor(self) -> int:
        """Client: the place up to which everything is applied; 0 when empty."""
        raise NotImplementedError

    def pending(self) -> list[pb.Change]:
        """Client: what the hub has not judged, oldest first, a page of it."""
        raise NotImplementedError

    def apply_verdicts(self, verdicts: pb.ChangeVerdicts) -> None:
        """Client: take the hub's verdicts; what was refused is rolled back."""
        raise NotImplementedError

    def apply_feed(self, feed: pb.ChangeFeed) -> bool:
        """Client: apply what follows the cursor. False: it does not follow; ask again from `cursor()`."""
        raise NotImplementedError

    def apply_snapshot(self, chunk: pb.SnapshotChunk) -> bool:
        """Client: take a part of the whole. True once all parts came and everything is applied."""
        raise NotImplementedError

    def subscribe(self, listener: Callable[[ReplicaChanged], object]) -> Callable[[], None]:
        """Call `listener` after each commit, on the thread that committed; the result ends that."""
        raise NotImplementedError
