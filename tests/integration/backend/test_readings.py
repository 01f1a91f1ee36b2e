"""The hub's store on a real PostgreSQL: each record once, exactly as it was recorded, whatever happens."""

from __future__ import annotations

import math
import struct
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, catalogue_of, check, pack
from precisionpulse_sdk.errors import FencedError, RefusedError, StaleEpochError, StoreUnavailableError
from precisionpulse_sdk.hub import BatchDelivery, GapDelivery, OpenSession
from precisionpulse_sdk.ranges import Range
from precisionpulse_sdk.values import ValueType, decimal_of

from .conftest import Store

_INSTALL, _SALT = b"i" * 16, b"s" * 16
_T0 = 1_795_000_000_000_000
_METRICS = [
    pb.Metric(id=1, name="count", type=pb.VALUE_TYPE_INT64),
    pb.Metric(id=2, name="level", type=pb.VALUE_TYPE_DOUBLE, unit="m"),
    pb.Metric(id=3, name="price", type=pb.VALUE_TYPE_DECIMAL, scale=3),
    pb.Metric(id=4, name="open", type=pb.VALUE_TYPE_BOOL),
    pb.Metric(id=5, name="exact", type=pb.VALUE_TYPE_DECIMAL, scale=38),
]
_TYPES = {metric.id: ValueType(metric.type) for metric in _METRICS}
_CATALOGUE = catalogue_of(_METRICS, _INSTALL)
_CONTENT = pb.CatalogueContent.FromString(_CATALOGUE.content)


def _rows(first: int, last: int, *, metric: int = 1) -> list[Row]:
    return [Row(seq, metric, _T0 + seq, pb.QUALITY_LIVE, 0, seq) for seq in range(first, last + 1)]


def _delivery(
    rows: Sequence[Row], *, client: str = "a", install: bytes = _INSTALL, replayed: bool = False
) -> BatchDelivery:
    batch = pack(rows, _TYPES, install_id=install, catalogue_id=_CATALOGUE.id)
    return BatchDelivery(client, install, batch, _CONTENT, replayed, check(batch, _CONTENT, max_records=10_000), 0)


def _seqs(store: Store, client: str = "a") -> list[int]:
    return [row[0] for row in store.query("SELECT record_seq FROM samples WHERE client = %s ORDER BY 1", client)]


def _bits(value: Any) -> Any:
    """Floating point compared by its bits: −0.0 is not 0.0, and NaN is itself."""
    return struct.pack(">d", value) if isinstance(value, float) else (type(value), str(value))


@pytest.mark.proves("E1", "D1", "PP-TD-1")
def test_every_value_comes_back_as_it_was_recorded(store: Store) -> None:
    store.enrol("a")
    values: dict[int, list[Any]] = {
        1: [0, 1, -1, 2**63 - 1, -(2**63), None],
        2: [0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324, 1.7976931348623157e308, 0.1, None],
        3: [0, 1, -1, 999, 1000, 10_000, 99_990_000, 2**63, -(2**63), 2**511 - 1, -(2**511), None],
        4: [1, 0, None],
        5: [0, 1, -(10**38), 10**120 + 1, None],
    }
    rows, expected = [], []
    for metric, given in values.items():
        for value in given:
            seq = len(rows) + 1
            quality = pb.QUALITY_BAD if value is None else pb.QUALITY_STALE if seq % 2 else pb.QUALITY_LIVE
            rows.append(Row(seq, metric, _T0 - seq * 7, quality, 0, value))
            scale = _METRICS[metric - 1].scale
            columns: list[Any] = [None] * 4
            if value is not None:
                shown = {1: value, 2: value, 3: value, 4: bool(value), 5: value}[metric]
                columns[{1: 0, 2: 1, 3: 2, 5: 2, 4: 3}[metric]] = (
                    decimal_of(value, scale) if metric in (3, 5) else shown
                )
            word = {pb.QUALITY_BAD: "bad", pb.QUALITY_STALE: "stale", pb.QUALITY_LIVE: "live"}[quality]
            expected.append((seq, _METRICS[metric - 1].name, _T0 - seq * 7, *columns, word, False))
    (outcome,) = store.hub.commit([_delivery(rows)])
    assert outcome.committed == (Range(1, len(rows)),) and not outcome.nacks
    found = store.query(
        "SELECT record_seq, metric, (extract(epoch FROM captured_at) * 1000000)::bigint, value_int, value_double,"
        " value_decimal, value_bool, quality, replayed FROM samples WHERE client = 'a' ORDER BY record_seq"
    )
    assert [tuple(map(_bits, row)) for row in found] == [tuple(map(_bits, row)) for row in expected]


