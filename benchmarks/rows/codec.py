"""Packing and sealing alone, beside a Sparkplug B codec with the same readings: encode, decode, size."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

from benchmarks import workload
from benchmarks.bench import Bench
from benchmarks.peer import MissingPeerError
from benchmarks.result import Result, Row
from precisionpulse_sdk import batches, channels, frame
from precisionpulse_sdk import messages as pb

ENCODE = Row("codec.encode", "samples/s from rows to sealed frames, 100 a frame", "1/s", more_is_better=True)
DECODE = Row("codec.decode", "samples/s from sealed frames to checked batches", "1/s", more_is_better=True)
THEIR_ENCODE = Row("peer.sparkplug.encode", "Sparkplug B (pysparkplug): samples/s encoded", "1/s", more_is_better=True)
THEIR_DECODE = Row("peer.sparkplug.decode", "Sparkplug B (pysparkplug): samples/s decoded", "1/s", more_is_better=True)
THEIR_SIZE = Row("peer.sparkplug.size", "Sparkplug B (pysparkplug): bytes a sample, payload", "B")

_SAMPLES = 100
_INSTALL = bytes(16)


def measure(bench: Bench) -> list[Result]:
    """Ours and theirs, one after the other."""
    bench.say("codec: pack, seal, open, check; and Sparkplug B")
    seconds = 0.2 if bench.quick else 2.0
    pool = [workload.rows(_SAMPLES, start_us=1_800_000_000_000_000, seed=seed) for seed in range(64)]
    sealer = frame.Sealer(os.urandom(32), 1, "up", 1, os.urandom(16))
    topic = channels.topic_of(channels.LIVE, "main", "bench-0")
    catalogue = batches.catalogue_of(workload.METRICS, _INSTALL)
    content = batches.open_catalogue(catalogue)

    def encode(at: int) -> bytes:
        batch = batches.pack(pool[at % 64], workload.TYPES, install_id=_INSTALL, catalogue_id=catalogue.id)
        return sealer.seal(channels.LIVE, topic, batch, sent_us=1)

    def decode(at: int) -> None:
        envelope = frame.read_envelope(topic, sealed[at % 64], max_frame_bytes=1 << 20)
        body = frame.unseal(envelope, topic, sealer.master_key, max_message_bytes=1 << 22)
        message = frame.parse_message(envelope.channel, body)
        assert isinstance(message, pb.Batch)
        batches.check(message, content, max_records=5000)

    sealed = [encode(at) for at in range(64)]
    results = [
        ENCODE.measured(_SAMPLES * _per_second(encode, seconds)),
        DECODE.measured(_SAMPLES * _per_second(decode, seconds)),
    ]
    readings = [[[row.metric_id, row.captured_us, row.value] for row in rows] for rows in pool]
    try:
        theirs = bench.peers.run("sparkplug_codec", {"readings": readings, "seconds": seconds}, group="sparkplug")
    except MissingPeerError as error:
        return [*results, THEIR_ENCODE.measured(None, note=str(error))]
    lacks = "unsealed, no record numbers, times in ms"
    return [
        *results,
        THEIR_ENCODE.measured(theirs["encoded_per_s"], note=lacks),
        THEIR_DECODE.measured(theirs["decoded_per_s"], note=lacks),
        THEIR_SIZE.measured(theirs["bytes_per_sample"], note=lacks),
    ]


def _per_second(work: Callable[[int], object], seconds: float) -> float:
    done, start_s = 0, time.perf_counter()
    while (spent_s := time.perf_counter() - start_s) < seconds:
        work(done)
        done += 1
    return done / spent_s
