"""L3: from `record()` to the event in a browser's socket, through the client's outbox, broker and web program, while
ingest commits the same readings. The readings come from four clients, each a program of its own."""

from __future__ import annotations

import time
from contextlib import ExitStack

from benchmarks import process
from benchmarks.bench import Bench
from benchmarks.measure import median
from benchmarks.result import Result, Row
from benchmarks.site import ADMINISTRATOR

SINGLES = Row("L3.1k", "record() → browser event, p99, 1,000 readings/s one by one", "ms", 25, 10, 2)
TENS = Row("L3.10k", "record() → browser event, p99, 10,000 readings/s in tens", "ms", None, 15, 2)
_CLIENTS = 4
_SETTLE_S = 1.0


def singles(bench: Bench) -> list[Result]:
    """A thousand readings a second, one a call."""
    return [_measure(bench, SINGLES, per_call=1)]


def tens(bench: Bench) -> list[Result]:
    """Ten thousand readings a second, ten a call."""
    return [_measure(bench, TENS, per_call=10)]


def _measure(bench: Bench, row: Row, *, per_call: int) -> Result:
    seconds, calls = (1.0, 48) if bench.quick else (6.0, 1000)
    stream = {"calls": calls // _CLIENTS, "per_call": per_call}
    middle, worst, late, came = [], [], [], []
    for number in range(bench.rounds):
        bench.say(f"{row.id} round {number + 1} of {bench.rounds}")
        with bench.hub(clients=_CLIENTS, ingest=1, web=True) as (hub, enrolled):
            watch = {
                "api_url": hub.addresses.api_url,
                "web_url": hub.addresses.web_url,
                "ca": str(bench.site.broker.ca_file),
                "username": ADMINISTRATOR,
                "password": bench.site.credentials.admin_password.read_text().strip(),
                "seconds": seconds,
            }
            with ExitStack() as running:
                sources = [
                    running.enter_context(
                        process.running("stream", {**stream, "directories": [str(hub.directory(one))]})
                    )
                    for one in enrolled
                ]
                watching = running.enter_context(process.running("watch", watch))
                for program in (*sources, watching):
                    program.answer()
                for source in sources:
                    source.tell("start")
                time.sleep(_SETTLE_S)
                watching.tell("count")
                seen = watching.answer()
                for source in sources:
                    source.tell("stop")
                late += [source.answer()["late_ms"] for source in sources]
        if not seen["readings"]:
            raise RuntimeError(f"{row.id}: no reading came to the browser's socket")
        came.append(seen["readings"] / seconds)
        middle.append(seen["p50_ms"])
        worst.append(seen["p99_ms"])
    note = f"p50 {median(middle):.1f} ms; {median(came):,.0f}/s came; source late by {max(late):.0f} ms at most"
    return row.measured(median(worst), note=note)