@pytest.mark.proves("PP-TD-1")
def test_the_first_and_the_last_moment_that_can_be_stored_are_stored(store: Store) -> None:
    store.enrol("a")
    earliest, latest = -210_866_803_200_000_000, 2**63 - 1
    for seq, at in enumerate((earliest, latest, 0, -1), 1):
        (outcome,) = store.hub.commit([_delivery([Row(seq, 1, at, 1, 0, seq)])])
        assert outcome.committed == (Range(seq, seq),)
        (again,) = store.hub.commit([_delivery([Row(seq, 1, at, 1, 0, seq)])])
        assert again.committed == (Range(seq, seq),) and not again.nacks
    found = store.query("SELECT timestamptz_send(captured_at) FROM samples ORDER BY record_seq")
    since_2000 = [int.from_bytes(row[0], "big", signed=True) for row in found]
    assert [at + 946_684_800_000_000 for at in since_2000] == [earliest, latest, 0, -1]


@pytest.mark.proves("PP-TD-5", "PP-FR-6")
def test_a_moment_that_can_not_be_stored_is_refused_alone(store: Store) -> None:
    store.enrol("a")
    good = _delivery([Row(1, 1, _T0, 1, 0, 1)])
    bad = _delivery([Row(2, 1, -(2**63), 1, 0, 1), Row(3, 2, -5, 1, 0, 1.0)])
    outcomes = store.hub.commit([good, bad])
    assert outcomes[0].committed == (Range(1, 1),)
    assert outcomes[1].committed == (Range(3, 3),)
    (nack,) = outcomes[1].nacks
    assert (nack.range.first, nack.range.last, nack.code, nack.retryable) == (2, 2, pb.NACK_CODE_MALFORMED, False)
    assert _seqs(store) == [1, 3]


@pytest.mark.proves("E1", "PP-TD-6", "PP-FR-5")
def test_a_batch_that_comes_again_is_acknowledged_again_and_stored_once(store: Store) -> None:
    store.enrol("a")
    delivery = _delivery(_rows(1, 5))
    store.hub.commit([delivery])
    first, second = store.hub.commit([delivery, delivery])
    assert first.committed == second.committed == (Range(1, 5),)
    assert second.duplicates == 10
    assert _seqs(store) == [1, 2, 3, 4, 5]


@pytest.mark.proves("PP-TD-6")
def test_a_record_that_comes_twice_in_one_commit_is_stored_once(store: Store) -> None:
    store.enrol("a")
    outcomes = store.hub.commit([_delivery(_rows(1, 3)), _delivery(_rows(2, 5), replayed=True)])
    assert [outcome.committed for outcome in outcomes] == [(Range(1, 3),), (Range(2, 5),)]
    assert _seqs(store) == [1, 2, 3, 4, 5]


@pytest.mark.proves("PP-TD-6")
def test_records_batched_otherwise_are_still_recognised(store: Store) -> None:
    store.enrol("a")
    store.hub.commit([_delivery(_rows(3, 4)), _delivery(_rows(8, 9))])
    (outcome,) = store.hub.commit([_delivery(_rows(1, 10))])
    assert outcome.committed == (Range(1, 10),)
    assert (outcome.complete_to, outcome.missing, outcome.duplicates) == (10, 0, 4)
    assert _seqs(store) == list(range(1, 11))


