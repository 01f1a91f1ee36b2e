"""Rows, segments made at once and segments made by compaction: every sample is seen once, the same in each form."""

from __future__ import annotations

import datetime as dt
import math
import random
import struct
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from precisionpulse_backend import database
from precisionpulse_backend.compaction import Compactor
from precisionpulse_backend.history import HistoryReader, Window
from precisionpulse_backend.overview import OverviewReader
from precisionpulse_backend.partitions import ensure_partitions
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, catalogue_of, check, pack
from precisionpulse_sdk.hub import BatchDelivery
from precisionpulse_sdk.ranges import Range
from precisionpulse_sdk.values import ValueType

from .conftest import Store

_INSTALL = b"i" * 16
_T0 = 1_795_000_000_000_000
_METRICS = [
    pb.Metric(id=1, name="count", type=pb.VALUE_TYPE_INT64),
    pb.Metric(id=2, name="level", type=pb.VALUE_TYPE_DOUBLE),
    pb.Metric(id=3, name="price", type=pb.VALUE_TYPE_DECIMAL, scale=3),
    pb.Metric(id=4, name="open", type=pb.VALUE_TYPE_BOOL),
    pb.Metric(id=5, name="exact", type=pb.VALUE_TYPE_DECIMAL, scale=38),
]
_TYPES = {metric.id: ValueType(metric.type) for metric in _METRICS}
_CATALOGUE = catalogue_of(_METRICS, _INSTALL)
_CONTENT = pb.CatalogueContent.FromString(_CATALOGUE.content)
_VALUES: dict[str, tuple[int, list[Any]]] = {
    "shorts": (1, [0, 1, -1, 32767, -32768]),
    "ints": (1, [0, 32768, -(2**31), 2**31 - 1]),
    "longs": (1, [0, 1, 2**31, 2**63 - 1, -(2**63)]),
    "nulls": (1, [None, 5, None, None]),
    "all-null-integers": (1, [None]),
    "doubles": (2, [0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 0.1, None]),
    "all-null-doubles": (2, [None]),
    "decimals": (3, [0, 1, -1, 999, -1000, 99_990_000, None]),
    "long-decimals": (3, [0, 2**63 - 1, -(2**63), None]),
    "big-decimals": (3, [0, 1, 2**63, -(2**511), 2**511 - 1, None]),
    "booleans": (4, [1, 0, 0, None]),
    "exact-decimals": (5, [0, 1, -(10**38), 10**120 + 1, None]),
}
_TIMES = {
    "even": lambda at: at * 1_000,
    "uneven": lambda at: at * 1_000 + at % 3,
    "backwards": lambda at: -at * 977,
    "one-moment": lambda at: 5,
    "hours-apart": lambda at: at // 20 * 3_600_000_000 + at,
    "far-apart": lambda at: (at % 3) * 2**52,
}
_COUNT = 40
_SEQS = {"even": lambda at: 1 + at * 3, "with-holes": lambda at: 1 + at * 3 + at % 2}


def _delivery(rows: Sequence[Row], *, client: str = "a", replayed: bool = False) -> BatchDelivery:
    batch = pack(rows, _TYPES, install_id=_INSTALL, catalogue_id=_CATALOGUE.id)
    return BatchDelivery(client, _INSTALL, batch, _CONTENT, replayed, check(batch, _CONTENT, max_records=10_000), _T0)


def _quality(at: int, odd: bool) -> int:
    return (pb.QUALITY_LIVE, pb.QUALITY_STALE, pb.QUALITY_BAD)[at % 3] if odd else pb.QUALITY_LIVE


def _every() -> dict[str, list[Row]]:
    """Columns of every kind by name: rows of one metric."""
    columns = {}
    for number, (name, (metric, values)) in enumerate(_VALUES.items()):
        for times in _TIMES:
            seqs = list(_SEQS)[len(columns) % 2]
            columns[f"{name}-{times}-{seqs}"] = [
                Row(
                    _SEQS[seqs](at),
                    metric,
                    _T0 + _TIMES[times](at),
                    _quality(at, odd=number % 2 == 1),
                    0,
                    values[at % len(values)],
                )
                for at in range(_COUNT)
            ]
    return columns


