"""The messages in which a client says who it is and how it is."""

from __future__ import annotations

from precisionpulse_sdk import channels
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.config import ClientConfig
from precisionpulse_sdk.protocol.effects import Instant, OutboxFacts
from precisionpulse_sdk.protocol.flow import Flow
from precisionpulse_sdk.protocol.pulse import Pulse

CAPABILITIES = ("deflate",)


def hello(config: ClientConfig, *, install_id: bytes, epoch: int, last_record_seq: int) -> pb.Hello:
    """The first message of a connection."""
    return pb.Hello(
        majors=[channels.MAJOR],
        minor=channels.MINOR,
        capabilities=CAPABILITIES,
        schema_fingerprint=channels.SCHEMA_FINGERPRINT,
        sdk_name=config.sdk_name,
        sdk_version=config.sdk_version,
        install_id=install_id,
        epoch=epoch,
        last_record_seq=last_record_seq,
    )


def heartbeat(pulse: Pulse, flow: Flow, facts: OutboxFacts, *, flushing: bool, now: Instant) -> pb.Heartbeat:
    """The next heartbeat of a session that was welcomed; counts it."""
    return pb.Heartbeat(
        number=pulse.beat(now),
        phase=_phase(flow, flushing),
        queued_records=facts.depth,
        queued_bytes=facts.bytes,
        oldest_captured_us=facts.oldest_captured_us,
        last_record_seq=facts.last_record_seq,
        acknowledged_to=facts.first_record_seq - 1 if facts.depth else facts.last_record_seq,
        dropped_records=facts.dropped,
        dead_letters=facts.dead_letters,
        drain_per_s=flow.drained_per_s,
        recorded_per_s=flow.recorded_per_s,
        config_revision=pulse.config_revision,
        sync_cursor=pulse.sync_cursor,
        clock_offset_us=pulse.clock_offset_us,
        round_trip_us=pulse.round_trip_us,
        disk_free_bytes=facts.disk_free_bytes,
    )


def _phase(flow: Flow, flushing: bool) -> pb.LinkPhase:
    if flow.falling_behind:
        return pb.LINK_PHASE_FALLING_BEHIND
    return pb.LINK_PHASE_FLUSHING if flushing else pb.LINK_PHASE_LIVE
