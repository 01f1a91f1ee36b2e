"""What a session needs of a replica of users, roles, permissions and configuration, on either side of the wire
(PP-SY-4, PP-SY-5). `precisionpulse_sdk.replica.Replica` is both; anybody's own may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from precisionpulse_sdk import messages as pb

Listener = Callable[[object], object]
"""Called after each commit, on the thread that made it, with what changed."""


class HubReplica(Protocol):
    """The hub's replica: it judges, and its feed is what everybody follows. Thread-safe; raises `StorageError` when it
    can't do its work now, and has then changed nothing."""

    def judge(self, client: str, changes: Sequence[pb.Change], *, holds_accounts: bool) -> list[pb.ChangeVerdict]:
        """Decide on changes that were made at `client`, and commit those that are accepted; one verdict each, in order.
        A change that was judged before gets the verdict that it got then. Of a client that does not hold the accounts,
        only changes of configuration are accepted, and no verdict shows it anything else."""

    def feed(self, after_cursor: int, *, holds_accounts: bool) -> pb.ChangeFeed | list[pb.SnapshotChunk]:
        """What follows a cursor, at most a page; `latest_cursor` says whether there is more. A whole snapshot when the
        cursor is 0 or behind the horizon. Without accounts, their places are empty, and it says so."""

    def latest_cursor(self) -> int:
        """The newest cursor; 0 when nothing was ever committed."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called after each commit; the result ends that."""


class ClientReplica(Protocol):
    """A client's replica: it keeps its own changes until they are judged, and follows the hub's feed. Thread-safe;
    raises `StorageError` when it can't do its work now, and has then changed nothing."""

    def cursor(self) -> int:
        """The cursor up to which the hub's feed is applied; 0 when nothing is."""

    def pending(self) -> list[pb.Change]:
        """Changes that the hub has not judged, oldest first, at most a page; empty when there are none."""

    def apply_verdicts(self, verdicts: pb.ChangeVerdicts) -> None:
        """Settle the changes that were judged; what was refused is rolled back. Verdicts on changes that do not wait
        change nothing."""

    def apply_feed(self, feed: pb.ChangeFeed) -> bool:
        """Apply what follows the cursor; False when the feed begins elsewhere, and when it tells that the hub went back
        to a backup, or decided otherwise about accounts: then the cursor is 0, and the whole is needed."""

    def apply_snapshot(self, chunk: pb.SnapshotChunk) -> bool:
        """Take one chunk; True once the whole snapshot is applied. Chunks come in any order and more than once."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have `listener` called after each commit; the result ends that."""
