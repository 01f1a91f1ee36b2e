"""What a client gets of the configuration: the site's values and its own. Of another client's it is only told that
there was a change, so that every place of the feed and every revision stays the same for all (PP-SY-5, PP-SY-8)."""

from __future__ import annotations

from precisionpulse_sdk import messages as pb


def own_feed(client: str, feed: pb.ChangeFeed) -> pb.ChangeFeed:
    """`feed` as `client` may read it."""
    if not any(_is_anothers(client, place.change.entity) for place in feed.changes):
        return feed
    own = pb.ChangeFeed()
    own.CopyFrom(feed)
    for place in own.changes:
        if _is_anothers(client, place.change.entity):
            _empty(place.change.entity)
            place.change.ClearField("fields")
            place.ClearField("lost_fields")
            place.ClearField("overruled_fields")
    return own


def own_snapshot(client: str, chunks: list[pb.SnapshotChunk]) -> list[pb.SnapshotChunk]:
    """A whole snapshot as `client` may read it."""
    return [_own_chunk(client, chunk) for chunk in chunks]


def own_verdicts(client: str, verdicts: list[pb.ChangeVerdict]) -> list[pb.ChangeVerdict]:
    """Verdicts as `client` may read them: also of what it was refused, it is not shown another's value."""
    return [_own_verdict(client, verdict) for verdict in verdicts]


def _own_chunk(client: str, chunk: pb.SnapshotChunk) -> pb.SnapshotChunk:
    if not any(_is_anothers(client, state.entity) for state in chunk.entities):
        return chunk
    own = pb.SnapshotChunk()
    own.CopyFrom(chunk)
    for state in own.entities:
        if _is_anothers(client, state.entity):
            _empty(state.entity)
            state.ClearField("field_times")
    return own


def _own_verdict(client: str, verdict: pb.ChangeVerdict) -> pb.ChangeVerdict:
    if not _is_anothers(client, verdict.current.entity):
        return verdict
    own = pb.ChangeVerdict()
    own.CopyFrom(verdict)
    _empty(own.current.entity)
    return own


def _is_anothers(client: str, entity: pb.Entity) -> bool:
    return entity.config_value.client not in ("", client)


def _empty(entity: pb.Entity) -> None:
    """Leave only the kind."""
    entity.CopyFrom(pb.Entity(config_value=pb.ConfigValue()))
