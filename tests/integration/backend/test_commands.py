"""Commands at the hub: issued once, kept, sent, answered, seen; with the real database, and with real programs."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests
import socketio

from precisionpulse_backend.command_store import PostgresCommandStore
from precisionpulse_backend.connections import ThreadConnections
from precisionpulse_sdk import Client, RunningCommand
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.enrolment import enrol

from .conftest import Api, Browser, Site

PRESS = "press-7"
SET_INTERVAL = {"kind": "precisionpulse.v1.SetInterval", "body": {"metric": "cpu", "interval_ms": 250}}
PING = {"kind": "precisionpulse.v1.Ping"}
_WAIT_S = 60


@pytest.fixture
def press(api: Api) -> Api:
    api.store.enrol(PRESS)
    return api


@pytest.fixture
def commands(press: Api) -> PostgresCommandStore:
    """A coordinator's view of the same commands."""
    return PostgresCommandStore(ThreadConnections(press.store.conninfo))


def _issue(browser: Browser, content: dict[str, Any], key: str = "", client: str = PRESS) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return browser.call("POST", f"/api/v1/clients/{client}/commands", json=content, headers=headers)


def _one(browser: Browser, command_id: str) -> dict[str, Any]:
    found: dict[str, Any] = browser.call("GET", f"/api/v1/clients/{PRESS}/commands/{command_id}").json
    return found


def _now_us() -> int:
    return time.time_ns() // 1000


def _status(command_id: str, phase: int, **fields: Any) -> pb.CommandStatus:
    status = pb.CommandStatus(id=uuid.UUID(command_id).bytes, at_us=1, **fields)
    status.phase = phase  # type: ignore[assignment]
    return status


@pytest.mark.proves("D4", "W20")
def test_a_double_click_makes_one_command_also_at_the_same_moment(press: Api) -> None:
    browsers = [press.administrator() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda browser: _issue(browser, SET_INTERVAL, "click-1"), browsers))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]
    assert len({answer.json["id"] for answer in answers}) == 1
    other = _issue(browsers[0], PING, "click-1")
    assert other.status_code == 409 and "Idempotency-Key" in other.json["detail"]
    assert uuid.UUID(answers[0].json["id"]).version == 7


@pytest.mark.proves("D4", "W22", "X4")
def test_sending_takes_the_permission_that_the_schema_names_for_the_kind_and_the_client(press: Api) -> None:
    press.store.enrol("press-8")
    viewer, operator = press.person("viewer"), press.person("operator", client=PRESS)
    denied = _issue(viewer, PING)
    assert denied.status_code == 403 and "client:command" in denied.json["detail"]
    assert _issue(operator, PING).status_code == 201
    assert _issue(operator, PING, client="press-8").status_code == 404
    assert _issue(press.administrator(), PING, client="nobody").status_code == 404
    issued = _issue(operator, SET_INTERVAL).json
    assert viewer.call("POST", f"/api/v1/clients/{PRESS}/commands/{issued['id']}/cancel").status_code == 403
    assert viewer.call("GET", f"/api/v1/clients/{PRESS}/commands").json["commands"][0]["id"] == issued["id"]


@pytest.mark.proves("D4", "PP-CM-3")
@pytest.mark.parametrize(
    ("content", "word"),
    [
        ({"kind": "precisionpulse.v1.Hello"}, "kind"),
        ({"kind": "precisionpulse.v1.SetInterval", "body": {"interval_ms": 5}}, "at least 10"),
        ({"kind": "precisionpulse.v1.SetInterval", "body": {"interval_ms": 86_400_001}}, "at most 86400000"),
        ({"kind": "precisionpulse.v1.SetInterval", "body": {"interval_ms": "soon"}}, "interval_ms"),
        ({"kind": "precisionpulse.v1.SetInterval", "body": {"speed": 1}}, "speed"),
    ],
)
def test_what_the_schema_does_not_accept_is_refused_with_a_reason(
    press: Api, content: dict[str, Any], word: str
) -> None:
    answer = _issue(press.administrator(), content)
    assert answer.status_code == 422
    assert word in json.dumps(answer.json)


