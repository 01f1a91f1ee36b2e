"""How a client is, for people and programs that watch it."""

from __future__ import annotations

from dataclasses import dataclass

from precisionpulse_sdk.events import LinkChanged, LinkState
from precisionpulse_sdk.outbox import OutboxStats
from precisionpulse_sdk.protocol.client_session import ClientSession


@dataclass(frozen=True, slots=True)
class ClientStats:
    """A snapshot of a client. Times are µs since 1970 (UTC); `round_trip_us` and `clock_offset_us` (client minus hub)
    are None until a heartbeat was answered. `drain_per_s` and `recorded_per_s`: records that left and that were stored
    per second; `time_left_s`: when the outbox will be empty if both go on so, None when that is never or not known;
    `falling_behind`: the link is up, and more is recorded than the hub takes."""

    link: LinkState
    link_since_us: int
    link_detail: str
    queued: int
    queued_bytes: int
    oldest_captured_us: int | None
    capacity_records: int
    in_flight: int
    last_record_seq: int
    acknowledged_to: int
    recorded: int
    dropped: int
    dead_letters: int
    round_trip_us: int | None
    clock_offset_us: int | None
    drain_per_s: float | None
    epoch: int
    recorded_per_s: float | None = None
    time_left_s: float | None = None
    falling_behind: bool = False


def gather(told: LinkChanged, since_us: int, outbox: OutboxStats, session: ClientSession, recorded: int) -> ClientStats:
    """The snapshot: the link as it was told of last, and since when; `recorded`: readings since the program began."""
    flow = session.flow.now
    return ClientStats(
        link=told.state,
        link_since_us=since_us,
        link_detail=told.detail,
        queued=outbox.depth,
        queued_bytes=outbox.bytes,
        oldest_captured_us=outbox.oldest_captured_us,
        capacity_records=outbox.capacity_records,
        in_flight=min(session.in_flight, outbox.depth),
        last_record_seq=outbox.last_record_seq,
        acknowledged_to=max(0, outbox.first_record_seq - 1) if outbox.depth else outbox.last_record_seq,
        recorded=recorded,
        dropped=outbox.dropped,
        dead_letters=outbox.dead_letters,
        round_trip_us=session.pulse.round_trip_us,
        clock_offset_us=session.pulse.clock_offset_us,
        drain_per_s=flow.drained_per_s,
        recorded_per_s=flow.recorded_per_s,
        time_left_s=flow.time_left_s(outbox.depth),
        falling_behind=flow.falling_behind,
        epoch=session.epoch,
    )
