"""What the hub's side needs of a durable memory: the interface that a backend implements, and its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.ranges import Range


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """What the hub knows of an enrolled client. `keys`: the accepted master keys by id; `holds_accounts`: whether its
    replica gets users, with their password hashes, and their rights, or configuration only."""

    client: str
    revoked: bool
    keys: Mapping[int, bytes] = field(repr=False)
    preferred_key_id: int
    holds_accounts: bool = False


@dataclass(frozen=True, slots=True)
class OpenSession:
    """The present session of a client: its install, its epoch and the salt that it drew."""

    install_id: bytes
    epoch: int
    salt: bytes


@dataclass(frozen=True, slots=True)
class SessionStart:
    """What the store has of an install when a session begins. `catalogue_id` is empty when there is none."""

    committed: tuple[Range, ...]
    catalogue_id: bytes


@dataclass(frozen=True, slots=True)
class BatchDelivery:
    """A sound batch to be committed. `replayed`: it came on the history channel; `ranges`: the records in it."""

    client: str
    install_id: bytes
    batch: pb.Batch
    catalogue: pb.CatalogueContent
    replayed: bool
    ranges: tuple[Range, ...]
    received_us: int


@dataclass(frozen=True, slots=True)
class GapDelivery:
    """Losses to be committed."""

    client: str
    install_id: bytes
    gaps: tuple[pb.Gap, ...]
    received_us: int


@dataclass(frozen=True, slots=True)
class CommitOutcome:
    """What became of one delivery: the records that are committed now (also if they were before), what was refused, the
    losses taken note of; and how complete the install is now."""

    committed: tuple[Range, ...] = ()
    nacks: tuple[pb.Nack, ...] = ()
    gap_seqs: tuple[int, ...] = ()
    complete_to: int = 0
    missing: int = 0
    duplicates: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How complete an install's records are: everything committed or told as lost, up to what is known to exist."""

    committed: tuple[Range, ...]
    complete_to: int
    last_record_seq: int
    missing: int
    duplicates: int
    lost: int


class ClientKeys(Protocol):
    """Who may send, and under which keys. Thread-safe; raises `StorageError` when it can't tell now."""

    def client(self, client: str) -> ClientRecord | None:
        """The client of that id, or None when none was ever enrolled."""

    def session(self, client: str) -> OpenSession | None:
        """The client's present session, or None before the first."""


class HubStore(ClientKeys, Protocol):
    """The hub's durable memory. Thread-safe; raises `StorageError` when it can't do its work now: the client keeps its
    records."""

    def begin_session(
        self, client: str, *, install_id: bytes, epoch: int, salt: bytes, last_record_seq: int
    ) -> SessionStart:
        """Make this the client's present session; the same one again changes nothing.

        Raises `StaleEpochError` for an epoch below the highest seen, and `FencedError` for the same epoch from another
        install or with another salt, or when `last_record_seq` is below what is committed."""

    def save_catalogue(self, client: str, catalogue: pb.Catalogue) -> None:
        """Keep a catalogue for ever."""

    def catalogue(self, client: str, catalogue_id: bytes) -> pb.CatalogueContent | None:
        """A catalogue of that client, or None."""

    def commit(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> Sequence[CommitOutcome]:
        """Store all deliveries in one transaction, each record once by (client, install, record_seq); one outcome each,
        in order."""

    def coverage(self, client: str, install_id: bytes) -> Coverage:
        """How complete an install is; all zero for one that is not known."""