def _bits(value: Any) -> Any:
    """Floating point compared by its bits: −0.0 is not 0.0, and NaN is itself; decimals with their scale."""
    return struct.pack(">d", value) if isinstance(value, float) else (type(value), str(value))


def _all_samples(store: Store) -> dict[str, list[Any]]:
    found = store.query(
        "SELECT client, record_seq, metric, timestamptz_send(captured_at), value_int, value_double, value_decimal,"
        " value_bool, quality, replayed FROM samples ORDER BY record_seq"
    )
    samples: dict[str, list[Any]] = {}
    for client, *sample in found:
        samples.setdefault(str(client), []).append(tuple(map(_bits, sample)))
    return samples


def _samples(store: Store, client: str) -> list[Any]:
    return _all_samples(store)[client]


def _count(store: Store, table: str) -> int:
    return int(str(store.query(f"SELECT count(*) FROM {table}")[0][0]))


def _compact(store: Store) -> int:
    compactor = Compactor(store.conninfo, stopping=threading.Event())
    try:
        return compactor.compact()
    finally:
        compactor.close()


@pytest.mark.proves("E1", "D1", "PP-TD-1", "F4")
def test_every_sample_is_the_same_as_a_row_in_a_segment_and_after_compaction(store: Store) -> None:
    columns = _every()
    single = []
    for name, rows in columns.items():
        store.enrol(f"rows-{name}")
        store.enrol(f"segment-{name}")
        single.extend(_delivery([row], client=f"rows-{name}") for row in rows)
    assert not any(outcome.nacks for outcome in store.hub.commit(single))
    assert (_count(store, "readings"), _count(store, "segments")) == (_COUNT * len(columns), 0)
    as_rows = _all_samples(store)
    for outcome in store.hub.commit([_delivery(rows, client=f"segment-{name}") for name, rows in columns.items()]):
        assert not outcome.nacks
    at_once = _all_samples(store)
    assert _compact(store) > 0
    assert _count(store, "readings") == 0
    compacted = _all_samples(store)
    for name in columns:
        assert len(as_rows[f"rows-{name}"]) == _COUNT
        assert as_rows[f"rows-{name}"] == at_once[f"segment-{name}"] == compacted[f"rows-{name}"], name


def test_a_column_of_many_samples_becomes_one_segment_in_the_narrowest_form(store: Store) -> None:
    store.enrol("a")
    forms = ("shorts", "ints", "longs", "doubles", "decimals")
    values: list[tuple[int, Any]] = [(1, -32768), (1, 32768), (1, 2**31), (2, 0.5), (3, 2**63)]
    for number, (metric, value) in enumerate(values):
        rows = [Row(1 + number * 100 + at, metric, _T0 + at * 500, 1, 0, value) for at in range(100)]
        store.hub.commit([_delivery(rows)])
    found = store.query(
        f"SELECT count, time_step, seq_step, times, seqs, qualities, "
        f"{', '.join(f'{form} IS NOT NULL' for form in forms)} FROM segments ORDER BY first_seq"
    )
    assert found == [(100, 500, 1, None, None, None, *(form == mine for form in forms)) for mine in forms]


@pytest.mark.proves("E1", "PP-TD-6")
def test_what_comes_again_is_recognised_in_whichever_form_it_is_stored(store: Store) -> None:
    columns = _every()
    for name, rows in columns.items():
        store.enrol(name)
        store.hub.commit([_delivery(rows, client=name)])
    for _ in range(2):
        for name, rows in columns.items():
            (outcome,) = store.hub.commit([_delivery(rows, client=name)])
            assert not outcome.nacks, name
            assert outcome.committed == _delivery(rows).ranges
        assert {name: len(samples) for name, samples in _all_samples(store).items()} == dict.fromkeys(columns, _COUNT)
        _compact(store)


