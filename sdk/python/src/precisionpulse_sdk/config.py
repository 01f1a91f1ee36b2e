"""Settings of the SDK's parts: frozen, with the unit in each name."""

from __future__ import annotations

from dataclasses import dataclass

from precisionpulse_sdk.errors import ConfigurationError

MAX_FRAME_BYTES = 1 << 20
"""Largest MQTT payload that this SDK accepts before a hub has stated its own limit."""

MAX_MESSAGE_BYTES = 4 << 20
"""Largest message after decompression that this SDK accepts before a hub has stated its own limit."""


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """How a client behaves. Every value has a sound default.

    Raises `ConfigurationError` when a value can't work."""

    max_batch_records: int = 1000
    """Most records in one batch; the hub may state fewer."""
    max_batches_in_flight: int = 32
    """Unacknowledged batches at most; the hub may state fewer."""
    max_part_batches_in_flight: int = 4
    """Unacknowledged batches at most while the next one would not be full: above it, new records wait for an
    acknowledgement and go together. So a client that records faster than the hub answers sends fewer, larger frames."""
    heartbeat_interval_s: float = 5.0
    """Pause between heartbeats until the hub states its own."""
    hello_retry_s: float = 2.0
    """First pause before an unanswered Hello is repeated; doubles up to `reconnect_max_s`."""
    ack_timeout_s: float = 10.0
    """After this long without an acknowledgement a batch is sent again."""
    reconnect_min_s: float = 0.5
    """First pause before a lost connection is tried again; doubles, with jitter."""
    reconnect_max_s: float = 30.0
    """Longest pause between tries."""
    sdk_name: str = "precisionpulse-sdk-python"
    """Name that the hub shows for this program."""
    sdk_version: str = "1.0.0"
    """Version that the hub shows for this program."""
    compress: bool = True
    """Pack batches with DEFLATE, where that makes them smaller and the hub can unpack it."""

    def __post_init__(self) -> None:
        for name in (
            "max_batch_records",
            "max_batches_in_flight",
            "max_part_batches_in_flight",
            "heartbeat_interval_s",
            "hello_retry_s",
            "ack_timeout_s",
            "reconnect_min_s",
            "reconnect_max_s",
        ):
            if getattr(self, name) <= 0:
                raise ConfigurationError(f"ClientConfig.{name} must be above 0, not {getattr(self, name)}")
        if self.reconnect_max_s < self.reconnect_min_s:
            raise ConfigurationError("ClientConfig.reconnect_max_s must not be below reconnect_min_s")


@dataclass(frozen=True, slots=True)
class HubConfig:
    """What a hub worker states and how it groups its commits."""

    max_frame_bytes: int = MAX_FRAME_BYTES
    """Largest MQTT payload accepted."""
    max_message_bytes: int = MAX_MESSAGE_BYTES
    """Largest message accepted after decompression."""
    max_batch_records: int = 5000
    """Most records in one batch."""
    max_batches_in_flight: int = 32
    """Unacknowledged batches that a client may have in flight."""
    heartbeat_interval_s: float = 5.0
    """Pause between a client's heartbeats."""
    max_commit_frames: int = 512
    """Frames that are opened and committed together at most."""
    announce_every_s: float = 0.5
    """Pause between two announcements of what one install committed: the first is made at once, what follows within the
    pause is told together at its end."""
    refusals_per_client_per_s: float = 1.0
    """Most refusals sent to one client, so that bad frames can't be turned into a flood."""
    overloaded_frames: int = 20_000
    """When more frames than this wait, batches are nacked as OVERLOADED and come again later."""
    reconnects_per_s: float = 2_000.0
    """Clients are asked to spread their return so that no more than this come back each second."""
