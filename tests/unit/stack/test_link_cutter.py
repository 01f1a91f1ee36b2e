"""The link cutter: what goes through it arrives, until it is cut or stalled."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from precisionpulse_stack import ports
from precisionpulse_stack.waiting import wait_until


class Site:
    """The cutter as a process, and a listener behind it."""

    def __init__(self) -> None:
        self.listener = socket.create_server((ports.LOOPBACK, 0))
        self.listener.settimeout(10)
        self.port, self.control = ports.free_port(), ports.free_port()
        words = ("--port", self.port, "--target-port", self.listener.getsockname()[1], "--control-port", self.control)
        command = [sys.executable, "-m", "precisionpulse_stack.link_cutter", *map(str, words)]
        self.process = subprocess.Popen(command)
        wait_until("the cutter", lambda: ports.listens(self.process.pid, self.control), 20)

    def connect(self) -> tuple[socket.socket, socket.socket]:
        """Both ends of a connection through the cutter."""
        here = socket.create_connection((ports.LOOPBACK, self.port), timeout=10)
        there, _ = self.listener.accept()
        there.settimeout(10)
        return here, there

    def command(self, content: object = None, *, method: str = "PUT") -> dict[str, str]:
        request = urllib.request.Request(f"http://{ports.LOOPBACK}:{self.control}/", method=method)
        request.data = json.dumps(content).encode() if method == "PUT" else None
        with urllib.request.urlopen(request, timeout=10) as response:
            answer: dict[str, str] = json.load(response)
        return answer


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.process.terminate()
    assert site.process.wait(10) == 0
    site.listener.close()


@pytest.mark.proves("X7")
def test_an_open_link_carries_everything_both_ways_and_ends_too(site: Site) -> None:
    here, there = site.connect()
    sent = bytes(range(256)) * 4096
    here.sendall(sent)
    got = b""
    while len(got) < len(sent):
        got += there.recv(1 << 16)
    assert got == sent
    there.sendall(b"answer")
    assert here.recv(100) == b"answer"
    there.close()
    assert here.recv(100) == b""


@pytest.mark.proves("X7")
def test_a_cut_breaks_connections_and_lets_none_through_until_it_is_mended(site: Site) -> None:
    here, there = site.connect()
    answer = site.command({"state": "cut"})
    assert answer["state"] == "cut" and site.command(method="GET") == answer
    for end in (here, there):
        with contextlib.suppress(ConnectionResetError):
            assert end.recv(100) == b""
    refused = socket.create_connection((ports.LOOPBACK, site.port), timeout=10)
    with refused, contextlib.suppress(ConnectionResetError):
        assert refused.recv(100) == b""
    site.command({"state": "up"})
    here, there = site.connect()
    here.sendall(b"again")
    assert there.recv(100) == b"again"


@pytest.mark.proves("X7", "D6")
def test_a_stalled_link_tells_nobody_anything_and_loses_nothing(site: Site) -> None:
    here, there = site.connect()
    site.command({"state": "stalled"})
    here.sendall(b"held")
    there.sendall(b"held too")
    for end in (here, there):
        end.settimeout(0.5)
        with pytest.raises(TimeoutError):
            end.recv(100)
        end.settimeout(10)
    site.command({"state": "up"})
    assert there.recv(100) == b"held"
    assert here.recv(100) == b"held too"


@pytest.mark.parametrize("content", [{"state": "sideways"}, {}, [], 7])
def test_a_command_that_it_does_not_know_changes_nothing(site: Site, content: object) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        site.command(content)
    assert caught.value.code == 400
    assert site.command(method="GET")["state"] == "up"
