"""Settings of the SDK's parts: frozen, with the unit in each name."""

from __future__ import annotations

from dataclasses import dataclass, fields

from precisionpulse_sdk.errors import ConfigurationError

MAX_FRAME_BYTES = 1 << 20
"""Largest MQTT payload that this SDK accepts before a hub has stated its own limit."""

MAX_MESSAGE_BYTES = 4 << 20
"""Largest message after decompression that this SDK accepts before a hub has stated its own limit."""


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """How a client behaves. Every value has a sound default.

    Raises `ConfigurationError` for a number that is not above 0, or pauses that contradict each other."""

    max_batch_records: int = 1000
    """Most records in one batch; the hub may state fewer."""
    max_batches_in_flight: int = 32
    """Unacknowledged batches at most; the hub may state fewer."""
    max_part_batches_in_flight: int = 2
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
        _check_above_zero(self)
        if self.reconnect_max_s < self.reconnect_min_s:
            raise ConfigurationError("ClientConfig.reconnect_max_s must not be below reconnect_min_s")


@dataclass(frozen=True, slots=True)
class HubConfig:
    """What a hub worker states and how it groups its commits.

    Raises `ConfigurationError` for a number that is not above 0."""

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
    commit_every_s: float = 0.01
    """Least pause from the begin of one commit to that of the next: what arrives meanwhile goes into one transaction.
    Viewers don't wait for it, only acknowledgements do; and a commit that takes longer is followed by the next at
    once."""
    announce_every_s: float = 0.5
    """Pause between two announcements of what one install committed: the first is made at once, what follows within the
    pause is told together at its end."""
    refusals_per_client_per_s: float = 1.0
    """Most refusals sent to one client, so that bad frames can't be turned into a flood."""
    overloaded_frames: int = 20_000
    """When more frames than this wait, batches are nacked as OVERLOADED and come again later."""
    reconnects_per_s: float = 2_000.0
    """Clients are asked to spread their return so that no more than this come back each second."""

    def __post_init__(self) -> None:
        _check_above_zero(self)


def _check_above_zero(config: ClientConfig | HubConfig) -> None:
    for field in fields(config):
        value = getattr(config, field.name)
        if isinstance(value, int | float) and not isinstance(value, bool) and not value > 0:
            raise ConfigurationError(f"{type(config).__name__}.{field.name} must be above 0, not {value}")
