"""Clients as the database knows them: enrolment, catalogue, completeness, and the newest stored values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Context
from typing import Any

from sqlalchemy import Engine, text

from precisionpulse_backend.latest import LatestSample
from precisionpulse_backend.segments import MAX_SPAN_US
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.moments import to_us
from precisionpulse_sdk.ranges import Range, RangeSet
from precisionpulse_sdk.values import ValueType

_CLIENTS = """
SELECT c.client, c.display_name, c.sdk_name, c.sdk_version, c.enrolled_at, c.revoked_at,
       i.key, i.install_id, i.catalogue_id, g.content, i.last_record_seq, i.duplicates, i.newest_us,
       coalesce(i.have::text, '{}'), coalesce(i.lost::text, '{}'), c.holds_accounts
FROM clients c
LEFT JOIN installs i ON i.client = c.client AND i.install_id = c.install_id
LEFT JOIN catalogues g ON g.client = c.client AND g.catalogue_id = i.catalogue_id
WHERE :client = '' OR c.client = :client
ORDER BY c.client
"""
# The newest value of a metric lies within a few of its intervals before the install's newest: only that is searched,
# and of the segments there only the one that reaches furthest is taken apart.
_FROM = "'epoch'::timestamptz + (:newest_us - 600000000) * interval '1 microsecond'"
_TO = "'epoch'::timestamptz + (:newest_us + 1000000) * interval '1 microsecond'"
_LAST_SEGMENTS = f"""
SELECT f.from_at FROM (
    SELECT s.from_at, rank() OVER (PARTITION BY s.metric_key ORDER BY s.to_at DESC) AS place
    FROM metrics m JOIN segments s ON s.metric_key = m.key
    WHERE m.install_key = :install_key AND NOT m.retired
      AND s.from_at BETWEEN {_FROM} - interval '{MAX_SPAN_US} microseconds' AND {_TO} AND s.to_at >= {_FROM}
) f WHERE f.place = 1
"""
_LATEST = f"""
SELECT DISTINCT ON (m.metric_id) r.record_seq, m.metric_id,
       (extract(epoch FROM r.captured_at) * 1000000)::bigint AS captured_us,
       r.quality, m.type, m.scale, r.value_int, r.value_double, r.value_decimal
FROM metrics m JOIN (
    SELECT metric_key, captured_at, record_seq, value_int, value_double, value_decimal, quality
    FROM readings WHERE captured_at BETWEEN {_FROM} AND {_TO}
    UNION ALL
    SELECT metric_key, captured_at, record_seq, value_int, value_double, value_decimal, quality
    FROM keyed_samples WHERE install_key = :install_key AND segment_from = ANY(:segments)
) r ON r.metric_key = m.key
WHERE m.install_key = :install_key AND NOT m.retired AND r.captured_at <= {_TO}
ORDER BY m.metric_id, r.captured_at DESC, r.record_seq DESC
"""


@dataclass(frozen=True, slots=True)
class Overview:
    """One client. `install_id`, `catalogue_id` and `catalogue` are empty when there is none yet."""

    client: str
    display_name: str
    sdk_name: str
    sdk_version: str
    enrolled_us: int
    revoked: bool
    install_key: int | None
    install_id: bytes
    catalogue_id: bytes
    catalogue: bytes
    newest_captured_us: int | None
    completeness: pb.Completeness
    holds_accounts: bool

    def metrics(self) -> Sequence[pb.Metric]:
        """The metrics in the present catalogue."""
        return pb.CatalogueContent.FromString(self.catalogue).metrics


class OverviewReader:
    """Reads clients from the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Overview]:
        """Every client, by name."""
        with self._engine.connect() as connection:
            return [_overview(tuple(row)) for row in connection.execute(text(_CLIENTS), {"client": ""})]

    def one(self, client: str) -> Overview | None:
        """One client, or None."""
        with self._engine.connect() as connection:
            row = connection.execute(text(_CLIENTS), {"client": client or "\ufffd"}).one_or_none()
        return _overview(tuple(row)) if row else None

    def latest(self, overview: Overview) -> list[LatestSample]:
        """The newest stored sample of each metric of the present install."""
        if overview.install_key is None or overview.newest_captured_us is None:
            return []
        where = {"install_key": overview.install_key, "newest_us": overview.newest_captured_us}
        with self._engine.connect() as connection:
            segments = list(connection.execute(text(_LAST_SEGMENTS), where).scalars())
            rows = connection.execute(text(_LATEST), {**where, "segments": segments}).all()
        return list(_samples(rows))


_EXACT = Context(prec=1000)


def _samples(rows: Sequence[Any]) -> Iterator[LatestSample]:
    for row in rows:
        type_ = ValueType(row.type)
        if type_ is ValueType.DECIMAL:
            value = None if row.value_decimal is None else int(row.value_decimal.scaleb(row.scale, _EXACT))
        else:
            value = row.value_double if type_ is ValueType.DOUBLE else row.value_int
        sample = Row(row.record_seq, row.metric_id, row.captured_us, row.quality, pb.CLOCK_STATE_UNSPECIFIED, value)
        yield LatestSample(sample, type_)


def _overview(row: tuple[Any, ...]) -> Overview:
    (client, name, sdk_name, sdk_version, enrolled, revoked, key, install, catalogue_id, content) = row[:10]
    last, duplicates, newest, have_text, lost_text, holds_accounts = row[10:]
    lost = ranges_of_text(lost_text)
    accounted = RangeSet([*ranges_of_text(have_text), *lost])
    completeness = pb.Completeness(
        install_id=bytes(install or b""),
        complete_to=accounted.complete_to,
        last_record_seq=max(last or 0, accounted.last),
        missing=accounted.last - accounted.count,
        duplicates=duplicates or 0,
        lost=lost.count,
    )
    return Overview(
        client=client,
        display_name=name or client,
        sdk_name=sdk_name,
        sdk_version=sdk_version,
        enrolled_us=to_us(enrolled),
        revoked=revoked is not None,
        install_key=key,
        install_id=bytes(install or b"") if key is not None else b"",
        catalogue_id=bytes(catalogue_id or b""),
        catalogue=bytes(content or b""),
        newest_captured_us=newest,
        completeness=completeness,
        holds_accounts=holds_accounts,
    )


def ranges_of_text(multirange: str) -> RangeSet:
    """A multirange in its text form: `{[1,5),[7,9)}`."""
    pieces = multirange.strip("{}").replace("[", "").split("),")
    bounds = [piece.rstrip(")").split(",") for piece in pieces if piece]
    return RangeSet(Range(int(first), int(after) - 1) for first, after in bounds)
