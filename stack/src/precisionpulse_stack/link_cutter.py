"""`python -m precisionpulse_stack.link_cutter`: a TCP proxy that can cut or stall what goes through it, on command.

A client whose way to the broker leads through here can be taken off the link for a demonstration, and put back on.
Commands come by HTTP on the loopback interface: `GET /` tells the state, `PUT /` with `{"state": "cut"}` changes it.
"""

import argparse
import asyncio
import contextlib
import enum
import json
import signal
import threading
import time
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from precisionpulse_stack.ports import LOOPBACK

_CHUNK = 1 << 16
_MAX_COMMAND_BYTES = 1024


class LinkState(enum.Enum):
    """What happens to connections. `CUT`: they break, and none is made. `STALLED`: nothing gets through, and nobody is
    told."""

    UP = "up"
    CUT = "cut"
    STALLED = "stalled"


class Link:
    """The connections to one target, (host, port), and what happens to them. Lives on one event loop."""

    def __init__(self, target: tuple[str, int]) -> None:
        self.state = LinkState.UP
        self.since_us = time.time_ns() // 1000
        self._target = target
        self._flows = asyncio.Event()
        self._flows.set()
        self._ends: set[asyncio.StreamWriter] = set()

    def become(self, state: LinkState) -> None:
        """Change the state; the same one again changes nothing."""
        if state is self.state:
            return
        self.state, self.since_us = state, time.time_ns() // 1000
        if state is LinkState.STALLED:
            self._flows.clear()
        else:
            self._flows.set()
        if state is LinkState.CUT:
            for end in self._ends:
                end.transport.abort()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one client's connection to the target until either side ends it."""
        ends = {writer}
        try:
            await self._flows.wait()
            if self.state is LinkState.CUT:
                return
            there, to_there = await asyncio.open_connection(*self._target)
            ends.add(to_there)
            self._ends |= ends
            pumps = [
                asyncio.ensure_future(self._pump(reader, to_there)),
                asyncio.ensure_future(self._pump(there, writer)),
            ]
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
            for pump in pumps:
                pump.cancel()
        except OSError:
            pass  # The target is away: so is the link.
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            chunk = b"-"
            while chunk:
                chunk = await source.read(_CHUNK)
                await self._flows.wait()  # An end waits too: nobody hears of anything through a stalled link.
                sink.write(chunk)
                await sink.drain()


def control_server(link: Link, loop: asyncio.AbstractEventLoop, port: int) -> ThreadingHTTPServer:
    """Serves commands for `link`, which lives on `loop`. Another origin's page can't send any: PUT needs our leave."""

    class Control(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_PUT(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), _MAX_COMMAND_BYTES)
            try:
                state = LinkState(json.loads(self.rfile.read(length))["state"])
            except (ValueError, KeyError, TypeError):
                self.send_error(HTTPStatus.BAD_REQUEST, 'Send {"state": "up"}, "cut" or "stalled"')
                return
            asyncio.run_coroutine_threadsafe(self._become(state), loop).result()
            self._answer()

        async def _become(self, state: LinkState) -> None:
            link.become(state)

        def _answer(self) -> None:
            content = json.dumps({"state": link.state.value, "since_us": str(link.since_us)}).encode()
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:
            pass  # Who asks for the state each second says nothing new.

    return ThreadingHTTPServer((LOOPBACK, port), Control)


async def serve(port: int, target: tuple[str, int], control_port: int, stopping: asyncio.Event) -> None:
    """Listen on both ports of the loopback interface until `stopping`."""
    link = Link(target)
    server = await asyncio.start_server(link.carry, LOOPBACK, port)
    control = control_server(link, asyncio.get_running_loop(), control_port)
    threading.Thread(target=control.serve_forever, name="control", daemon=True).start()
    await stopping.wait()
    server.close()
    control.shutdown()


def main(argv: Sequence[str] | None = None) -> int:
    """Runs until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="link_cutter", description="A TCP proxy that can cut or stall.")
    parser.add_argument("--port", type=int, required=True, help="where clients connect")
    parser.add_argument("--target-host", default=LOOPBACK)
    parser.add_argument("--target-port", type=int, required=True)
    parser.add_argument("--control-port", type=int, required=True, help="where commands are taken")
    given = parser.parse_args(argv)

    async def run() -> None:
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopping.set)
        await serve(given.port, (given.target_host, given.target_port), given.control_port, stopping)

    asyncio.run(run())
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
