"""What a state machine asks its shell to do, and the time that the shell hands in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from google.protobuf.message import Message

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.events import ClientEvent
from precisionpulse_sdk.ranges import Range


class Instant(NamedTuple):
    """Now: seconds on a clock that never goes back, and µs since 1970-01-01T00:00:00Z on one that people set."""

    mono_s: float
    wall_us: int


@dataclass(frozen=True, slots=True)
class OutboxFacts:
    """What the session must know of the outbox; the shell keeps `ClientSession.facts` current."""

    depth: int = 0
    bytes: int = 0
    oldest_captured_us: int | None = None
    first_record_seq: int = 0
    last_record_seq: int = 0
    dropped: int = 0
    dead_letters: int = 0
    gaps: int = 0
    disk_free_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Dial:
    """Begin an epoch (durably), call `begin_epoch`, and connect to the broker."""


@dataclass(frozen=True, slots=True)
class HangUp:
    """Close the connection to the broker."""


@dataclass(frozen=True, slots=True)
class Publish:
    """Publish a payload."""

    topic: str
    payload: bytes
    qos: int
    retain: bool


@dataclass(frozen=True, slots=True)
class ReadRows:
    """Read stored rows with `after` < record_seq ≤ `up_to`, at most `limit`, and hand them to `rows`."""

    after: int
    up_to: int
    limit: int


@dataclass(frozen=True, slots=True)
class ReadGaps:
    """Read the losses that the hub does not know, and hand them to `gaps`."""


@dataclass(frozen=True, slots=True)
class DeleteRows:
    """Delete stored rows: the hub has committed them."""

    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class DeadLetterRows:
    """Move stored rows to the dead letters: the hub will never take them. `code` is a number of `pb.NackCode`."""

    ranges: tuple[Range, ...]
    code: int
    detail: str


@dataclass(frozen=True, slots=True)
class DeleteGaps:
    """Forget these losses: the hub knows them."""

    gap_seqs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RunCommand:
    """Run a command's handler, after the others of its lane; then call `ClientCommands.finished`. That it has begun is
    stored."""

    command: pb.Command
    body: Message
    lane: str


@dataclass(frozen=True, slots=True)
class Emit:
    """Tell the client's owner."""

    event: ClientEvent


Effect = Dial | HangUp | Publish | ReadRows | ReadGaps | DeleteRows | DeadLetterRows | DeleteGaps | RunCommand | Emit
