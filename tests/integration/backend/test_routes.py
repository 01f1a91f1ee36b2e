"""What each route demands and answers; no route is open by accident (X4)."""

from __future__ import annotations

import json
import re
import time
from uuid import UUID

import pytest

from precisionpulse_backend.auth import permission_of
from precisionpulse_backend.first_start import PERMISSIONS
from precisionpulse_backend.specification import specification
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.batches import Row, catalogue_of, check, pack
from precisionpulse_sdk.hub import BatchDelivery, GapDelivery
from precisionpulse_sdk.values import ValueType

from .conftest import Api, Store

_OPEN = {
    "session.log_in",
    "session.show",
    "session.log_out",
    "session.change_password",
    "session.estimate_password",
    "sessions.list_own",
    "sessions.end_own",
    "enrolment.authority",
    "enrolment.enrol",
    "probes.alive",
    "probes.ready",
    "probes.metrics",
    "openapi.spec",
}
_INSTALL = b"i" * 16
_METRICS = [
    pb.Metric(id=1, name="count", type=pb.VALUE_TYPE_INT64, interval_ms=1000),
    pb.Metric(id=2, name="level", type=pb.VALUE_TYPE_DOUBLE, unit="m"),
    pb.Metric(id=3, name="price", type=pb.VALUE_TYPE_DECIMAL, scale=3),
    pb.Metric(id=4, name="open", type=pb.VALUE_TYPE_BOOL),
]
_TYPES = {metric.id: ValueType(metric.type) for metric in _METRICS}
_CATALOGUE = catalogue_of(_METRICS, _INSTALL)
_CONTENT = pb.CatalogueContent.FromString(_CATALOGUE.content)


def _store(store: Store, client: str, rows: list[Row], *, replayed: bool = False) -> None:
    store.hub.save_catalogue(client, _CATALOGUE)
    batch = pack(rows, _TYPES, install_id=_INSTALL, catalogue_id=_CATALOGUE.id)
    ranges = check(batch, _CONTENT, max_records=10_000)
    now_us = time.time_ns() // 1000
    store.hub.commit([BatchDelivery(client, _INSTALL, batch, _CONTENT, replayed, ranges, now_us)])


@pytest.mark.proves("X4", "F2")
def test_every_route_says_what_it_demands(api: Api) -> None:
    for rule in api.web.app.url_map.iter_rules():
        permission = permission_of(api.web.app.view_functions[rule.endpoint])
        if rule.endpoint in _OPEN:
            assert not permission
        elif rule.endpoint not in ("static", "_apiflask.static"):
            assert permission in PERMISSIONS, f"{rule.endpoint} demands nothing, or something that nobody can have"


@pytest.mark.proves("X4", "F2")
def test_without_a_session_every_guarded_route_is_closed(api: Api) -> None:
    for rule in api.web.app.url_map.iter_rules():
        if not permission_of(api.web.app.view_functions[rule.endpoint]):
            continue
        path = re.sub(r"<uuid:\w+>", str(UUID(int=0)), rule.rule).replace("<client>", "a").replace("<key>", "k")
        assert "<" not in path, f"{path}: say here what this argument of a route looks like"
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = api.browser().call(method, path, json={})
            assert (answer.status_code, answer.json["code"]) == (401, "not_logged_in"), path


