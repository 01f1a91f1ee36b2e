"""stack.json and the lock of a running system."""

import json
from pathlib import Path

import pytest

from precisionpulse_stack import state
from precisionpulse_stack.layout import Layout

_STATE = state.State(
    web_url="http://127.0.0.1:3000",
    api_url="https://127.0.0.1:8443",
    api_ca_file="/ca.pem",
    broker=state.Address("127.0.0.1", 8883, "/ca.pem"),
    database_url="postgresql://u:p@127.0.0.1/d",
    admin=state.Administrator("admin", "/password"),
    ports={"WEB_PORT": 3000},
)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path)
    made.make()
    return made


def test_scripts_find_what_they_need(layout: Layout) -> None:
    file = state.StateFile(layout)
    file.write(_STATE)
    file.change(ready=True, pids={"stack": 1})
    content = json.loads(layout.state_file.read_text())
    assert content["broker"] == {"host": "127.0.0.1", "port": 8883, "ca_file": "/ca.pem"}
    assert content["admin"] == {"username": "admin", "password_file": "/password"}
    assert content["pids"] == {"stack": 1}
    assert content["ready"] is True


def test_the_file_holds_a_password_and_is_closed_to_others(layout: Layout) -> None:
    state.StateFile(layout).write(_STATE)
    assert layout.state_file.stat().st_mode & 0o777 == 0o600


def test_a_run_that_was_killed_is_not_taken_for_ready(layout: Layout) -> None:
    file = state.StateFile(layout)
    file.write(_STATE)
    file.change(ready=True, pids={"stack": 1})
    state.forget_last_run(layout)
    content = state.read(layout)
    assert content is not None
    assert (content["ready"], content["pids"], content["ports"]) == (False, {}, {"WEB_PORT": 3000})


def test_a_damaged_file_counts_as_none(layout: Layout) -> None:
    layout.state_file.write_text("{")
    assert state.read(layout) is None


def test_one_checkout_runs_once(layout: Layout) -> None:
    with state.only_one(layout) as first, state.only_one(layout) as second:
        assert first
        assert not second
        assert state.is_running(layout)
    assert not state.is_running(layout)
