"""Batches of readings at the edges of every type, and the catalogue that they go by."""

from __future__ import annotations

from precisionpulse_sdk import batches
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.values import INT64_MAX, INT64_MIN, ValueType

from .given import AT, INSTALL

CATALOGUE = batches.catalogue_of(
    [
        pb.Metric(id=1, name="parts", type=pb.VALUE_TYPE_INT64, unit="1", description="Teile — 部品"),
        pb.Metric(id=2, name="temperature", type=pb.VALUE_TYPE_DOUBLE, unit="Cel", interval_ms=1000),
        pb.Metric(id=3, name="price", type=pb.VALUE_TYPE_DECIMAL, unit="EUR", scale=4),
        pb.Metric(id=4, name="door", type=pb.VALUE_TYPE_BOOL),
        pb.Metric(id=5, name="old", type=pb.VALUE_TYPE_DECIMAL, scale=38, retired=True),
    ],
    INSTALL,
)
TYPES = {
    1: ValueType.INT64,
    2: ValueType.DOUBLE,
    3: ValueType.DECIMAL,
    4: ValueType.BOOL,
    5: ValueType.DECIMAL,
}
LIVE, STALE, BAD = pb.QUALITY_LIVE, pb.QUALITY_STALE, pb.QUALITY_BAD


def batch_of(*rows: tuple[int, int, int, int, int | float | None], mark: int | None = None) -> pb.Batch:
    return batches.pack(
        [
            batches.Row(seq, metric, at, quality, pb.CLOCK_STATE_SYNCHRONISED, value)
            for seq, metric, at, quality, value in rows
        ],
        TYPES,
        install_id=INSTALL,
        catalogue_id=CATALOGUE.id,
        flush_mark=mark,
    )


BATCHES = {
    "one of each type": batch_of(
        (1, 1, AT, LIVE, 42), (2, 2, AT, LIVE, 21.5), (3, 3, AT, LIVE, 1234567), (4, 4, AT, LIVE, 1)
    ),
    "64-bit extremes": batch_of(
        (7, 1, AT, LIVE, INT64_MIN), (8, 1, AT + 1, LIVE, INT64_MAX), (9, 1, AT + 2, LIVE, 0), (10, 1, AT + 3, LIVE, -1)
    ),
    "doubles at their edges": batch_of(
        (1, 2, AT, LIVE, float("nan")),
        (2, 2, AT, LIVE, float("inf")),
        (3, 2, AT, LIVE, float("-inf")),
        (4, 2, AT, LIVE, -0.0),
        (5, 2, AT, LIVE, 5e-324),
        (6, 2, AT, LIVE, 1.7976931348623157e308),
        (7, 2, AT, LIVE, 0.1),
    ),
    "decimals that fit 64 bits": batch_of(
        (1, 3, AT, LIVE, INT64_MAX), (2, 3, AT, LIVE, INT64_MIN), (3, 3, AT, LIVE, 0), (4, 3, AT, LIVE, -5)
    ),
    "decimals that do not": batch_of(
        (1, 3, AT, LIVE, 10**30), (2, 3, AT, LIVE, -(10**30)), (3, 3, AT, LIVE, 0), (4, 5, AT, LIVE, 2**511 - 1)
    ),
    "false, zero and absent": batch_of(
        (1, 4, AT, LIVE, 0), (2, 4, AT, LIVE, None), (3, 1, AT, LIVE, 0), (4, 1, AT, LIVE, None), (5, 3, AT, LIVE, None)
    ),
    "qualities, and a clock set back": batch_of(
        (1, 2, AT, LIVE, 1.0), (2, 2, AT - 86_400_000_000, STALE, 1.0), (3, 2, AT + 5, BAD, 2.0)
    ),
    "numbers with holes": batch_of((10, 1, AT, LIVE, 1), (20, 2, AT, LIVE, 2.0), (21, 1, AT, LIVE, 3), mark=99),
    "the last record number": batch_of((2**63 - 2, 1, AT, LIVE, 1)),
}
