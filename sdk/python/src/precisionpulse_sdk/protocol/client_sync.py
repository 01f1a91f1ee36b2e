"""The client's side of sync: its own changes go up until they are judged, the hub's feed is followed without a gap
(PP-SY-4, PP-SY-5)."""

from __future__ import annotations

import random

from google.protobuf.message import Message

from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import StorageError
from precisionpulse_sdk.events import ClientWarning, ReplicaSettled
from precisionpulse_sdk.protocol.backoff import Backoff
from precisionpulse_sdk.protocol.effects import Emit, Instant
from precisionpulse_sdk.protocol.exchange import Send, Wanted, pages
from precisionpulse_sdk.protocol.replica import ClientReplica

CHECK_EVERY_S = 60.0
"""How often a client asks whether it missed something. Normally it did not: the hub compares the cursor in every
heartbeat."""


class ClientSync:
    """An `Exchange` over a replica. Whatever is lost on the way or can't be stored now is asked for again; whatever
    comes twice changes nothing.

    `first_s` and `longest_s` bound the pauses before something is asked again."""

    def __init__(self, replica: ClientReplica, rng: random.Random, *, first_s: float, longest_s: float) -> None:
        self.cursor = 0
        """The cursor up to which the hub's feed is applied, as far as was read."""
        self.channels = (channels.VERDICTS, channels.FEED, channels.SNAPSHOT)
        self._replica = replica
        self._pause = Backoff(first_s, longest_s, rng)
        self._active = False
        self._asked = False
        self._told = False
        self._unjudged: set[bytes] = set()
        self._ask_at_s: float | None = None
        self._upload_at_s: float | None = None

    @property
    def settled(self) -> bool:
        """Whether everything is judged and the feed is followed to its end, as far as is known in this session."""
        return self._active and not self._asked and self._upload_at_s is None

    def begin(self, now: Instant) -> list[Wanted]:
        """As `Exchange.begin`."""
        self._active = True
        self._pause.reset()
        return self.hurry(now)

    def end(self) -> None:
        """As `Exchange.end`."""
        self._active = self._asked = False
        self._unjudged.clear()
        self._ask_at_s = self._upload_at_s = None

    def hurry(self, now: Instant) -> list[Wanted]:
        """Send what waits and ask for what is missing, now."""
        if not self._active:
            return []
        self._ask_at_s = self._upload_at_s = now.mono_s
        return self._do_due(now)

    def changed(self, now: Instant) -> list[Wanted]:
        """The replica has committed something: a change of this client's may wait."""
        if self._active and not self._unjudged:
            self._upload_at_s = now.mono_s
        return self._do_due(now)

    def take(self, message: Message, now: Instant) -> list[Wanted]:
        """As `Exchange.take`."""
        try:
            if isinstance(message, pb.ChangeVerdicts):
                self._verdicts(message, now)
            elif isinstance(message, pb.ChangeFeed):
                self._feed(message, now)
            elif isinstance(message, pb.SnapshotChunk):
                self._chunk(message, now)
        except StorageError as error:
            return self._failed(error, now)
        return self._do_due(now)

    def tick(self, now: Instant) -> list[Wanted]:
        """As `Exchange.tick`."""
        return self._do_due(now)

    def wake_at_s(self) -> float | None:
        """As `Exchange.wake_at_s`."""
        return min((at for at in (self._ask_at_s, self._upload_at_s) if at is not None), default=None)

    def _verdicts(self, verdicts: pb.ChangeVerdicts, now: Instant) -> None:
        self._replica.apply_verdicts(verdicts)
        if self._unjudged:
            self._unjudged.difference_update(verdict.change_id for verdict in verdicts.verdicts)
            if not self._unjudged:
                self._pause.reset()
                self._upload_at_s = now.mono_s

    def _feed(self, feed: pb.ChangeFeed, now: Instant) -> None:
        self.cursor = before = self._replica.cursor()
        news = _after(feed, before)
        # Also one without changes may tell that this replica's place is none any more.
        if news.changes or feed.after_cursor >= before:
            applied = self._replica.apply_feed(news)
            self.cursor = self._replica.cursor()
            if not applied:
                # What is missing is asked for once, however many feeds arrive meanwhile.
                if not self._asked or self.cursor < before:
                    self._ask_at_s = now.mono_s
                return
            if news.changes:
                self._pause.reset()
        if self.cursor >= feed.latest_cursor:
            self._asked = False
            self._ask_at_s = now.mono_s + CHECK_EVERY_S
        elif self.cursor > before or not self._asked:
            self._ask_at_s = now.mono_s

    def _chunk(self, chunk: pb.SnapshotChunk, now: Instant) -> None:
        self.cursor = self._replica.cursor()
        if self.cursor and chunk.cursor <= self.cursor:
            return
        if self._replica.apply_snapshot(chunk):
            self.cursor = self._replica.cursor()
            self._ask_at_s = now.mono_s
        else:
            self._pause.reset()
            self._ask_at_s = now.mono_s + self._pause.next_s()

    def _do_due(self, now: Instant) -> list[Wanted]:
        if not self._active:
            return []
        out: list[Wanted] = []
        try:
            if self._upload_at_s is not None and now.mono_s >= self._upload_at_s:
                self._upload(out, now)
            if self._ask_at_s is not None and now.mono_s >= self._ask_at_s:
                self.cursor = self._replica.cursor()
                out.append(Send(channels.FEED_REQUEST, pb.FeedRequest(after_cursor=self.cursor)))
                self._asked = True
                self._ask_at_s = now.mono_s + self._pause.next_s()
        except StorageError as error:
            return [*out, *self._failed(error, now)]
        if self.settled and not self._told:
            out.append(Emit(ReplicaSettled(self.cursor)))
        self._told = self.settled
        return out

    def _upload(self, out: list[Wanted], now: Instant) -> None:
        waiting = self._replica.pending()
        page = pages(waiting)[0] if waiting else ()
        self._unjudged = {change.id for change in page}
        self._upload_at_s = now.mono_s + self._pause.next_s() if page else None
        if page:
            out.append(Send(channels.CHANGES, pb.ChangeUpload(changes=page)))

    def _failed(self, error: StorageError, now: Instant) -> list[Wanted]:
        self._unjudged.clear()
        self._ask_at_s = self._upload_at_s = now.mono_s + self._pause.next_s()
        return [Emit(ClientWarning(f"users, roles and configuration can't be synchronised now: {error}"))]


def _after(feed: pb.ChangeFeed, cursor: int) -> pb.ChangeFeed:
    """The part of a feed that is new to a replica at `cursor`; the whole of one that does not reach back that far."""
    if feed.after_cursor >= cursor:
        return feed
    news = [change for change in feed.changes if change.cursor > cursor]
    return pb.ChangeFeed(
        after_cursor=cursor,
        changes=news,
        latest_cursor=feed.latest_cursor,
        accounts_withheld=feed.accounts_withheld,
    )
