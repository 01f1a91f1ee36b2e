"""How a client is, for people and programs that watch it."""

from __future__ import annotations

from dataclasses import dataclass

from precisionpulse_sdk.events import LinkState


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
