"""Configuration over REST: typed, versioned, and how far each client has come; with the real database."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from precisionpulse_backend.command_store import PostgresCommandStore
from precisionpulse_backend.connections import ThreadConnections
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica import Edit, Kind
from precisionpulse_sdk.sync.kinds import config_value_id
from precisionpulse_sdk.sync.state import ConfigScalar

from .conftest import Api, Browser

VECTORS = json.loads((Path(__file__).parents[2] / "conformance/vectors/settings.json").read_text())
PRESS = "press-7"
FOREIGN = "acme.v1.MillSettings.spindle_token"


@pytest.fixture
def press(api: Api) -> Api:
    api.store.enrol(PRESS)
    api.store.enrol("press-8")
    return api


def _put(browser: Browser, key: str, value: Any, version: int | None = None, client: str = "") -> Any:
    content = {"value": value, "version": version, "client": client}
    return browser.call("PUT", f"/api/v1/configuration/{key}", json=content)


def _show(browser: Browser) -> dict[str, Any]:
    answer = browser.call("GET", "/api/v1/configuration")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json
    return found


def _values(browser: Browser) -> dict[tuple[str, str], Any]:
    return {(value["key"], value["client"]): value["value"] for value in _show(browser)["values"]}


def _client(browser: Browser, client: str = PRESS) -> dict[str, Any]:
    (found,) = [each for each in _show(browser)["clients"] if each["client"] == client]
    return dict(found)


def _hear(api: Api, revision: int, client: str = PRESS) -> None:
    """A heartbeat of the client said that this revision is in effect."""
    room = api.web.app.extensions["live"].room(client)
    with room.lock:
        room.heartbeat = pb.Heartbeat(config_revision=revision)


@pytest.mark.proves("D5", "PP-SY-8", "W21")
def test_the_keys_come_from_the_schema_with_their_bounds(press: Api) -> None:
    keys = {key["key"]: key for key in _show(press.administrator())["keys"]}
    assert len(keys) >= 8
    for name, expected in VECTORS["keys"].items():
        assert {field: keys[name][field] for field in expected} == expected
    assert keys["interval_ms"]["default"] == "1000"
    assert keys["interval_ms"]["description"].startswith("Pause between two measurements")


@pytest.mark.proves("W21", "PP-SY-8")
@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: f"{case['key']} {case['text']!r}")
def test_a_value_is_taken_in_the_type_of_its_key_or_refused_with_the_words_of_every_side(
    press: Api, case: dict[str, Any]
) -> None:
    value = case["text"].split() if VECTORS["keys"][case["key"]]["type"] == "words" else case["text"]
    answer = _put(press.administrator(), case["key"], value)
    if "message" in case:
        assert answer.status_code == 422
        assert answer.json["errors"]["json"]["value"] == [case["message"]]
    else:
        assert answer.status_code == 200 and answer.json["value"] == case["value"]


@pytest.mark.proves("D5", "W21")
def test_a_client_s_own_value_stands_before_the_site_s_and_gives_way_when_it_is_unset(press: Api) -> None:
    browser = press.administrator()
    site = _put(browser, "interval_ms", "500").json
    own = _put(browser, "interval_ms", 250, client=PRESS).json
    assert (site["version"], own["version"]) == (1, 1)
    assert _values(browser) == {("interval_ms", ""): "500", ("interval_ms", PRESS): "250"}
    assert _put(browser, "interval_ms", 250, client="nobody").status_code == 404
    path = f"/api/v1/configuration/interval_ms?client={PRESS}&version=1"
    gone = browser.call("DELETE", path)
    assert gone.status_code == 200 and not gone.json["is_set"] and gone.json["version"] == 2
    assert browser.call("DELETE", path).status_code == 404
    assert _values(browser) == {("interval_ms", ""): "500"}
    assert _put(browser, "interval_ms", 100, client=PRESS).json["version"] == 3
    assert _show(browser)["revision"] == "4"


@pytest.mark.proves("W21")
def test_who_edits_what_somebody_else_changed_meanwhile_is_shown_it_and_overwrites_nothing(press: Api) -> None:
    first, second = press.administrator(), press.person("operator")
    assert _put(first, "interval_ms", 500).status_code == 200
    late = _put(second, "interval_ms", 700)
    assert late.status_code == 409 and late.json["code"] == "stale"
    assert late.json["current"]["value"] == "500" and late.json["current"]["changed_by"] == "admin"
    assert _values(first)["interval_ms", ""] == "500"
    assert _put(second, "interval_ms", 700, version=late.json["current"]["version"]).status_code == 200
    stale = first.call("DELETE", "/api/v1/configuration/interval_ms?version=1")
    assert stale.status_code == 409 and stale.json["current"]["value"] == "700"


@pytest.mark.proves("W22", "X4")
def test_a_right_for_one_client_changes_that_client_alone(press: Api) -> None:
    operator, viewer = press.person("operator", client=PRESS), press.person("viewer")
    assert viewer.call("GET", "/api/v1/configuration").status_code == 403
    assert _put(viewer, "interval_ms", 500).status_code == 403
    assert _put(press.administrator(), "interval_ms", 300, client="press-8").status_code == 200
    denied = _put(operator, "interval_ms", 500)
    assert denied.status_code == 403 and "config:update" in denied.json["detail"]
    assert _put(operator, "interval_ms", 500, client="press-8").status_code == 403
    assert _put(operator, "interval_ms", 500, client=PRESS).status_code == 200
    assert _values(operator) == {("interval_ms", PRESS): "500"}
    assert [each["client"] for each in _show(operator)["clients"]] == [PRESS]


@pytest.mark.proves("W21", "PP-SY-7", "PP-SY-8")
def test_keys_that_are_not_known_here_are_kept_and_secrets_never_shown(press: Api) -> None:
    browser = press.administrator()
    for key, scalar in ((FOREIGN, ConfigScalar("secret_value", "hush-hush")), ("acme.v1.S.depth", None)):
        value = scalar or ConfigScalar("int64_value", 4)
        press.replica.provide(
            [Edit(Kind.CONFIG_VALUE, config_value_id(key), {"key": key, "client": "", "value": value})]
        )
    _hear(press, 0)
    shown = json.dumps(_show(browser))
    assert "hush-hush" not in shown and FOREIGN in shown
    (secret,) = [value for value in _show(browser)["values"] if value["key"] == FOREIGN]
    assert (secret["type"], secret["value"], secret["is_set"]) == ("secret", None, True)
    answer = _put(browser, FOREIGN, "other-secret", version=1)
    assert answer.status_code == 200 and "other-secret" not in answer.get_data(as_text=True)
    assert _put(browser, "acme.v1.S.depth", "7", version=1).json["value"] == "7"
    assert _put(browser, "acme.v1.S.depth", "deep", version=2).status_code == 422
    assert _put(browser, "acme.v1.S.unheard", "deep").status_code == 422
    logged = press.execute("SELECT before, after FROM audit_log WHERE action LIKE 'config-value:%'")
    assert logged and "secret" not in json.dumps([list(row) for row in logged]).replace("secret_value", "")


@pytest.mark.proves("W21", "D5", "PP-SY-8")
def test_what_a_client_lacks_is_shown_as_reported_and_desired(press: Api) -> None:
    browser = press.administrator()
    assert _client(browser)["state"] == "applied" or _client(browser)["reported"] is None
    _put(browser, "interval_ms", 500)
    _put(browser, "interval_ms", 250, client=PRESS)
    _put(browser, "heartbeat_interval_ms", 2000, client="press-8")
    assert _client(browser)["state"] == "unknown"
    _hear(press, 0)
    behind = _client(browser)
    assert (behind["state"], behind["reported"], behind["differences"]) == ("unknown", "0", [])
    _hear(press, 1)
    assert _client(browser)["differences"] == [
        {"key": "interval_ms", "reported": "500", "is_known": True, "desired": "250"},
    ]
    _hear(press, 2)
    other = _client(browser)
    assert (other["state"], other["differences"]) == ("pending", [])
    _hear(press, 3)
    assert _client(browser)["state"] == "applied"
    browser.call("DELETE", f"/api/v1/configuration/interval_ms?client={PRESS}&version=1")
    assert _client(browser)["differences"] == [
        {"key": "interval_ms", "reported": "250", "is_known": True, "desired": "500"},
    ]
    press.replica.compact(keep=0, keep_s=0)
    (forgotten,) = _client(browser)["differences"]
    assert (forgotten["is_known"], forgotten["desired"]) == (False, "500")


@pytest.mark.proves("W21", "D5")
def test_a_client_that_says_no_is_shown_with_its_reason(press: Api) -> None:
    browser = press.administrator()
    _put(browser, "interval_ms", 500)
    _hear(press, 0)
    content = {"kind": "precisionpulse.v1.UpdateConfig", "body": {"revision": "1"}}
    issued = browser.call("POST", f"/api/v1/clients/{PRESS}/commands", json=content).json
    assert _client(browser)["state"] == "unknown"
    store = PostgresCommandStore(ThreadConnections(press.store.conninfo))
    status = pb.CommandStatus(
        id=uuid.UUID(issued["id"]).bytes, phase=pb.COMMAND_PHASE_FAILED, text="the disk is full", at_us=1
    )
    assert store.take_status(PRESS, status, time.time_ns() // 1000)
    refused = _client(browser)
    assert (refused["state"], refused["reason"]) == ("rejected", "the disk is full")
    _put(browser, "interval_ms", 600, version=1)
    assert _client(browser)["state"] == "unknown", "it said no to another revision"


@pytest.mark.proves("C7", "D5")
def test_every_change_is_in_the_audit_log_with_before_and_after(press: Api) -> None:
    browser = press.administrator()
    _put(browser, "interval_ms", 500)
    _put(browser, "interval_ms", 600, version=1)
    rows = press.execute("SELECT actor, subject, before, after FROM audit_log WHERE action = 'config-value:update'")
    assert [tuple(row) for row in rows] == [("admin", "interval_ms", {"value": 500}, {"value": 600})]
