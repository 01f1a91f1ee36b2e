"""The audit log, conflicts and refusals over REST: searched by the hub, a page at a time, and never a secret."""

from __future__ import annotations

import csv
import io
import json
import uuid
from typing import Any

import pytest
from sqlalchemy import event

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.replica.audit_words import INDEX
from precisionpulse_sdk.replica.passwords import hash_password
from precisionpulse_sdk.sync import clock
from precisionpulse_sdk.sync.change import Change, to_message
from precisionpulse_sdk.sync.clock import HybridTime

from .conftest import Api, Browser

HASH = hash_password("another fine long password")


def _entries(browser: Browser, query: str = "") -> list[dict[str, Any]]:
    answer = browser.call("GET", f"/api/v1/audit?{query}")
    assert answer.status_code == 200, answer.json
    found: list[dict[str, Any]] = answer.json["entries"]
    return found


def _export(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.call("GET", f"/api/v1/audit.csv?{query}")
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))


def _change(actor: uuid.UUID, user: uuid.UUID, base: int, at_us: int, **values: object) -> pb.Change:
    change = Change(uuid.uuid4(), Kind.USER, user, 1, base, HybridTime(at_us, 0, "desktop-1"), actor, values)
    message = to_message(change)
    message.at.CopyFrom(clock.to_message(change.at))
    return message


@pytest.fixture
def changed(api: Api) -> Browser:
    """An administrator of a site where several people did several things."""
    api.store.enrol("press-7")
    browser = api.administrator()
    for value in (500, 600):
        version = None if value == 500 else 1
        content = {"value": value, "version": version}
        assert browser.call("PUT", "/api/v1/configuration/interval_ms", json=content).status_code == 200
    api.make_user("=cmd()", "viewer")
    api.replica.provide([Edit(Kind.USER, uuid.uuid4(), {"username": "carol", "password_hash": HASH, "enabled": True})])
    assert browser.call("POST", "/api/v1/clients/press-7/revoke").status_code == 204
    return browser


@pytest.mark.proves("C7", "W24")
def test_rows_are_found_by_who_what_and_whom_and_by_any_word(changed: Browser) -> None:
    assert {entry["actor"] for entry in _entries(changed, "actor=ADMIN")} == {"admin"}
    assert [entry["action"] for entry in _entries(changed, "action=config-value")] == [
        "config-value:update",
        "config-value:create",
    ]
    assert [entry["subject"] for entry in _entries(changed, "subject=press")] == ["press-7"]
    (update,) = _entries(changed, "search=600")
    assert (update["before"], update["after"]) == ({"value": 500}, {"value": 600})
    assert _entries(changed, "search=%25") == [] and _entries(changed, "actor=adm_n") == []
    moment = int(update["at_us"])
    assert update in _entries(changed, f"from_us={moment}&to_us={moment + 1}")
    assert update not in _entries(changed, f"from_us={moment + 1}")
    assert update not in _entries(changed, f"to_us={moment}")
    assert changed.call("GET", "/api/v1/audit?from_us=soon").status_code == 422


_MANY = """
INSERT INTO audit_log (at, actor, address, action, subject, before, after)
SELECT now(), 'user-' || n % 50, '192.0.2.' || n % 250, 'session:begin', 'client-' || n, NULL,
    jsonb_build_object('n', n)
FROM generate_series(1, 200000) n
"""


@pytest.mark.proves("C7")
def test_among_200000_rows_what_is_rare_is_found_by_the_index_and_what_is_common_from_the_newest_on(api: Api) -> None:
    api.execute(_MANY)
    api.execute("ANALYZE audit_log")
    browser = api.administrator()
    asked: list[tuple[str, Any]] = []

    @event.listens_for(api.engine, "before_cursor_execute")
    def hear(_: object, __: object, statement: str, parameters: Any, *rest: object) -> None:
        if "FROM audit_log" in statement:
            asked.append((statement, parameters))

    def plan(query: str, found: int) -> str:
        assert len(_entries(browser, query)) == found
        with api.engine.connect() as connection:
            statement, parameters = asked.pop()
            return "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}", parameters))

    for query in ("search=LIENT-123456", "subject=client-123456", "search=%22n%22: 123456", "actor=nobody-there"):
        assert INDEX in plan(query, 0 if "nobody" in query else 1), query
    for query in ("", "search=session:", "action=session"):
        assert "audit_log_pkey" in plan(query, 100), query