@pytest.mark.proves("PP-CM-3")
def test_the_kinds_come_from_the_schema_with_their_fields(press: Api) -> None:
    kinds = {kind["kind"]: kind for kind in press.administrator().call("GET", "/api/v1/command-kinds").json["kinds"]}
    assert len(kinds) >= 7 and kinds["precisionpulse.v1.Ping"]["lifetime_s"] == 60
    (metric, interval) = kinds["precisionpulse.v1.SetInterval"]["fields"]
    assert metric["type"] == "text"
    assert interval == {
        "name": "interval_ms",
        "label": "Interval",
        "type": "integer",
        "unit": "ms",
        "minimum": "10",
        "maximum": "86400000",
        "choices": [],
        "optional": False,
        "repeated": False,
    }


@pytest.mark.proves("D4", "C7", "PP-CM-1")
def test_a_command_s_life_is_kept_with_its_times_and_its_outcome_audited(
    press: Api, commands: PostgresCommandStore
) -> None:
    browser = press.administrator()
    issued = _issue(browser, SET_INTERVAL).json
    assert issued["state"] == "queued" and issued["body"] == SET_INTERVAL["body"] and issued["actor"] == "admin"
    (due,) = commands.due({PRESS: 1}, _now_us())
    assert isinstance(due.message, pb.Command) and due.message.actor == "admin"
    sent = pb.SetInterval()
    assert due.message.body.Unpack(sent) and (sent.metric, sent.interval_ms) == ("cpu", 250)
    assert commands.due({PRESS: 1}, _now_us()) == []
    assert len(commands.due({PRESS: 2}, _now_us())) == 1, "a new epoch gets it at once"
    assert len(commands.due({PRESS: 2}, _now_us() + 11_000_000)) == 1, "one that nobody answers is sent again"
    for phase in (pb.COMMAND_PHASE_RECEIVED, pb.COMMAND_PHASE_ACCEPTED):
        assert commands.take_status(PRESS, _status(issued["id"], phase), _now_us())
    assert commands.take_status(PRESS, _status(issued["id"], pb.COMMAND_PHASE_PROGRESS, progress=0.5), _now_us())
    assert _one(browser, issued["id"])["progress"] == 0.5
    done = _status(issued["id"], pb.COMMAND_PHASE_SUCCEEDED)
    done.result.Pack(pb.Diagnostics(versions={"sdk": "1"}))
    assert not commands.take_status("press-8", done, _now_us()), "another client's word counts for nothing"
    assert commands.take_status(PRESS, done, _now_us())
    late = _status(issued["id"], pb.COMMAND_PHASE_FAILED)
    assert not commands.take_status(PRESS, late, _now_us()) and not commands.take_status(PRESS, done, _now_us())
    view = _one(browser, issued["id"])
    assert view["state"] == "done" and view["result"]["versions"] == {"sdk": "1"}
    assert [step["state"] for step in view["steps"]] == ["queued", "sent", "received", "running", "done"]
    audited = press.execute("SELECT action, actor, subject, after FROM audit_log WHERE action LIKE 'command:%'")
    assert [(row.action, row.actor, row.subject) for row in audited] == [
        ("command:issue", "admin", PRESS),
        ("command:outcome", "admin", PRESS),
    ]
    assert audited[1].after["state"] == "done"


@pytest.mark.proves("D4", "W20")
def test_a_command_is_cancelled_while_it_waits_and_not_once_it_runs(press: Api, commands: PostgresCommandStore) -> None:
    browser = press.administrator()
    waits, received, runs = (_issue(browser, SET_INTERVAL).json["id"] for _ in range(3))

    def cancel(command_id: str) -> Any:
        return browser.call("POST", f"/api/v1/clients/{PRESS}/commands/{command_id}/cancel")

    assert cancel(waits).json["state"] == "cancelled"
    assert len(commands.due({PRESS: 1}, _now_us())) == 2
    commands.take_status(PRESS, _status(received, pb.COMMAND_PHASE_RECEIVED), _now_us())
    commands.take_status(PRESS, _status(runs, pb.COMMAND_PHASE_ACCEPTED), _now_us())
    assert cancel(received).json["withdrawn_by"] == "admin"
    (withdrawal,) = commands.due({PRESS: 1}, _now_us())
    assert withdrawal.message == pb.CommandCancel(id=uuid.UUID(received).bytes, actor="admin")
    assert commands.take_status(PRESS, _status(received, pb.COMMAND_PHASE_CANCELLED), _now_us())
    refused = cancel(runs)
    assert refused.status_code == 409 and "begun" in refused.json["detail"]
    assert cancel(waits).status_code == 409