@pytest.mark.proves("X4", "F2")
@pytest.mark.parametrize(
    ("role", "method", "path", "status"),
    [
        ("viewer", "GET", "/api/v1/clients", 200),
        ("viewer", "GET", "/api/v1/clients/a", 200),
        ("viewer", "GET", "/api/v1/clients/a/history?metric=count", 200),
        ("viewer", "POST", "/api/v1/clients/a/revoke", 403),
        ("viewer", "GET", "/api/v1/enrolment-codes", 403),
        ("viewer", "POST", "/api/v1/enrolment-codes", 403),
        ("viewer", "DELETE", "/api/v1/enrolment-codes/00000000-0000-0000-0000-000000000000", 403),
        ("operator", "POST", "/api/v1/clients/a/revoke", 403),
        ("operator", "POST", "/api/v1/enrolment-codes", 403),
        ("administrator", "GET", "/api/v1/enrolment-codes", 200),
        ("administrator", "POST", "/api/v1/enrolment-codes", 201),
        ("administrator", "DELETE", "/api/v1/enrolment-codes/00000000-0000-0000-0000-000000000000", 404),
        ("administrator", "POST", "/api/v1/clients/a/revoke", 204),
        ("administrator", "POST", "/api/v1/clients/nobody/revoke", 404),
        ("administrator", "GET", "/api/v1/clients/nobody", 404),
        ("administrator", "GET", "/api/v1/clients/a/history?metric=nothing", 404),
        ("administrator", "GET", "/api/v1/clients/a/history", 422),
        ("administrator", "GET", "/api/v1/clients/a/history?metric=count&max_points=1", 422),
        ("administrator", "GET", "/api/v1/clients/a/history?metric=count&from_us=99999999999999999999", 422),
        ("viewer", "GET", "/api/v1/clients/a/completeness", 200),
        ("viewer", "PUT", "/api/v1/clients/a/link", 403),
        ("operator", "GET", "/api/v1/clients/a/link", 404),
        ("administrator", "GET", "/api/v1/nothing", 404),
        ("administrator", "PATCH", "/api/v1/clients", 405),
    ],
)
def test_what_each_role_gets(api: Api, role: str, method: str, path: str, status: int) -> None:
    api.store.enrol("a")
    _store(api.store, "a", [Row(1, 1, time.time_ns() // 1000, 1, 0, 1)])
    answer = api.person(role).call(method, path, json={"client": "b"} if method == "POST" else None)
    assert answer.status_code == status
    if status >= 400:
        assert answer.mimetype == "application/problem+json"


@pytest.mark.proves("F2")
@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None]
)
def test_what_a_form_of_another_site_can_send_logs_nobody_in(api: Api, content_type: str | None) -> None:
    body = json.dumps({"username": "admin", "password": "correct horse battery staple"})
    browser = api.browser()
    answer = browser.call("POST", "/api/v1/session", data=body, content_type=content_type)
    assert (answer.status_code, answer.json["code"]) == (415, "wrong_media_type")
    assert browser.token is None


@pytest.mark.proves("F2")
def test_a_body_that_is_nested_too_deeply_is_malformed_and_no_fault_of_ours(api: Api) -> None:
    body = '{"username": ' + "[" * 5000 + "]" * 5000 + "}"
    answer = api.browser().call("POST", "/api/v1/session", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")


@pytest.mark.proves("X4")
def test_a_right_for_one_client_shows_that_client_alone(api: Api) -> None:
    api.store.enrol("a")
    api.store.enrol("b")
    browser = api.person("viewer", client="a")
    assert [client["id"] for client in browser.call("GET", "/api/v1/clients").json["clients"]] == ["a"]
    assert browser.call("GET", "/api/v1/clients/a").status_code == 200
    assert browser.call("GET", "/api/v1/clients/b").status_code == 404
    assert browser.call("POST", "/api/v1/clients/a/revoke").status_code == 403


@pytest.mark.proves("X1")
def test_a_client_is_shown_with_its_metrics_and_how_complete_it_is(api: Api) -> None:
    api.store.enrol("a")
    now_us = time.time_ns() // 1000
    _store(api.store, "a", [Row(seq, 1, now_us, 1, 0, seq) for seq in (1, 2, 5)])
    api.store.hub.begin_session("a", install_id=_INSTALL, epoch=1, salt=b"s" * 16, last_record_seq=2**53)
    client = api.administrator().call("GET", "/api/v1/clients/a").json
    assert (client["complete_to"], client["missing"], client["duplicates"]) == ("2", "2", "0")
    assert client["last_record_seq"] == str(2**53)
    assert (client["connected"], client["connected_reason"], client["revoked"]) == (False, "never", False)
    assert client["last_seen_us"] == str(now_us)
    assert client["metrics"][0] == {
        "id": 1,
        "name": "count",
        "type": "int64",
        "unit": "",
        "scale": 0,
        "description": "",
        "interval_ms": 1000,
    }


@pytest.mark.proves("PP-FR-7", "PP-TD-1")
def test_history_gives_every_value_exactly(api: Api) -> None:
    api.store.enrol("a")
    values = {
        "count": [(1, 2**63 - 1, "9223372036854775807"), (1, None, None)],
        "level": [(2, 1e300, 1e300), (2, float("nan"), "NaN"), (2, float("-inf"), "-Infinity")],
        "price": [(3, -(10**40) - 1, "-" + "1" + "0" * 37 + ".001"), (3, 0, "0.000")],
        "open": [(4, 1, True), (4, 0, False)],
    }
    t0, rows, expected = 1_795_000_000_000_000, [], {}
    for name, samples in values.items():
        for metric, value, shown in samples:
            rows.append(Row(len(rows) + 1, metric, t0 + len(rows), 1, 0, value))
            expected.setdefault(name, []).append((str(rows[-1].captured_us), shown))
    _store(api.store, "a", rows, replayed=True)
    browser = api.administrator()
    for name, points in expected.items():
        path = f"/api/v1/clients/a/history?metric={name}&from_us={t0}&to_us={t0 + 100}"
        answer = browser.call("GET", path).json
        assert [(point["t_us"], point["v"]) for point in answer["points"]] == points
        assert all(point["replayed"] and point["quality"] == "live" for point in answer["points"])
        assert answer["truncated"] is False and answer["metric"]["name"] == name


def test_a_long_history_is_thinned_and_keeps_its_extremes(api: Api) -> None:
    api.store.enrol("a")
    t0 = 1_795_000_000_000_000
    rows = [
        Row(seq, 1, t0 + seq * 1000, 5 if seq == 500 else 1, 0, 10**15 if seq == 500 else seq) for seq in range(1, 1001)
    ]
    _store(api.store, "a", rows)
    path = f"/api/v1/clients/a/history?metric=count&from_us={t0}&to_us={t0 + 1_000_000}&max_points=10"
    answer = api.administrator().call("GET", path).json
    assert answer["truncated"] is True and 9 <= len(answer["points"]) <= 11
    assert answer["points"][-1]["v"] == "1000"
    assert max(int(point["max"]) for point in answer["points"]) == 10**15
    assert min(int(point["min"]) for point in answer["points"]) == 1
    assert [point["quality"] for point in answer["points"]].count("bad") == 1
    times = [int(point["t_us"]) for point in answer["points"]]
    assert times == sorted(times)


@pytest.mark.proves("X3", "W16")
def test_history_says_what_was_lost_and_why(api: Api) -> None:
    api.store.enrol("a")
    _store(api.store, "a", [Row(1, 1, 1_000, 1, 0, 1)])
    gap = pb.Gap(cause=pb.GAP_CAUSE_DISK_FULL, count=7, from_us=2_000, to_us=3_000, gap_seq=1)
    api.store.hub.commit([GapDelivery("a", _INSTALL, (gap,), 0)])
    browser = api.administrator()
    inside = browser.call("GET", "/api/v1/clients/a/history?metric=count&from_us=0&to_us=2500").json
    assert inside["gaps"] == [{"from_us": "2000", "to_us": "3000", "cause": "disk_full", "count": "7"}]
    assert browser.call("GET", "/api/v1/clients/a/history?metric=count&from_us=0&to_us=1999").json["gaps"] == []


def test_the_whole_range_of_times_can_be_asked_for(api: Api) -> None:
    api.store.enrol("a")
    _store(api.store, "a", [Row(seq, 1, at, 1, 0, seq) for seq, at in enumerate((0, 1, 2), 1)])
    path = f"/api/v1/clients/a/history?metric=count&from_us={-(2**63)}&to_us={2**63 - 1}&max_points=2"
    answer = api.administrator().call("GET", path)
    assert answer.status_code == 200
    assert answer.json["points"][-1]["v"] == "3"


@pytest.mark.proves("C7", "A6")
def test_revoking_is_once_for_all_and_in_the_audit_log(api: Api) -> None:
    api.store.enrol("a")
    browser = api.administrator()
    assert browser.call("POST", "/api/v1/clients/a/revoke").status_code == 204
    assert browser.call("POST", "/api/v1/clients/a/revoke").status_code == 409
    record = api.store.hub.client("a")
    assert record is not None and record.revoked
    (row,) = api.execute("SELECT actor, subject, before, after FROM audit_log WHERE action = 'client:revoke'")
    assert tuple(row) == ("admin", "a", {"revoked": False}, {"revoked": True})


def test_too_many_requests_from_one_address_are_held_back(api: Api) -> None:
    browser = api.browser()
    statuses = {browser.call("POST", "/api/v1/session", json={}).status_code for _ in range(70)}
    assert statuses == {422, 429}
    other = browser.call("POST", "/api/v1/session", json={}, headers={"X-Forwarded-For": "192.0.2.7"})
    assert other.status_code == 422


def test_the_interface_is_described_in_openapi_3_1(api: Api) -> None:
    served = api.browser().call("GET", "/api/v1/openapi.json").json
    assert served["openapi"] == "3.1.0"
    assert served["paths"] == specification()["paths"]
    assert "/api/v1/clients/{client}/history" in served["paths"]


@pytest.mark.proves("F6")
def test_probes_and_metrics_answer(api: Api) -> None:
    browser = api.browser()
    assert browser.call("GET", "/healthz").status_code == 200
    assert browser.call("GET", "/readyz").json["database"] == "ok"
    assert b"precisionpulse_http_requests_total" in browser.call("GET", "/metrics").get_data()