@pytest.mark.proves("X1")
def test_records_out_of_order_leave_holes_that_close(store: Store) -> None:
    store.enrol("a")
    (outcome,) = store.hub.commit([_delivery(_rows(4, 6))])
    assert (outcome.complete_to, outcome.missing) == (0, 3)
    (outcome,) = store.hub.commit([_delivery(_rows(1, 1))])
    assert (outcome.complete_to, outcome.missing) == (1, 2)
    (outcome,) = store.hub.commit([_delivery(_rows(2, 3))])
    assert (outcome.complete_to, outcome.missing) == (6, 0)
    assert store.hub.coverage("a", _INSTALL).committed == (Range(1, 6),)


@pytest.mark.proves("PP-TD-6")
@pytest.mark.parametrize(
    "changed",
    [
        Row(2, 1, _T0 + 2, 1, 0, 3),
        Row(2, 1, _T0 + 3, 1, 0, 2),
        Row(2, 1, _T0 + 2, 5, 0, 2),
        Row(2, 1, _T0 + 2, 1, 0, None),
        Row(2, 2, _T0 + 2, 1, 0, 2.0),
    ],
    ids=["value", "time", "quality", "null", "metric"],
)
def test_the_same_record_with_other_content_is_refused_for_good(store: Store, changed: Row) -> None:
    store.enrol("a")
    store.hub.commit([_delivery(_rows(1, 3))])
    (outcome,) = store.hub.commit([_delivery([changed, Row(4, 1, _T0, 1, 0, 4)])])
    (nack,) = outcome.nacks
    assert (nack.range.first, nack.range.last, nack.code, nack.retryable) == (2, 2, pb.NACK_CODE_RECORD_REUSED, False)
    assert outcome.committed == (Range(4, 4),)
    assert _seqs(store) == [1, 2, 3, 4]


@pytest.mark.proves("PP-TD-6")
def test_a_metric_of_another_type_than_before_is_refused_and_harms_nobody(store: Store) -> None:
    store.enrol("a")
    store.hub.commit([_delivery(_rows(1, 1))])
    changed = [pb.Metric(id=1, name="count", type=pb.VALUE_TYPE_DOUBLE)]
    catalogue = catalogue_of(changed, _INSTALL)
    content = pb.CatalogueContent.FromString(catalogue.content)
    batch = pack([Row(2, 1, _T0, 1, 0, 1.5)], {1: ValueType.DOUBLE}, install_id=_INSTALL, catalogue_id=catalogue.id)
    delivery = BatchDelivery("a", _INSTALL, batch, content, False, (Range(2, 2),), 0)
    outcomes = store.hub.commit([delivery, _delivery(_rows(3, 3))])
    assert outcomes[0].nacks[0].code == pb.NACK_CODE_MALFORMED
    assert outcomes[1].committed == (Range(3, 3),)


def test_installs_and_clients_do_not_mix(store: Store) -> None:
    store.enrol("a")
    store.enrol("b")
    store.hub.commit(
        [_delivery(_rows(1, 2)), _delivery(_rows(1, 2), install=b"j" * 16), _delivery(_rows(1, 3), client="b")]
    )
    assert _seqs(store) == [1, 1, 2, 2]
    assert _seqs(store, "b") == [1, 2, 3]
    assert store.hub.coverage("b", _INSTALL).complete_to == 3
    assert store.hub.coverage("b", b"j" * 16).committed == ()


