"""The proof of completeness, and what names the causes of gaps: losses, holes, and spells without contact."""

from __future__ import annotations

import time

import pytest

from precisionpulse_backend.contact_log import Change, ContactLog
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, catalogue_of, check, pack
from precisionpulse_sdk.hub import BatchDelivery, GapDelivery
from precisionpulse_sdk.values import ValueType

from .conftest import Api

_INSTALL = b"i" * 16
_METRICS = [pb.Metric(id=1, name="count", type=pb.VALUE_TYPE_INT64, interval_ms=1000)]
_CATALOGUE = catalogue_of(_METRICS, _INSTALL)
_CONTENT = pb.CatalogueContent.FromString(_CATALOGUE.content)


@pytest.fixture(autouse=True)
def client(api: Api) -> None:
    """A client `a` with a session and one metric."""
    api.store.enrol("a")
    api.store.hub.begin_session("a", install_id=_INSTALL, epoch=1, salt=b"s" * 16, last_record_seq=0)
    api.store.hub.save_catalogue("a", _CATALOGUE)


def _deliver(api: Api, *seqs: int) -> None:
    """Records that were captured at as many seconds as their number says."""
    rows = [Row(seq, 1, seq * 1_000_000, 1, 0, seq) for seq in seqs]
    batch = pack(rows, {1: ValueType.INT64}, install_id=_INSTALL, catalogue_id=_CATALOGUE.id)
    ranges = check(batch, _CONTENT, max_records=10_000)
    api.store.hub.commit([BatchDelivery("a", _INSTALL, batch, _CONTENT, False, ranges, time.time_ns() // 1000)])


def _report(api: Api, gap_seq: int, first: int, last: int, cause: pb.GapCause) -> None:
    gap = pb.Gap(gap_seq=gap_seq, cause=cause, count=last - first + 1, from_us=first * 10**6, to_us=last * 10**6)
    gap.range.first, gap.range.last = first, last
    (outcome,) = api.store.hub.commit([GapDelivery("a", _INSTALL, (gap,), 0)])
    assert outcome.lost == last - first + 1


def _answer(api: Api, path: str) -> dict[str, object]:
    answer = api.administrator().call("GET", f"/api/v1/clients/a/{path}")
    assert answer.status_code == 200
    content: dict[str, object] = answer.json
    return content


@pytest.mark.proves("X1")
def test_a_client_without_a_session_has_nothing_to_prove(api: Api) -> None:
    api.store.enrol("b")
    shown = api.administrator().call("GET", "/api/v1/clients/b/completeness").json
    assert (shown["complete_to"], shown["missing"], shown["losses"]) == ("0", "0", [])
    assert api.administrator().call("GET", "/api/v1/clients/nobody/completeness").status_code == 404


@pytest.mark.proves("X1", "E4", "PP-TD-9")
def test_what_was_lost_is_listed_with_its_cause_and_leaves_the_record_complete(api: Api) -> None:
    _deliver(api, 1, 2, 6)
    _report(api, 1, 3, 5, pb.GAP_CAUSE_BUFFER_BOUND)
    _deliver(api, 6)
    shown = _answer(api, "completeness")
    reported = shown["losses"][0].pop("reported_us")  # type: ignore[index]
    assert abs(int(reported) - time.time_ns() // 1000) < 60_000_000
    assert shown == {
        "complete_to": "6",
        "last_record_seq": "6",
        "missing": "0",
        "duplicates": "1",
        "lost": "3",
        "holes": [],
        "losses": [
            {
                "first_record_seq": "3",
                "last_record_seq": "5",
                "cause": "buffer_bound",
                "count": "3",
                "from_us": "3000000",
                "to_us": "5000000",
                "earlier_install": False,
            }
        ],
        "total_losses": "1",
        "total_lost": "3",
    }


@pytest.mark.proves("X1", "X3", "W16")
def test_what_is_missing_is_a_hole_in_the_list_and_a_gap_with_its_own_cause_in_the_chart(api: Api) -> None:
    _deliver(api, 1, 2, 6, 7)
    shown = _answer(api, "completeness")
    assert (shown["missing"], shown["complete_to"]) == ("3", "2")
    assert shown["holes"] == [{"first_record_seq": "3", "last_record_seq": "5"}]
    for points in (100, 4):
        gaps = _answer(api, f"history?metric=count&from_us=0&to_us=9000000&max_points={points}")["gaps"]
        assert gaps == [{"from_us": "2000000", "to_us": "6000000", "cause": "missing", "count": "3"}]
    _deliver(api, 3, 4, 5)
    assert _answer(api, "completeness")["holes"] == []
    assert _answer(api, "history?metric=count&from_us=0&to_us=9000000")["gaps"] == []


@pytest.mark.proves("X3", "W16")
def test_spells_without_contact_come_with_the_history_that_they_touch(api: Api) -> None:
    log = ContactLog(api.engine)
    log.start()
    for at_s, connected, reason in ((1, True, "present"), (10, False, "clean"), (20, True, "present")):
        log.note(Change("a", at_s * 10**6, connected, reason))
        log.note(Change("a", at_s * 10**6 + 5, connected, reason))  # as another web worker judges it
    log.note(Change("a", 30_000_000, False, "silent"))
    log.note(Change("nobody", 1, True, "present"))
    log.close()
    ended = {"from_us": "10000000", "to_us": "20000000", "reason": "clean"}
    lasting = {"from_us": "30000000", "to_us": None, "reason": "silent"}
    for window, expected in {
        (0, 9_999_999): [],
        (0, 10_000_000): [ended],
        (15_000_000, 16_000_000): [ended],
        (20_000_001, 25_000_000): [],
        (0, 60_000_000): [ended, lasting],
        (50_000_000, 60_000_000): [lasting],
    }.items():
        shown = _answer(api, f"history?metric=count&from_us={window[0]}&to_us={window[1]}")
        assert shown["absences"] == expected
