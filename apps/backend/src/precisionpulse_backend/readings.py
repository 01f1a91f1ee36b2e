"""The hub's durable memory in PostgreSQL: what `precisionpulse_sdk.hub.Hub` commits through."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg

from precisionpulse_backend.catalogues import Catalogues, InstallKeys
from precisionpulse_backend.client_sessions import ClientSessions
from precisionpulse_backend.commit import Commit
from precisionpulse_backend.connections import ThreadConnections
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import MalformedMessageError
from precisionpulse_sdk.hub import (
    BatchDelivery,
    ClientRecord,
    CommitOutcome,
    Coverage,
    GapDelivery,
    OpenSession,
    SessionStart,
)
from precisionpulse_sdk.ranges import Range, RangeSet

_log = logging.getLogger(__name__)

_COVERAGE = "SELECT have, lost, last_record_seq, duplicates FROM installs WHERE client = %s AND install_id = %s"
_NOTHING = pb.CatalogueContent()


class PostgresHubStore:
    """A `HubStore`: thread-safe, and raises `StoreUnavailableError` while the database can't be used."""

    def __init__(self, connections: ThreadConnections, sessions: ClientSessions) -> None:
        self._connections = connections
        self._sessions = sessions
        self._catalogues = Catalogues(connections)

    def client(self, client: str) -> ClientRecord | None:
        """As `HubStore.client`."""
        return self._sessions.client(client)

    def session(self, client: str) -> OpenSession | None:
        """As `HubStore.session`."""
        return self._sessions.session(client)

    def begin_session(
        self, client: str, *, install_id: bytes, epoch: int, salt: bytes, last_record_seq: int
    ) -> SessionStart:
        """As `HubStore.begin_session`."""
        with _content_at_fault("session"):
            return self._sessions.begin_session(
                client, install_id=install_id, epoch=epoch, salt=salt, last_record_seq=last_record_seq
            )

    def save_catalogue(self, client: str, catalogue: pb.Catalogue) -> None:
        """As `HubStore.save_catalogue`."""
        with _content_at_fault("catalogue"):
            self._catalogues.save(client, catalogue)

    def catalogue(self, client: str, catalogue_id: bytes) -> pb.CatalogueContent | None:
        """As `HubStore.catalogue`."""
        return self._catalogues.content(client, catalogue_id)

    def commit(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> Sequence[CommitOutcome]:
        """As `HubStore.commit`. A delivery that the database refuses for its content is nacked alone, for good."""
        if not deliveries:
            return []
        try:
            return self._commit(deliveries)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            if len(deliveries) > 1:
                return [outcome for delivery in deliveries for outcome in self.commit([delivery])]
            _log.warning("client %s: a delivery can't be stored: %s", deliveries[0].client, type(error).__name__)
            return [_refused(deliveries[0])]

    def coverage(self, client: str, install_id: bytes) -> Coverage:
        """As `HubStore.coverage`."""
        with self._connections.use() as connection:
            row = connection.execute(_COVERAGE, (client, install_id)).fetchone()
        if row is None:
            return Coverage((), 0, 0, 0, 0, 0)
        lost = RangeSet(Range(piece.lower, piece.upper - 1) for piece in row[1])
        accounted = RangeSet([*(Range(piece.lower, piece.upper - 1) for piece in row[0]), *lost])
        return Coverage(
            committed=tuple(accounted),
            complete_to=accounted.complete_to,
            last_record_seq=max(row[2], accounted.last),
            missing=accounted.last - accounted.count,
            duplicates=row[3],
            lost=lost.count,
        )

    def _commit(self, deliveries: Sequence[BatchDelivery | GapDelivery]) -> list[CommitOutcome]:
        keys = {}
        for delivery in deliveries:
            keys[delivery.client, delivery.install_id] = self._keys(delivery)
        with self._connections.use() as connection, connection.transaction():
            return Commit(connection, keys).run(deliveries)

    def _keys(self, delivery: BatchDelivery | GapDelivery) -> InstallKeys:
        if isinstance(delivery, BatchDelivery):
            wanted = [column.metric_id for column in delivery.batch.columns]
            return self._catalogues.keys(delivery.client, delivery.install_id, delivery.catalogue, wanted)
        return self._catalogues.keys(delivery.client, delivery.install_id, _NOTHING, ())


@contextmanager
def _content_at_fault(what: str) -> Iterator[None]:
    try:
        yield
    except (psycopg.DataError, psycopg.IntegrityError) as error:
        raise MalformedMessageError(f"the {what} holds what the hub can't store") from error


def _refused(delivery: BatchDelivery | GapDelivery) -> CommitOutcome:
    if isinstance(delivery, GapDelivery):
        return CommitOutcome(gap_seqs=tuple(gap.gap_seq for gap in delivery.gaps))
    return CommitOutcome(
        nacks=tuple(
            pb.Nack(
                range=pb.RecordRange(first=piece.first, last=piece.last),
                code=pb.NACK_CODE_MALFORMED,
                detail="the database refuses this content",
            )
            for piece in delivery.ranges
        )
    )
