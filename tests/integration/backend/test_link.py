"""The demonstration's link: who may cut it, and what is written down of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from precisionpulse_backend.link_cutter import LinkCutter
from precisionpulse_stack import ports
from precisionpulse_stack.waiting import wait_until

from .conftest import Api


@pytest.fixture
def cutter(api: Api) -> Iterator[subprocess.Popen[bytes]]:
    """The cutter of the link of `demo`; nobody listens behind it."""
    api.store.enrol("demo")
    api.store.enrol("other")
    control, port = ports.free_port(), ports.free_port()
    words = ("--port", port, "--target-port", 9, "--control-port", control)
    process = subprocess.Popen([sys.executable, "-m", "precisionpulse_stack.link_cutter", *map(str, words)])
    wait_until("the cutter", lambda: ports.listens(process.pid, control), 20)
    api.web.app.extensions["link_cutter"] = LinkCutter("demo", f"http://127.0.0.1:{control}/")
    yield process
    process.terminate()
    process.wait(10)


@pytest.mark.proves("X7", "C7")
def test_the_link_of_the_demonstration_is_cut_and_restored_and_both_are_written_down(
    api: Api, cutter: subprocess.Popen[bytes]
) -> None:
    operator = api.person("operator")
    for state in ("cut", "stalled", "up"):
        assert operator.call("PUT", "/api/v1/clients/demo/link", json={"state": state}).json["state"] == state
        assert operator.call("GET", "/api/v1/clients/demo/link").json["state"] == state
    rows = api.execute("SELECT before->>'state', after->>'state', subject FROM audit_log WHERE action = 'client:link'")
    assert [tuple(row) for row in rows] == [
        ("up", "cut", "demo"),
        ("cut", "stalled", "demo"),
        ("stalled", "up", "demo"),
    ]


@pytest.mark.proves("X7")
def test_it_is_there_for_that_client_alone_and_for_those_who_may_command_it(
    api: Api, cutter: subprocess.Popen[bytes]
) -> None:
    viewer = api.person("viewer")
    shown = viewer.call("GET", "/api/v1/clients").json["clients"]
    assert {client["id"]: client["link_can_be_cut"] for client in shown} == {"demo": True, "other": False}
    assert viewer.call("PUT", "/api/v1/clients/demo/link", json={"state": "cut"}).status_code == 403
    administrator = api.administrator()
    assert administrator.call("GET", "/api/v1/clients/other/link").status_code == 404
    assert administrator.call("PUT", "/api/v1/clients/demo/link", json={"state": "sideways"}).status_code == 422


@pytest.mark.proves("X7")
def test_a_cutter_that_is_gone_is_said_to_be(api: Api, cutter: subprocess.Popen[bytes]) -> None:
    cutter.kill()
    cutter.wait(10)
    assert api.administrator().call("GET", "/api/v1/clients/demo/link").status_code == 503
