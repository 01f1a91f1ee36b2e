"""The hub's side of sync: changes are judged, and the feed is sent to everybody who follows it (PP-SY-4, PP-SY-5)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.protocol.effects import Instant
from precisionpulse_sdk.protocol.exchange import Send, pages
from precisionpulse_sdk.protocol.own_values import own_feed, own_snapshot, own_verdicts
from precisionpulse_sdk.protocol.replica import HubReplica

LOOK_EVERY_S = 1.0
"""How often a worker looks whether the replica moved on with no announcement reaching it."""

_MAX_PAGES = 64


class HubSync:
    """Answers clients from a replica. What it knows of them (how far each has come) is only to save frames: a client
    takes what is new to it from any feed, and asks when something is missing. `holds_accounts`: whether a client gets
    accounts, or configuration only, as it is decided now. Of other clients' configuration it gets nothing."""

    def __init__(self, replica: HubReplica, holds_accounts: Callable[[str], bool]) -> None:
        self._replica = replica
        self._holds_accounts = holds_accounts
        self._latest = 0
        self._at: dict[str, int] = {}
        self._told: dict[str, bool] = {}
        self._pages: dict[tuple[int, bool], list[Send]] = {}
        self._look_at_s = 0.0

    def judge(self, client: str, upload: pb.ChangeUpload) -> list[Send]:
        """The verdicts on an upload."""
        verdicts = self._replica.judge(client, upload.changes, holds_accounts=self._holds_accounts(client))
        own = own_verdicts(client, verdicts)
        return [Send(channels.VERDICTS, pb.ChangeVerdicts(verdicts=page)) for page in pages(own)]

    def request(self, client: str, request: pb.FeedRequest) -> list[Send]:
        """What a client lacks, at most a page; from now on it follows the feed."""
        holds = self._told[client] = self._holds_accounts(client)
        answer = self._replica.feed(request.after_cursor, holds_accounts=holds)
        if isinstance(answer, pb.ChangeFeed):
            self._at[client] = answer.changes[-1].cursor if answer.changes else request.after_cursor
            return _own(client, _feeds(answer))
        self._at[client] = answer[0].cursor if answer else request.after_cursor
        return list(_snapshot(own_snapshot(client, answer)))

    def beat(self, client: str, cursor: int) -> list[Send]:
        """A client says how far it has come. One that has come nowhere follows nothing, or asks by itself."""
        if not cursor:
            return []
        self._at[client] = cursor
        holds = self._holds_accounts(client)
        if self._told.setdefault(client, holds) is not holds:
            self._told[client] = holds
            latest = self._replica.latest_cursor()
            return [
                Send(
                    channels.FEED, pb.ChangeFeed(after_cursor=cursor, latest_cursor=latest, accounts_withheld=not holds)
                )
            ]
        return self._news(client)

    def gone(self, client: str) -> None:
        """A client is not heard any more."""
        self._at.pop(client, None)
        self._told.pop(client, None)

    def look(self, now: Instant, *, announced: bool = False) -> Iterator[tuple[str, Send]]:
        """What followers lack, by client; looks at the replica when it is time to, or something was `announced`."""
        if not announced and now.mono_s < self._look_at_s:
            return
        self._look_at_s = now.mono_s + LOOK_EVERY_S
        latest = self._replica.latest_cursor()
        if latest == self._latest:
            return
        self._latest = latest
        self._pages.clear()
        for client in list(self._at):
            for send in self._news(client):
                yield client, send

    def wake_at_s(self) -> float:
        """When `look` is due by itself."""
        return self._look_at_s

    def _news(self, client: str) -> list[Send]:
        at = self._at[client]
        if at >= self._latest:
            return []
        place = at, self._holds_accounts(client)
        if place not in self._pages:
            if len(self._pages) >= _MAX_PAGES:
                self._pages.clear()
            feed = self._replica.feed(at, holds_accounts=place[1])
            # Behind the horizon: it will ask, and then gets the whole.
            self._pages[place] = list(_feeds(feed)) if isinstance(feed, pb.ChangeFeed) else []
        sends = self._pages[place]
        if sends:
            last = sends[-1].message
            self._at[client] = last.changes[-1].cursor if isinstance(last, pb.ChangeFeed) and last.changes else at
        return _own(client, sends)


def _own(client: str, sends: Iterable[Send]) -> list[Send]:
    """Feeds as `client` may read them."""
    return [
        send._replace(message=own_feed(client, send.message)) if isinstance(send.message, pb.ChangeFeed) else send
        for send in sends
    ]


def _feeds(feed: pb.ChangeFeed) -> Iterator[Send]:
    """A feed in frames that each follow the one before."""
    after = feed.after_cursor
    for page in pages(feed.changes) or [()]:
        part = pb.ChangeFeed(
            after_cursor=after,
            changes=page,
            latest_cursor=feed.latest_cursor,
            accounts_withheld=feed.accounts_withheld,
        )
        yield Send(channels.FEED, part)
        after = page[-1].cursor if page else after


def _snapshot(chunks: list[pb.SnapshotChunk]) -> Iterator[Send]:
    """A snapshot in frames that fit, however large the replica made its chunks."""
    runs = pages(entity for chunk in chunks for entity in chunk.entities) or [()]
    for index, run in enumerate(runs if chunks else ()):
        chunk = pb.SnapshotChunk(
            snapshot_id=chunks[0].snapshot_id,
            index=index,
            count=len(runs),
            cursor=chunks[0].cursor,
            entities=run,
            valid_until_us=chunks[0].valid_until_us,
            accounts_withheld=chunks[0].accounts_withheld,
        )
        yield Send(channels.SNAPSHOT, chunk)
