"""What a client tells its owner: the state of the link, what was acknowledged, what was refused."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from precisionpulse_sdk.ranges import Range


class LinkState(enum.Enum):
    """The link as a person would name it. ONLINE means that the hub's application answers and nothing older waits."""

    OFFLINE = "offline"
    CONNECTING = "connecting"
    FLUSHING = "flushing"
    ONLINE = "online"
    REFUSED = "refused"
    CERTIFICATE_PROBLEM = "certificate problem"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class LinkChanged:
    """The link is in another state now; `detail` says why, for people, and may be empty."""

    state: LinkState
    detail: str


@dataclass(frozen=True, slots=True)
class RecordsAcknowledged:
    """The hub has committed these records; they have left the outbox."""

    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class RecordsRejected:
    """The hub will never take these records; they are in the dead letters. `code` names a `NackCode`."""

    ranges: tuple[Range, ...]
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class RefusalReceived:
    """The hub refused the session or a frame; nothing was lost. `code` names a `RefusalCode`."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ClientWarning:
    """Something that an operator may want to know, and that the client has already dealt with."""

    text: str


@dataclass(frozen=True, slots=True)
class ReplicaSettled:
    """The hub has judged every change made here, and its feed is followed to the end, which is `cursor`."""

    cursor: int


@dataclass(frozen=True, slots=True)
class CommandReceived:
    """A command came, and is stored. `kind`: the full name of its message; `actor`: the user name of who asked.
    `repeated`: it came before, and is answered with what became of it."""

    command_id: bytes
    kind: str
    actor: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class CommandProgressed:
    """A command has begun, or goes on; `progress` is the share that is done, 0 to 1, None when not known."""

    command_id: bytes
    kind: str
    actor: str
    progress: float | None
    text: str


@dataclass(frozen=True, slots=True)
class CommandFinished:
    """A command is over. `phase` and `code` name a `CommandPhase` and a `CommandCode` without their prefixes, `code` is
    empty when nothing went wrong; `text` is for people."""

    command_id: bytes
    kind: str
    actor: str
    phase: str
    code: str
    text: str


ClientEvent = (
    LinkChanged
    | RecordsAcknowledged
    | RecordsRejected
    | RefusalReceived
    | ClientWarning
    | ReplicaSettled
    | CommandReceived
    | CommandProgressed
    | CommandFinished
)
