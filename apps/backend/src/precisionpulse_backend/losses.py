"""What will never arrive, and what has not yet: the losses that a client told of, and the holes in its numbers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine, RowMapping, text

from precisionpulse_backend.overview import ranges_of_text
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.ranges import Range, RangeSet

_MOST = 1000

_INSTALL = """
SELECT i.key, i.have::text AS have, i.lost::text AS lost, i.last_record_seq, i.duplicates
FROM clients c JOIN installs i ON i.client = c.client AND i.install_id = c.install_id WHERE c.client = :client
"""
_LOSSES = """
SELECT g.first_seq, g.last_seq, g.cause, g.count, g.from_us, g.to_us,
       (extract(epoch FROM g.received_at) * 1000000)::bigint AS reported_us, i.key AS install_key
FROM gaps g JOIN installs i ON i.key = g.install_key WHERE i.client = :client
ORDER BY g.received_at DESC, g.gap_seq DESC LIMIT :most
"""
_TOTALS = """
SELECT count(*) AS losses, coalesce(sum(g.count), 0)::bigint AS records
FROM gaps g JOIN installs i ON i.key = g.install_key WHERE i.client = :client
"""


class LossReader:
    """Reads losses from the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, client: str) -> dict[str, object]:
        """How complete the present install is, with its holes, and the newest thousand losses of all installs."""
        where = {"client": client, "most": _MOST}
        with self._engine.connect() as connection:
            install = connection.execute(text(_INSTALL), where).mappings().first()
            losses = connection.execute(text(_LOSSES), where).mappings().all()
            totals = connection.execute(text(_TOTALS), where).mappings().one()
        return {
            **_completeness(install),
            "losses": [_loss(row, install) for row in losses],
            "total_losses": str(totals["losses"]),
            "total_lost": str(totals["records"]),
        }


def cause_word(cause: int) -> str:
    """A number of `pb.GapCause` as the API says it: "buffer_bound"."""
    names = {number: name for name, number in pb.GapCause.items()}
    return names.get(cause, "GAP_CAUSE_UNSPECIFIED").removeprefix("GAP_CAUSE_").lower()


def holes(have: str, lost: str) -> Sequence[Range]:
    """The numbers below the highest that are neither committed nor told as lost; from multiranges in text form."""
    accounted = RangeSet([*ranges_of_text(have), *ranges_of_text(lost)])
    return accounted.missing(1, accounted.last) if accounted else ()


def _completeness(install: RowMapping | None) -> dict[str, object]:
    if install is None:
        zero = dict.fromkeys(("complete_to", "last_record_seq", "missing", "duplicates", "lost"), "0")
        return {**zero, "holes": []}
    lost = ranges_of_text(install["lost"])
    accounted = RangeSet([*ranges_of_text(install["have"]), *lost])
    missing = holes(install["have"], install["lost"])
    return {
        "complete_to": str(accounted.complete_to),
        "last_record_seq": str(max(install["last_record_seq"], accounted.last)),
        "missing": str(sum(piece.size for piece in missing)),
        "duplicates": str(install["duplicates"]),
        "lost": str(lost.count),
        "holes": [
            {"first_record_seq": str(piece.first), "last_record_seq": str(piece.last)} for piece in missing[:_MOST]
        ],
    }


def _loss(row: RowMapping, install: RowMapping | None) -> dict[str, object]:
    return {
        "first_record_seq": None if row["first_seq"] is None else str(row["first_seq"]),
        "last_record_seq": None if row["last_seq"] is None else str(row["last_seq"]),
        "cause": cause_word(row["cause"]),
        "count": str(row["count"]),
        "from_us": str(row["from_us"]),
        "to_us": str(row["to_us"]),
        "reported_us": str(row["reported_us"]),
        "earlier_install": install is None or row["install_key"] != install["key"],
    }