@pytest.mark.proves("C7")
def test_pages_follow_each_other_without_a_gap_while_rows_are_added(changed: Browser) -> None:
    everything = [entry["id"] for entry in _entries(changed, "limit=500")]
    seen: list[str] = []
    before = ""
    while True:
        page = changed.call("GET", f"/api/v1/audit?limit=5{before}").json
        seen += [entry["id"] for entry in page["entries"]]
        if page["next"] is None:
            break
        changed.call("PUT", "/api/v1/configuration/interval_ms", json={"value": 700, "version": 2})
        before = f"&before={page['next']}"
    assert seen == everything and len(everything) > 10


@pytest.mark.proves("C7", "W24", "PP-SY-7")
def test_the_export_has_the_same_rows_no_formula_and_no_secret(changed: Browser) -> None:
    rows = _export(changed, "action=config-value")
    assert [json.loads(row["after"])["value"] for row in rows] == [600, 500]
    whole = _export(changed)
    (odd,) = [row for row in whole if row["action"] == "user:create" and "cmd" in row["subject"]]
    assert odd["subject"] == "'=cmd()"
    text = json.dumps([whole, _entries(changed, "limit=500")])
    assert "argon2" not in text and "password_hash" not in text and '"password"' in text.replace("\\", "")
    (told,) = _entries(changed, "action=audit:export&search=config-value")
    assert told["actor"] == "admin"


@pytest.mark.proves("C7", "PP-SY-6", "X4")
def test_the_logs_take_their_permissions_for_all_clients(api: Api) -> None:
    for browser in (api.person("operator"), api.person("administrator", client="press-7")):
        for path in ("audit", "audit.csv", "conflicts", "refusals"):
            assert browser.call("GET", f"/api/v1/{path}").status_code == 403


@pytest.mark.proves("PP-SY-6", "PP-SY-4", "PP-SY-7", "C5")
def test_what_lost_and_what_was_refused_is_shown_with_who_and_why_and_of_a_password_only_its_name(api: Api) -> None:
    browser = api.administrator()
    (row,) = api.execute("SELECT id FROM users WHERE username = 'admin'")
    admin, viewer = row.id, api.make_user("vera", "viewer")
    user = api.make_user("walter", "viewer")
    now_us = api.execute("SELECT (extract(epoch FROM now()) * 1000000)::bigint AS us")[0].us
    edits = [Edit(Kind.USER, user, {"display_name": "Walter here", "password_hash": HASH})]
    api.replica.edit(edits, actor=admin)
    older = _change(
        admin, user, 1, now_us - 60_000_000, display_name="Walter there", password_hash=hash_password("x" * 20)
    )
    foul = _change(viewer, admin, 1, now_us, enabled=False)
    api.replica.judge("desktop-1", [older, foul])

    conflicts = browser.call("GET", "/api/v1/conflicts").json["conflicts"]
    by_field = {conflict["field"]: conflict for conflict in conflicts}
    lost = by_field["display_name"]
    assert (lost["losing"]["value"], lost["winning"]["value"]) == ("Walter there", "Walter here")
    assert (lost["losing"]["node"], lost["winning"]["node"], lost["losing"]["actor"]) == ("desktop-1", "hub", "admin")
    assert by_field["password"]["losing"]["value"] is None and by_field["password"]["winning"]["value"] is None

    (refusal,) = browser.call("GET", "/api/v1/refusals").json["refusals"]
    assert (refusal["client"], refusal["actor"], refusal["code"]) == ("desktop-1", "vera", "FORBIDDEN")
    assert refusal["text"] and refusal["wanted"]["enabled"] is False and refusal["subject"] == "admin"
    text = json.dumps([conflicts, refusal])
    assert "argon2" not in text and "password_hash" not in text
    page = browser.call("GET", "/api/v1/conflicts?limit=1").json
    assert len(page["conflicts"]) == 1 and page["next"] == page["conflicts"][0]["id"]