@pytest.mark.proves("PP-TD-6")
@pytest.mark.parametrize("compacted", [False, True], ids=["at-once", "compacted"])
def test_the_same_record_with_other_content_is_refused_when_it_lies_in_a_segment(store: Store, compacted: bool) -> None:
    store.enrol("a")
    rows = [Row(seq, 1, _T0 + seq, 1, 0, seq) for seq in range(1, 41)]
    store.hub.commit([_delivery([row]) for row in rows] if compacted else [_delivery(rows)])
    assert (_compact(store) > 0) == compacted
    before = _samples(store, "a")
    other = [rows[0], rows[1]._replace(value=3), rows[2]._replace(captured_us=_T0), rows[3]._replace(quality=5)]
    (outcome,) = store.hub.commit([_delivery([*other, *rows[4:], Row(41, 1, _T0, 1, 0, 41)])])
    assert [(nack.range.first, nack.range.last, nack.code) for nack in outcome.nacks] == [
        (2, 4, pb.NACK_CODE_RECORD_REUSED)
    ]
    assert outcome.committed == (Range(1, 1), Range(5, 41))
    assert outcome.duplicates == 37
    assert _samples(store, "a")[:40] == before


@pytest.mark.proves("PP-TD-5", "PP-FR-6")
def test_a_column_with_a_moment_that_can_not_be_stored_is_refused_and_the_others_are_kept(store: Store) -> None:
    store.enrol("a")
    bad = [Row(seq, 1, -(2**63) + seq, 1, 0, seq) for seq in range(1, 41)]
    (outcome,) = store.hub.commit([_delivery([*bad, *(Row(seq, 2, -5, 1, 0, 0.5) for seq in range(41, 81))])])
    assert outcome.committed == (Range(41, 80),)
    assert [(nack.range.first, nack.range.last, nack.code) for nack in outcome.nacks] == [
        (1, 40, pb.NACK_CODE_MALFORMED)
    ]


@pytest.mark.proves("PP-TD-1")
def test_the_first_and_the_last_moments_that_can_be_stored_fit_segments(store: Store) -> None:
    store.enrol("a")
    earliest, latest = -210_866_803_200_000_000, 2**63 - 1
    rows = [Row(at, 1, earliest + at - 1, 1, 0, at) for at in range(1, 41)]
    rows += [Row(at, 1, latest - at, 1, 0, at) for at in range(41, 81)]
    store.enrol("b")
    store.hub.commit([_delivery(rows[:40]), _delivery(rows[40:])])
    store.hub.commit([_delivery([row], client="b") for row in rows])
    assert (_count(store, "segments"), _count(store, "readings")) == (2, 80)
    assert _samples(store, "a") == _samples(store, "b")
    _compact(store)
    assert _samples(store, "a") == _samples(store, "b")
    (again,) = store.hub.commit([_delivery(rows[:40])])
    assert not again.nacks


@pytest.mark.proves("PP-TD-1")
def test_live_and_replayed_samples_keep_apart_when_they_are_compacted(store: Store) -> None:
    store.enrol("a")
    rows = [Row(seq, 1, _T0 + seq, 1, 0, seq) for seq in range(1, 41)]
    store.hub.commit([_delivery([row], replayed=row.record_seq % 2 == 0) for row in rows])
    before = _samples(store, "a")
    assert _compact(store) == 2
    assert _samples(store, "a") == before


@pytest.mark.proves("E1")
def test_who_reads_while_rows_are_compacted_and_committed_misses_and_doubles_nothing(store: Store) -> None:
    store.enrol("a")
    done = threading.Event()

    def write() -> None:
        try:
            writer = store.another()
            for first in range(1, 2001, 10):
                writer.commit([_delivery([Row(seq, 1, _T0 + seq, 1, 0, seq) for seq in range(first, first + 10)])])
        finally:
            done.set()

    def compact() -> None:
        while not done.is_set():
            _compact(store)

    with ThreadPoolExecutor(2) as pool, psycopg.connect(store.conninfo, autocommit=True) as connection:
        written, compacted = pool.submit(write), pool.submit(compact)
        while not done.is_set():
            counted = connection.execute("SELECT count(*), count(DISTINCT record_seq), max(record_seq) FROM samples")
            count, distinct, last = counted.fetchone() or ()
            assert count == distinct == (last or 0)
        written.result(60)
        compacted.result(60)
    assert len(_samples(store, "a")) == 2000


