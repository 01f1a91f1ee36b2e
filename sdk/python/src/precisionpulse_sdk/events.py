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


ClientEvent = LinkChanged | RecordsAcknowledged | RecordsRejected | RefusalReceived | ClientWarning
