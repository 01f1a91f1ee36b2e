"""A `HubStore` in memory: the reference for what a backend's store must do, and a hub for tests."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import DecodedSample, open_catalogue, samples
from precisionpulse_sdk.errors import StoreUnavailableError
from precisionpulse_sdk.protocol.fencing import check_not_rolled_back, check_order
from precisionpulse_sdk.protocol.store import (
    BatchDelivery,
    ClientRecord,
    CommitOutcome,
    Coverage,
    GapDelivery,
    OpenSession,
    SessionStart,
)
from precisionpulse_sdk.ranges import Range, RangeSet


@dataclass
class _Install:
    have: RangeSet = field(default_factory=RangeSet)
    lost: RangeSet = field(default_factory=RangeSet)
    readings: dict[int, DecodedSample] = field(default_factory=dict)
    replayed: set[int] = field(default_factory=set)
    gap_seqs: set[int] = field(default_factory=set)
    last_record_seq: int = 0
    duplicates: int = 0
    catalogue_id: bytes = b""


class MemoryHubStore:
    """Keeps everything in memory. Set `available` to False to have every call raise `StoreUnavailableError`."""

    def __init__(self) -> None:
        self.available = True
        self._lock = threading.RLock()
        self._clients: dict[str, ClientRecord] = {}
        self._sessions: dict[str, OpenSession] = {}
        self._catalogues: dict[tuple[str, bytes], pb.CatalogueContent] = {}
        self._installs: dict[tuple[str, bytes], _Install] = {}

    def add_client(
        self, client: str, keys: dict[int, bytes], *, revoked: bool = False, holds_accounts: bool = False
    ) -> None:
        """Enrol a client with these master keys by id, or change one; the highest id is preferred."""
        with self._lock:
            self._clients[client] = ClientRecord(client, revoked, dict(keys), max(keys), holds_accounts)

    def enrol_again(self, client: str, keys: dict[int, bytes]) -> None:
        """Enrol a client that was enrolled before: what went before, its session too, is over."""
        with self._lock:
            self._sessions.pop(client, None)
            self.add_client(client, keys)

    def readings(self, client: str, install_id: bytes) -> dict[int, DecodedSample]:
        """What is committed of an install, by `record_seq`."""
        with self._lock:
            return dict(self._install(client, install_id).readings)

    def reading(self, client: str, install_id: bytes, record_seq: int) -> DecodedSample | None:
        """One committed reading, or None."""
        with self._lock:
            return self._install(client, install_id).readings.get(record_seq)

    def lost(self, client: str, install_id: bytes) -> RangeSet:
        """What an install has told as lost, and was not committed."""
        with self._lock:
            return RangeSet(self._install(client, install_id).lost)

    def client(self, client: str) -> ClientRecord | None:
        """As `HubStore.client`."""
        self._check()
        return self._clients.get(client)

    def session(self, client: str) -> OpenSession | None:
        """As `HubStore.session`."""
        self._check()
        return self._sessions.get(client)

    def begin_session(
        self, client: str, *, install_id: bytes, epoch: int, salt: bytes, last_record_seq: int
    ) -> SessionStart:
        """As `HubStore.begin_session`."""
        with self._lock:
            self._check()
            new = OpenSession(install_id, epoch, salt)
            present = self._sessions.get(client)
            install = self._install(client, install_id)
            accounted = _accounted(install)
            if present != new:
                check_order(present, new)
                check_not_rolled_back(last_record_seq, accounted)
            self._sessions[client] = new
            install.last_record_seq = max(install.last_record_seq, last_record_seq)
            return SessionStart(tuple(accounted), install.catalogue_id)

    def save_catalogue(self, client: str, catalogue: pb.Catalogue) -> None:
        """As `HubStore.save_catalogue`."""
        with self._lock:
            self._check()
            self._catalogues[client, catalogue.id] = open_catalogue(catalogue)
            self._install(client, catalogue.install_id).catalogue_id = catalogue.id

    def catalogue(self, client: str, catalogue_id: bytes) -> pb.CatalogueContent | None:
        """As `HubStore.catalogue`."""
        self._check()
        return self._catalogues.get((client, catalogue_id))

    def commit(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> Sequence[CommitOutcome]:
        """As `HubStore.commit`."""
        with self._lock:
            self._check()
            return [
                self._commit_batch(delivery) if isinstance(delivery, BatchDelivery) else self._commit_gaps(delivery)
                for delivery in deliveries
            ]

    def coverage(self, client: str, install_id: bytes) -> Coverage:
        """As `HubStore.coverage`."""
        with self._lock:
            self._check()
            install = self._install(client, install_id)
            accounted = _accounted(install)
            return Coverage(
                committed=tuple(accounted),
                complete_to=accounted.complete_to,
                last_record_seq=max(install.last_record_seq, accounted.last),
                missing=accounted.last - accounted.count,
                duplicates=install.duplicates,
                lost=install.lost.count,
            )

    def _commit_batch(self, delivery: BatchDelivery) -> CommitOutcome:
        install = self._install(delivery.client, delivery.install_id)
        refused = RangeSet()
        for sample in samples(delivery.batch, delivery.catalogue):
            known = install.readings.setdefault(sample.record_seq, sample)
            if known is sample:
                install.have.add(sample.record_seq, sample.record_seq)
                install.lost.remove(sample.record_seq, sample.record_seq)
                if delivery.replayed:
                    install.replayed.add(sample.record_seq)
            elif _content(known) != _content(sample):
                refused.add(sample.record_seq, sample.record_seq)
            else:
                install.duplicates += 1
        nacks = tuple(
            pb.Nack(
                range=pb.RecordRange(first=piece.first, last=piece.last),
                code=pb.NACK_CODE_RECORD_REUSED,
                detail="this record was stored before with other content",
            )
            for piece in refused
        )
        committed = RangeSet(delivery.ranges)
        for piece in refused:
            committed.remove(piece.first, piece.last)
        return self._outcome(install, tuple(committed), nacks, ())

    def _commit_gaps(self, delivery: GapDelivery) -> CommitOutcome:
        install = self._install(delivery.client, delivery.install_id)
        for gap in delivery.gaps:
            if gap.gap_seq not in install.gap_seqs and gap.HasField("range"):
                for piece in install.have.missing(gap.range.first, gap.range.last):
                    install.lost.add(piece.first, piece.last)
            install.gap_seqs.add(gap.gap_seq)
        return self._outcome(install, (), (), tuple(gap.gap_seq for gap in delivery.gaps))

    def _outcome(
        self, install: _Install, committed: tuple[Range, ...], nacks: tuple[pb.Nack, ...], gap_seqs: tuple[int, ...]
    ) -> CommitOutcome:
        accounted = _accounted(install)
        missing = accounted.last - accounted.count
        return CommitOutcome(
            committed, nacks, gap_seqs, accounted.complete_to, missing, install.duplicates, install.lost.count
        )

    def _install(self, client: str, install_id: bytes) -> _Install:
        install = self._installs.get((client, install_id))
        if install is None:
            install = self._installs[client, install_id] = _Install()
        return install

    def _check(self) -> None:
        if not self.available:
            raise StoreUnavailableError("the store is switched off")


def _content(sample: DecodedSample) -> tuple[object, ...]:
    """What makes two readings the same one; the text form, since NaN is not equal to itself."""
    return sample.metric.id, sample.captured_us, repr(sample.value), sample.quality


def _accounted(install: _Install) -> RangeSet:
    """Committed or told as lost."""
    both = RangeSet(install.have)
    for piece in install.lost:
        both.add(piece.first, piece.last)
    return both
