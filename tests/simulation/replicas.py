"""Replicas that do nothing but count: a hub's with a log, and a client's that follows it. They hold the sessions to the
contract of `protocol.replica`, and raise where it is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import StoreUnavailableError

PAGE = 5


@dataclass(kw_only=True)
class Switchable:
    """A replica that is there or not, and tells its listeners of what changed."""

    available: bool = True
    listeners: list[Callable[[object], object]] = field(default_factory=list)

    def subscribe(self, listener: Callable[[object], object]) -> Callable[[], None]:
        self.listeners.append(listener)
        return lambda: self.listeners.remove(listener)

    def _check(self) -> None:
        if not self.available:
            raise StoreUnavailableError("the replica is switched off")

    def _tell(self) -> None:
        for listener in self.listeners:
            listener(None)


@dataclass
class LoggingHubReplica(Switchable):
    """Accepts every change, once. `horizon`: cursors below it get a snapshot."""

    log: list[pb.Change] = field(default_factory=list)
    horizon: int = 0
    snapshots: int = 0

    def judge(self, client: str, changes: Sequence[pb.Change], *, holds_accounts: bool) -> list[pb.ChangeVerdict]:
        self._check()
        known = {change.id for change in self.log}
        fresh = [change for change in changes if change.id not in known]
        self.log += fresh
        if fresh:
            self._tell()
        return [pb.ChangeVerdict(change_id=change.id) for change in changes]

    def feed(self, after_cursor: int, *, holds_accounts: bool) -> pb.ChangeFeed | list[pb.SnapshotChunk]:
        self._check()
        if after_cursor < self.horizon or (after_cursor == 0 and self.log):
            self.snapshots += 1
            number = self.snapshots.to_bytes(16, "big")
            states = [pb.EntityState(entity_id=change.id) for change in self.log]
            return [
                pb.SnapshotChunk(snapshot_id=number, index=0, count=1, cursor=len(self.log), entities=states),
            ]
        changes = [
            pb.CommittedChange(cursor=cursor, change=self.log[cursor - 1])
            for cursor in range(after_cursor + 1, min(after_cursor + PAGE, len(self.log)) + 1)
        ]
        return pb.ChangeFeed(after_cursor=after_cursor, changes=changes, latest_cursor=len(self.log))

    def latest_cursor(self) -> int:
        self._check()
        return len(self.log)


@dataclass
class FollowingReplica(Switchable):
    """A client's replica: what it followed, by cursor, and what it changed itself."""

    applied: list[bytes] = field(default_factory=list)
    waiting: list[pb.Change] = field(default_factory=list)
    judged: list[bytes] = field(default_factory=list)
    chunks: dict[bytes, dict[int, pb.SnapshotChunk]] = field(default_factory=dict)

    def change(self, change_id: bytes) -> None:
        """Somebody edits here."""
        self.waiting.append(pb.Change(id=change_id, entity_id=change_id))
        self._tell()

    def cursor(self) -> int:
        self._check()
        return len(self.applied)

    def pending(self) -> list[pb.Change]:
        self._check()
        return self.waiting[:PAGE]

    def apply_verdicts(self, verdicts: pb.ChangeVerdicts) -> None:
        self._check()
        ids = {verdict.change_id for verdict in verdicts.verdicts}
        self.judged += [change.id for change in self.waiting if change.id in ids]
        self.waiting = [change for change in self.waiting if change.id not in ids]

    def apply_feed(self, feed: pb.ChangeFeed) -> bool:
        self._check()
        if feed.after_cursor != len(self.applied):
            return False
        for change in feed.changes:
            assert change.cursor == len(self.applied) + 1, "the feed has a gap"
            self.applied.append(change.change.id)
        return True

    def apply_snapshot(self, chunk: pb.SnapshotChunk) -> bool:
        self._check()
        chunks = self.chunks.setdefault(chunk.snapshot_id, {})
        chunks[chunk.index] = chunk
        if len(chunks) < chunk.count:
            return False
        assert chunk.cursor >= len(self.applied), "an old snapshot would take back what is known"
        self.applied = [state.entity_id for index in sorted(chunks) for state in chunks[index].entities]
        self.chunks.clear()
        return True