@pytest.mark.proves("D4", "PP-CM-2", "W20")
def test_a_command_expires_unsent_times_out_unanswered_and_a_late_answer_still_counts(
    press: Api, commands: PostgresCommandStore
) -> None:
    browser = press.administrator()
    sent = _issue(browser, {**PING, "lifetime_s": 1}).json["id"]
    commands.due({PRESS: 1}, _now_us())
    unsent = _issue(browser, {**PING, "lifetime_s": 1}).json["id"]
    later_us = _now_us() + 2_000_000
    assert commands.due({PRESS: 2}, later_us)[0].message.id == uuid.UUID(sent).bytes
    assert commands.expire(later_us) == [(PRESS, uuid.UUID(unsent).bytes)]
    assert _one(browser, unsent)["state"] == "expired"
    assert commands.expire(later_us + 60_000_000) == [(PRESS, uuid.UUID(sent).bytes)]
    assert _one(browser, sent)["state"] == "timed_out"
    assert commands.take_status(PRESS, _status(sent, pb.COMMAND_PHASE_SUCCEEDED), later_us)
    assert _one(browser, sent)["state"] == "done"


@pytest.mark.proves("D4", "F4")
def test_two_coordinators_never_send_the_same_command_at_once(press: Api) -> None:
    browser = press.administrator()
    ids = {_issue(browser, PING).json["id"] for _ in range(20)}
    stores = [PostgresCommandStore(ThreadConnections(press.store.conninfo)) for _ in range(2)]
    together = threading.Barrier(2)

    def take(store: PostgresCommandStore) -> list[str]:
        together.wait()
        return [str(uuid.UUID(bytes=due.message.id)) for due in store.due({PRESS: 1}, _now_us())]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(take, stores)
    assert set(first).isdisjoint(second)
    assert {*first, *second, *take_rest(stores[0])} == ids


def take_rest(store: PostgresCommandStore) -> list[str]:
    return [str(uuid.UUID(bytes=due.message.id)) for due in store.due({PRESS: 1}, _now_us())]


# With real programs


def _post(site: Site, browser: requests.Session, client: str, content: dict[str, Any]) -> str:
    answer = browser.post(f"{site.api_url}/api/v1/clients/{client}/commands", json=content)
    assert answer.status_code == 201, answer.text
    command_id: str = answer.json()["id"]
    return command_id


def _look(site: Site, browser: requests.Session, client: str, command_id: str) -> dict[str, Any]:
    found: dict[str, Any] = browser.get(f"{site.api_url}/api/v1/clients/{client}/commands/{command_id}").json()
    return found


def _wait_for(site: Site, browser: requests.Session, client: str, command_id: str, state: str) -> dict[str, Any]:
    site.wait_until(lambda: _look(site, browser, client, command_id)["state"] == state, f"the command is {state}")
    return _look(site, browser, client, command_id)


@contextmanager
def _watching(site: Site, browser: requests.Session) -> Iterator[list[str]]:
    """The ids of the commands whose change a page was told of."""
    seen: list[str] = []
    socket = socketio.Client(http_session=site.browser(), reconnection=False, serializer="msgpack")

    def frame(client: str, channel: str, seq: int, body: bytes, received_us: int) -> None:
        if channel == "command-changed":
            seen.append(str(uuid.UUID(bytes=pb.CommandChanged.FromString(body).command_id)))

    socket.on("frame", frame)
    cookie = "; ".join(f"{item.name}={item.value}" for item in browser.cookies)
    socket.connect(site.api_url, headers={"Cookie": cookie}, transports=["websocket"])
    socket.call("watch", {"clients": "*", "since": {}}, timeout=_WAIT_S)
    try:
        yield seen
    finally:
        socket.disconnect()