@pytest.mark.proves("E4", "PP-TD-9", "X3")
def test_reported_losses_count_as_accounted_for_and_are_kept_once(store: Store) -> None:
    store.enrol("a")
    store.hub.commit([_delivery(_rows(1, 2)), _delivery(_rows(6, 7))])
    gap = pb.Gap(
        range=pb.RecordRange(first=2, last=5), cause=pb.GAP_CAUSE_BUFFER_BOUND, count=3, from_us=1, to_us=2, gap_seq=1
    )
    for _ in range(2):
        (outcome,) = store.hub.commit([GapDelivery("a", _INSTALL, (gap,), 0)])
        assert outcome.gap_seqs == (1,)
        assert (outcome.complete_to, outcome.missing) == (7, 0)
    coverage = store.hub.coverage("a", _INSTALL)
    assert (coverage.lost, coverage.committed) == (3, (Range(1, 7),))
    assert store.query("SELECT gap_seq, cause, count::bigint FROM gaps") == [(1, pb.GAP_CAUSE_BUFFER_BOUND, 3)]


@pytest.mark.parametrize(
    "gap",
    [
        pb.Gap(gap_seq=2**64 - 1, count=1),
        pb.Gap(gap_seq=3, count=2**64 - 1, range=pb.RecordRange(first=9, last=1)),
        pb.Gap(gap_seq=4, range=pb.RecordRange(first=1, last=2**64 - 1)),
    ],
    ids=["number", "backwards", "endless"],
)
def test_a_senseless_gap_report_is_taken_note_of_and_changes_nothing(store: Store, gap: pb.Gap) -> None:
    store.enrol("a")
    outcomes = store.hub.commit([GapDelivery("a", _INSTALL, (gap,), 0), _delivery(_rows(1, 1))])
    assert outcomes[0].gap_seqs == (gap.gap_seq,)
    assert (outcomes[1].complete_to, outcomes[1].missing) == (1, 0)


def test_a_lost_record_that_arrives_after_all_is_stored(store: Store) -> None:
    store.enrol("a")
    gap = pb.Gap(range=pb.RecordRange(first=1, last=2), count=2, gap_seq=1)
    store.hub.commit([GapDelivery("a", _INSTALL, (gap,), 0)])
    store.hub.commit([_delivery(_rows(1, 1))])
    assert _seqs(store) == [1]
    assert store.hub.coverage("a", _INSTALL).lost == 1


@pytest.mark.proves("F4", "PP-TD-6")
def test_two_workers_at_once_on_the_same_client_store_each_record_once(store: Store) -> None:
    store.enrol("a")
    store.enrol("b")
    workers = [store.another() for _ in range(4)]
    begin = threading.Barrier(len(workers))

    def work(number: int) -> None:
        begin.wait(10)
        for first in range(1, 200, 5):
            pair = [_delivery(_rows(first, first + 9)), _delivery(_rows(first, first + 9), client="b")]
            workers[number].commit(pair if number % 2 else pair[::-1])

    with ThreadPoolExecutor(len(workers)) as pool:
        for ended in [pool.submit(work, number) for number in range(len(workers))]:
            ended.result(60)
    for client in ("a", "b"):
        assert _seqs(store, client) == list(range(1, 206))
        assert store.hub.coverage(client, _INSTALL).committed == (Range(1, 205),)


@pytest.mark.proves("E1", "PP-TD-10")
def test_a_connection_killed_before_the_commit_stores_nothing_and_the_next_try_works(store: Store) -> None:
    store.enrol("a")
    store.hub.commit([_delivery(_rows(1, 1))])
    fault = store.cut_off(
        "SELECT key FROM installs FOR UPDATE", lambda: store.another().commit([_delivery(_rows(2, 5))])
    )
    assert isinstance(fault, StoreUnavailableError)
    assert _seqs(store) == [1]
    assert store.hub.commit([_delivery(_rows(2, 5))])[0].complete_to == 5


