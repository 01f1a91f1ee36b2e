"""The peers' own figures: the two naive ones, and ThingsBoard gateway's storage."""

from __future__ import annotations

import tempfile

from benchmarks.bench import Bench
from benchmarks.measure import median
from benchmarks.peer import MissingPeerError
from benchmarks.result import Result, Row
from benchmarks.rows import naive

PAHO = Row("peer.paho", "naive paho: readings/s, one JSON and one INSERT each", "1/s", more_is_better=True)
AIOMQTT = Row("peer.aiomqtt", "naive aiomqtt: readings/s, one JSON and one INSERT each", "1/s", more_is_better=True)
WRITE = Row("peer.thingsboard.write", "ThingsBoard gateway's storage: readings/s written", "1/s", more_is_better=True)
DRAIN = Row("peer.thingsboard.drain", "ThingsBoard gateway's storage: readings/s drained", "1/s", more_is_better=True)

_NAIVE_LACKS = "no buffer, no sealing, no acknowledgement of the commit"


def measure(bench: Bench) -> list[Result]:
    """Each peer by itself."""
    return [*_naive(bench), *_thingsboard(bench)]


def _naive(bench: Bench) -> list[Result]:
    results = []
    for row, library in ((PAHO, "paho"), (AIOMQTT, "aiomqtt")):
        bench.say(f"peer: naive {library}")
        measured = naive.measure(bench, library)
        results.append(row.measured(measured.rate, note=measured.fault or _NAIVE_LACKS))
    return results


def _thingsboard(bench: Bench) -> list[Result]:
    bench.say("peer: ThingsBoard gateway's storage")
    readings = 2_000 if bench.quick else 100_000
    written, drained = [], []
    try:
        for _ in range(bench.rounds):
            with tempfile.TemporaryDirectory() as directory:
                order = {"directory": directory, "readings": readings}
                answer = bench.peers.run("thingsboard_storage", order, group="thingsboard")
            written.append(answer["written_per_s"])
            drained.append(answer["drained_per_s"])
    except MissingPeerError as error:
        return [WRITE.measured(None, note=str(error)), DRAIN.measured(None, note=str(error))]
    return [
        WRITE.measured(median(written), note="put returns before anything is on disk"),
        DRAIN.measured(median(drained), note="read and deleted at once; nothing is sent, sealed or acknowledged"),
    ]