@pytest.mark.proves("D4", "C7", "PP-CM-1", "PP-CM-3")
def test_a_command_reaches_a_program_runs_and_its_result_is_seen(site: Site, client_name: str, tmp_path: Path) -> None:
    site.start("ingest", "web")
    enrol(site.api_url, site.run("issue-code", "--client", client_name), tmp_path)
    browser = site.administrator()
    with Client.open(tmp_path) as client, _watching(site, browser) as seen:

        def diagnose(command: RunningCommand[pb.CollectDiagnostics]) -> pb.Diagnostics:
            command.progress(0.5, "half")
            return pb.Diagnostics(versions={"asked by": command.actor})

        client.on_command(pb.CollectDiagnostics, diagnose)
        command_id = _post(site, browser, client_name, {"kind": "precisionpulse.v1.CollectDiagnostics"})
        view = _wait_for(site, browser, client_name, command_id, "done")
        assert view["result"]["versions"] == {"asked by": "admin"}
        site.wait_until(lambda: seen.count(command_id) >= 4, "the page is told of every step")
        ping = _post(site, browser, client_name, PING)
        _wait_for(site, browser, client_name, ping, "done")
        sync = _post(site, browser, client_name, {"kind": "precisionpulse.v1.ForceSync"})
        _wait_for(site, browser, client_name, sync, "done")
        unknown = _post(site, browser, client_name, SET_INTERVAL)
        assert _wait_for(site, browser, client_name, unknown, "refused")["code"] == "UNSUPPORTED"


@pytest.mark.timeout(300)  # five programs start, one after the other
@pytest.mark.proves("D4", "PP-CM-1", "PP-CM-2")
def test_a_command_for_an_offline_client_runs_once_when_it_returns_whatever_restarts_meanwhile(
    site: Site, client_name: str, tmp_path: Path
) -> None:
    site.start("ingest", "web")
    enrol(site.api_url, site.run("issue-code", "--client", client_name), tmp_path)
    browser = site.administrator()
    waits = _post(site, browser, client_name, SET_INTERVAL)
    expires = _post(site, browser, client_name, {**SET_INTERVAL, "lifetime_s": 1})
    site.kill("ingest")
    site.stop("web")
    site.start("ingest", "web")
    browser = site.administrator()
    _wait_for(site, browser, client_name, expires, "expired")
    ran: list[int] = []
    for begins in ("the first run", "another run"):
        with Client.open(tmp_path) as client:
            client.on_command(pb.SetInterval, lambda command: ran.append(command.body.interval_ms))
            _wait_for(site, browser, client_name, waits, "done")
            if begins == "the first run":
                site.kill("ingest")
                site.start("ingest")
            _wait_for(site, browser, client_name, _post(site, browser, client_name, PING), "done")
    assert ran == [250]


# A program that notes each run in the file `ran`; with the word "mute" it has nothing that runs the command, with
# "hang" it never ends.
_PROGRAM = """
import sys, threading
from pathlib import Path
from precisionpulse_sdk import Client
from precisionpulse_sdk import messages as pb

place, manner = Path(sys.argv[1]), sys.argv[2]

def run(command):
    with (place / "ran").open("a") as file:
        file.write(f"{command.body.interval_ms}\\n")
    if manner == "hang":
        threading.Event().wait()

with Client.open(place) as client:
    if manner != "mute":
        client.on_command(pb.SetInterval, run)
    sys.stdin.read()
"""


@contextmanager
def _program(place: Path, manner: str) -> Iterator[subprocess.Popen[bytes]]:
    """A client in a process of its own, killed at the end."""
    process = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(place), manner], stdin=subprocess.PIPE)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.timeout(300)  # five programs start, one after the other
@pytest.mark.proves("D4", "PP-CM-1", "PP-CM-2")
def test_a_client_that_is_killed_with_a_command_runs_it_once_and_tells_of_one_that_it_was_killed_in(
    site: Site, client_name: str, tmp_path: Path
) -> None:
    site.start("ingest", "web")
    enrol(site.api_url, site.run("issue-code", "--client", client_name), tmp_path)
    browser = site.administrator()
    stored = _post(site, browser, client_name, SET_INTERVAL)
    with _program(tmp_path, "mute"):
        _wait_for(site, browser, client_name, stored, "received")
    site.kill("ingest")
    site.start("ingest")
    with _program(tmp_path, "hang"):
        _wait_for(site, browser, client_name, stored, "running")
    with _program(tmp_path, "prompt"):
        told = _wait_for(site, browser, client_name, stored, "failed")
        assert told["code"] == "INTERRUPTED"
        again = _post(site, browser, client_name, SET_INTERVAL)
        _wait_for(site, browser, client_name, again, "done")
    assert (tmp_path / "ran").read_text() == "250\n250\n", "each of the two commands began once"
