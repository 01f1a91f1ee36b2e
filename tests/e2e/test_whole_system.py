"""The whole system as `make run` starts it, seen from outside: database, broker, terminal."""

import os
import signal
import ssl
import threading
from pathlib import Path
from typing import Any

import paho.mqtt.client as mqtt
import psutil
import psycopg
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from precisionpulse_stack.running import RunningStack
from precisionpulse_stack.waiting import wait_until

_WAIT_S = 60
_OURS = "samples WHERE client = 'desktop-1'"


def _rows(stack: RunningStack, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(stack.state["database_url"]) as connection:
        return connection.execute(query.encode()).fetchall()


def test_scripts_find_every_part_in_stack_json(stack: RunningStack) -> None:
    state = stack.state
    assert state["ready"] is True
    assert state["web_url"].startswith("http://127.0.0.1:")
    assert state["api_url"].startswith("https://127.0.0.1:")
    assert set(state["pids"]) == {
        "stack",
        "database",
        "broker",
        "ingest",
        "web",
        "dashboard",
        "desktop",
        "link",
        "demo",
    }
    assert all(psutil.pid_exists(pid) for pid in state["pids"].values())
    for file in (state["api_ca_file"], state["broker"]["ca_file"], state["admin"]["password_file"]):
        assert Path(file).is_file()


@pytest.mark.proves("D1", "PP-TD-1")
def test_this_machines_metrics_of_all_four_types_are_in_sql(stack: RunningStack) -> None:
    columns = ("value_int", "value_double", "value_decimal", "value_bool")
    counted = ", ".join(f"count({column})" for column in columns)
    wait_until("all four types", lambda: all(_rows(stack, f"SELECT {counted} FROM samples")[0]), _WAIT_S)


@pytest.mark.proves("A6")
def test_the_broker_sees_no_metrics_name_in_clear(stack: RunningStack) -> None:
    secrets = stack.layout.secrets
    names = [name.encode() for (name,) in _rows(stack, "SELECT DISTINCT metric FROM samples")]
    assert names
    seen: list[bytes] = []
    enough = threading.Event()

    def note(client: mqtt.Client, userdata: object, message: mqtt.MQTTMessage) -> None:
        seen.append(bytes(message.payload))
        if len(seen) >= 10:
            enough.set()

    listener = mqtt.Client(CallbackAPIVersion.VERSION2, protocol=mqtt.MQTTv5)
    listener.tls_set(
        stack.state["broker"]["ca_file"],
        str(secrets / "hub.pem"),
        str(secrets / "hub.key"),
        tls_version=ssl.PROTOCOL_TLS_CLIENT,
    )
    listener.on_message = note
    listener.on_connect = lambda client, *_: client.subscribe("pp/1/main/c/+/up/#", qos=1)
    listener.connect("127.0.0.1", stack.state["ports"]["HUB_BROKER_PORT"])
    listener.loop_start()
    assert enough.wait(_WAIT_S)
    listener.disconnect()
    listener.loop_stop()
    for payload in seen:
        assert not any(name in payload for name in names)


def test_a_second_run_names_the_first_and_starts_nothing(stack: RunningStack) -> None:
    second = stack.command("run")
    assert second.returncode == 0
    assert stack.state["web_url"] in second.stdout


def test_status_lists_what_runs(stack: RunningStack) -> None:
    shown = stack.command("status").stdout
    for name in stack.state["pids"]:
        assert name in shown


@pytest.mark.proves("E1")
@pytest.mark.parametrize("part", ["ingest", "broker", "database", "desktop"])
def test_a_killed_part_comes_back_and_readings_go_on_without_a_hole(stack: RunningStack, part: str) -> None:
    before = stack.state["pids"][part]
    os.kill(before, signal.SIGKILL)
    wait_until(f"a new {part}", lambda: stack.state["pids"].get(part, before) != before, _WAIT_S)
    start = _newest_record(stack)
    wait_until("new readings", lambda: _newest_record(stack) > start + 20, _WAIT_S)
    wait_until("the missing ones", lambda: not _holes(stack), _WAIT_S)
    assert _rows(stack, "SELECT record_seq FROM samples GROUP BY client, record_seq HAVING count(*) > 1") == []


def _newest_record(stack: RunningStack) -> int:
    def ask() -> int:
        try:
            return int(_rows(stack, f"SELECT coalesce(max(record_seq), 0) FROM {_OURS}")[0][0])
        except psycopg.OperationalError:
            return -1

    wait_until("the database", lambda: ask() >= 0, _WAIT_S)
    return ask()


def _holes(stack: RunningStack) -> bool:
    """Whether a record below the newest is missing."""
    ((newest, count),) = _rows(stack, f"SELECT max(record_seq), count(DISTINCT record_seq) FROM {_OURS}")
    return bool(newest != count)
