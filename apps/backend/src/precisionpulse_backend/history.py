"""History of one metric for a chart: every sample, or so many points with the least and the greatest between them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, RowMapping, text

from precisionpulse_backend.contact_log import absences
from precisionpulse_backend.history_points import most_there_can_be, points
from precisionpulse_backend.losses import cause_word, holes
from precisionpulse_backend.segments import MAX_SPAN_US
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.ranges import Range

Shown = str | float | bool | None
"""A value in JSON: integers, decimals and what is no number as text, since JSON's numbers would change them."""

_METRIC = """
SELECT m.key, m.metric_id, m.name, m.type, m.scale, m.unit, m.description, m.interval_ms,
       i.have::text AS have, i.lost::text AS lost
FROM metrics m JOIN installs i ON i.key = m.install_key
WHERE i.client = :client AND m.name = :metric ORDER BY m.key DESC
"""
_FROM = "'epoch'::timestamptz + :from_us * interval '1 microsecond'"
_TO = "'epoch'::timestamptz + :to_us * interval '1 microsecond'"
_WHERE = f"""
r.metric_key = ANY(:keys)
AND r.captured_at BETWEEN {_FROM} AND {_TO}
AND r.segment_from BETWEEN {_FROM} - interval '{MAX_SPAN_US} microseconds' AND {_TO} AND r.segment_to >= {_FROM}
"""
_SAMPLES = f"""
SELECT (extract(epoch FROM r.captured_at) * 1000000)::bigint AS t_us,
       r.value_int, r.value_double, r.value_decimal, r.quality, r.replayed, r.record_seq, r.metric_key
FROM keyed_samples r WHERE {_WHERE} ORDER BY r.captured_at, r.record_seq LIMIT :most
"""
_GAPS = """
SELECT g.from_us, g.to_us, g.cause, g.count FROM gaps g JOIN installs i ON i.key = g.install_key
WHERE i.client = :client AND g.to_us >= :from_us AND g.from_us <= :to_us ORDER BY g.from_us LIMIT 1000
"""
_QUALITIES = {2: "stale", 5: "bad"}
_EARLIEST_US, _LATEST_US = -62_135_596_800_000_000, 253_402_300_799_999_999
"""The years 1 to 9999: what a chart can ask for."""


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for: µs since 1970, both ends included."""

    from_us: int
    to_us: int
    max_points: int


class HistoryReader:
    """Reads history from the database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, client: str, metric: str, window: Window) -> dict[str, object] | None:
        """The answer of the history resource, or None when the client has no such metric."""
        low, high = max(window.from_us, _EARLIEST_US), min(window.to_us, _LATEST_US)
        with self._engine.connect() as connection:
            found = connection.execute(text(_METRIC), {"client": client, "metric": metric}).mappings().all()
            if not found:
                return None
            newest = found[0]
            shown = [row for row in found if row["type"] == newest["type"]]
            where = {"keys": [row["key"] for row in shown], "from_us": low, "to_us": high}
            rows, truncated = _rows(connection, shown, where, window.max_points)
            gaps = connection.execute(text(_GAPS), {"client": client, "from_us": low, "to_us": high}).mappings().all()
            away = absences(connection, client, low, high)
        return {
            "metric": metric_view(newest),
            "points": [
                {**_point(row, newest["type"]), **(_extremes(row, newest["type"]) if truncated else {})} for row in rows
            ],
            "gaps": [
                *(_gap(gap["from_us"], gap["to_us"], cause_word(gap["cause"]), int(gap["count"])) for gap in gaps),
                *_missing(rows, {row["key"]: holes(row["have"], row["lost"]) for row in found}),
            ],
            "absences": away,
            "truncated": truncated,
        }


def metric_view(metric: Any) -> dict[str, object]:
    """A metric in JSON, from a row or a `pb.Metric`."""
    fields = metric if isinstance(metric, RowMapping) else _fields(metric)
    return {
        "id": fields["metric_id"],
        "name": fields["name"],
        "type": pb.ValueType.Name(fields["type"]).removeprefix("VALUE_TYPE_").lower(),
        "unit": fields["unit"],
        "scale": fields["scale"],
        "description": fields["description"],
        "interval_ms": fields["interval_ms"],
    }


def _fields(metric: pb.Metric) -> dict[str, Any]:
    names = ("name", "type", "unit", "scale", "description", "interval_ms")
    return {"metric_id": metric.id, **{name: getattr(metric, name) for name in names}}


def _rows(
    connection: Connection, metrics: Sequence[RowMapping], where: dict[str, Any], most: int
) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """Rows by time, and whether each stands for a span. `metrics` have one type."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    if most_there_can_be(driver, where, most) > most:
        width_us = max(1, math.ceil((where["to_us"] - where["from_us"] + 1) / most))
        scale = max(metric["scale"] for metric in metrics)
        found, count = points(driver, where, type_=metrics[0]["type"], scale=scale, width_us=width_us)
        if count > most:
            return found, True
    rows = connection.execute(text(_SAMPLES), {**where, "most": most}).mappings().all()
    return [dict(row) for row in rows], False


def _missing(
    rows: Sequence[Mapping[str, Any]], of_metric: Mapping[int, Sequence[Range]]
) -> Iterator[dict[str, object]]:
    """Between which rows the hub lacks records; `of_metric`: the holes of the install, by the metric's key."""
    if not any(of_metric.values()):
        return
    before: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        key, last = row["metric_key"], before.get(row["metric_key"])
        if last is not None:
            between = range(last["record_seq"] + 1, row["record_seq"])
            pieces = [
                range(max(hole.first, between.start), min(hole.last + 1, between.stop)) for hole in of_metric[key]
            ]
            count = sum(len(piece) for piece in pieces)
            if count:
                yield _gap(last["t_us"], row["t_us"], "missing", count)
        before[key] = row


def _gap(from_us: int, to_us: int, cause: str, count: int) -> dict[str, object]:
    return {"from_us": str(from_us), "to_us": str(to_us), "cause": cause, "count": str(count)}


def _point(row: Mapping[str, Any], type_: int) -> dict[str, object]:
    return {
        "t_us": str(row["t_us"]),
        "v": _shown(type_, row["value_int"], row["value_double"], row["value_decimal"]),
        "quality": _QUALITIES.get(row["quality"], "live"),
        "replayed": row["replayed"],
    }


def _extremes(row: Mapping[str, Any], type_: int) -> dict[str, object]:
    return {
        end: _shown(type_, row[f"{end}_int"], row[f"{end}_double"], row[f"{end}_decimal"]) for end in ("min", "max")
    }


def _shown(type_: int, integer: int | None, double: float | None, decimal: Decimal | None) -> Shown:
    if type_ == pb.VALUE_TYPE_BOOL:
        return None if integer is None else bool(integer)
    if type_ == pb.VALUE_TYPE_DECIMAL:
        return None if decimal is None else format(decimal, "f")
    if type_ == pb.VALUE_TYPE_INT64:
        return None if integer is None else str(integer)
    if double is None or math.isfinite(double):
        return double
    return "NaN" if math.isnan(double) else "Infinity" if double > 0 else "-Infinity"