@pytest.mark.proves("E1")
def test_a_compactor_that_is_cut_off_leaves_the_rows_as_they_were(store: Store) -> None:
    store.enrol("a")
    store.hub.commit([_delivery([Row(seq, 1, _T0 + seq, 1, 0, seq)]) for seq in range(1, 41)])
    before = _samples(store, "a")
    fault = store.cut_off("LOCK TABLE segments IN SHARE MODE", lambda: _compact(store))
    assert isinstance(fault, psycopg.Error)
    assert (_count(store, "readings"), _samples(store, "a")) == (40, before)
    assert _compact(store) == 1
    assert _samples(store, "a") == before


@pytest.mark.proves("F4")
def test_one_compactor_works_and_another_takes_its_place(store: Store) -> None:
    store.enrol("a")
    store.hub.commit([_delivery([Row(1, 1, _T0, 1, 0, 1)])])
    first = Compactor(store.conninfo, stopping=threading.Event())
    second = Compactor(store.conninfo, stopping=threading.Event())
    assert first.compact_when_due() == 1
    store.hub.commit([_delivery([Row(2, 1, _T0, 1, 0, 1)])])
    assert (first.compact_when_due(), second.compact_when_due()) == (0, 0)
    first.close()
    assert second.compact_when_due() == 1
    second.close()


@pytest.mark.proves("F4")
def test_segments_lie_in_the_partition_of_their_month(store: Store) -> None:
    ensure_partitions(store.conninfo, dt.date(2026, 11, 24))
    store.enrol("a")
    noon = int(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC).timestamp()) * 1_000_000
    store.hub.commit([_delivery([Row(seq, 1, noon + seq, 1, 0, seq) for seq in range(1, 41)])])
    assert store.query("SELECT tableoid::regclass::text FROM segments") == [("segments_2026_11",)]


@pytest.mark.proves("E5", "D2")
def test_charts_and_newest_values_are_the_same_in_each_form(store: Store) -> None:
    engine = database.engine(store.url, pool_size=1)
    chance = random.Random(7)
    for metric in _METRICS[:4]:
        values = next(values for mine, values in _VALUES.values() if mine == metric.id)
        rows = [
            Row(seq, metric.id, _T0 + chance.randrange(60_000_000), 1, 0, chance.choice(values))
            for seq in range(1, 301)
        ]
        at_once, later = f"segment-{metric.name}", f"rows-{metric.name}"
        for client in (at_once, later):
            store.enrol(client)
            store.hub.begin_session(client, install_id=_INSTALL, epoch=1, salt=b"s" * 16, last_record_seq=300)
            store.hub.save_catalogue(client, _CATALOGUE)
        newest = max(row.captured_us for row in rows)
        store.hub.commit([_delivery(rows, client=at_once)])
        store.hub.commit([_delivery([row], client=later) for row in rows])
        windows = [Window(_T0, _T0 + 60_000_000, most) for most in (7, 50, 1000)]
        windows.append(Window(_T0 + 20_000_000, _T0 + 20_400_000, 1000))
        reader, overviews = HistoryReader(engine), OverviewReader(engine)
        seen = []
        for client in (at_once, later, later):
            overview = overviews.one(client)
            assert overview is not None
            (latest,) = overviews.latest(overview)
            assert latest.row.captured_us == newest
            seen.append(repr((latest, [reader.read(client, metric.name, window) for window in windows])))
            _compact(store)
        assert seen[0] == seen[1] == seen[2]
    engine.dispose()


@pytest.mark.proves("F4")
def test_a_range_of_time_is_found_by_its_function_wherever_segments_begin(store: Store) -> None:
    store.enrol("a")
    rows = [Row(at + 1, 1, _T0 + at * 20_000_000, 1, 0, at) for at in range(100)]
    store.hub.commit([_delivery(rows)])
    at = "'epoch'::timestamptz + %s * interval '1 microsecond'"
    for low, high in ((0, 99), (3, 3), (50, 98), (99, 200)):
        found = store.query(
            f"SELECT record_seq FROM samples_between({at}, {at}) WHERE client = 'a' ORDER BY 1",
            _T0 + low * 20_000_000,
            _T0 + high * 20_000_000,
        )
        assert [row[0] for row in found] == list(range(low + 1, min(high, 99) + 2))