@pytest.mark.proves("PP-CL-1")
def test_a_session_begins_once_and_the_same_one_again_changes_nothing(store: Store) -> None:
    store.enrol("a")
    assert store.hub.session("a") is None
    for _ in range(2):
        start = store.hub.begin_session("a", install_id=_INSTALL, epoch=3, salt=_SALT, last_record_seq=0)
        assert (start.committed, start.catalogue_id) == ((), b"")
    assert store.hub.session("a") == OpenSession(_INSTALL, 3, _SALT)
    store.hub.save_catalogue("a", _CATALOGUE)
    store.hub.commit([_delivery(_rows(1, 2))])
    start = store.hub.begin_session("a", install_id=_INSTALL, epoch=4, salt=b"t" * 16, last_record_seq=2)
    assert (start.committed, start.catalogue_id) == ((Range(1, 2),), _CATALOGUE.id)


@pytest.mark.proves("PP-CL-1")
def test_earlier_runs_copies_and_rolled_back_databases_are_refused(store: Store) -> None:
    store.enrol("a")
    hub = store.hub
    hub.begin_session("a", install_id=_INSTALL, epoch=3, salt=_SALT, last_record_seq=9)
    hub.commit([_delivery(_rows(1, 9))])
    with pytest.raises(StaleEpochError):
        hub.begin_session("a", install_id=_INSTALL, epoch=2, salt=b"t" * 16, last_record_seq=9)
    with pytest.raises(FencedError):
        hub.begin_session("a", install_id=_INSTALL, epoch=3, salt=b"t" * 16, last_record_seq=9)
    with pytest.raises(FencedError):
        hub.begin_session("a", install_id=b"j" * 16, epoch=3, salt=_SALT, last_record_seq=9)
    with pytest.raises(FencedError):
        hub.begin_session("a", install_id=_INSTALL, epoch=4, salt=b"t" * 16, last_record_seq=8)
    with pytest.raises(RefusedError):
        hub.begin_session("a", install_id=_INSTALL, epoch=2**64 - 1, salt=_SALT, last_record_seq=9)
    with pytest.raises(RefusedError):
        hub.begin_session("stranger", install_id=_INSTALL, epoch=1, salt=_SALT, last_record_seq=0)
    assert hub.session("a") == OpenSession(_INSTALL, 3, _SALT)


@pytest.mark.proves("PP-FR-4")
def test_a_client_is_known_by_its_keys_until_it_is_revoked(store: Store) -> None:
    store.enrol("a", b"1" * 32, b"2" * 32)
    record = store.hub.client("a")
    assert record is not None
    assert (dict(record.keys), record.preferred_key_id, record.revoked) == ({1: b"1" * 32, 2: b"2" * 32}, 2, False)
    assert store.hub.client("stranger") is None
    with psycopg.connect(store.conninfo) as connection:
        connection.execute("UPDATE clients SET revoked_at = now() WHERE client = 'a'")
    revoked = store.another().client("a")
    assert revoked is not None and revoked.revoked


@pytest.mark.proves("PP-CL-2")
def test_catalogues_are_kept_for_ever_also_for_another_worker(store: Store) -> None:
    store.enrol("a")
    odd = catalogue_of([pb.Metric(id=1, name="zero\x00byte", type=pb.VALUE_TYPE_BOOL)], _INSTALL)
    store.hub.save_catalogue("a", _CATALOGUE)
    store.hub.save_catalogue("a", odd)
    other = store.another()
    assert other.catalogue("a", _CATALOGUE.id) == _CONTENT
    assert other.catalogue("a", odd.id) == pb.CatalogueContent.FromString(odd.content)
    assert other.catalogue("a", b"?" * 16) is None
    assert other.catalogue("b", _CATALOGUE.id) is None


def test_decimals_keep_their_scale_in_the_view(store: Store) -> None:
    store.enrol("a")
    store.hub.commit([_delivery([Row(1, 3, _T0, 1, 0, 1500)])])
    assert str(store.query("SELECT value_decimal FROM samples")[0][0]) == "1.500"
    assert store.query("SELECT value_decimal FROM samples")[0][0] == Decimal("1.5")
