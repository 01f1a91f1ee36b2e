"""ThingsBoard gateway's SQLite event storage: write readings, then read and delete them, as its sender does.

Its `put` returns before anything is on disk, and SQLite is left at its defaults; what it lacks besides is a number for
each record and a delete that waits for the server's commit.
Order: `directory`, `readings`. Answer: `written_per_s` until all are on disk, `drained_per_s`, `lost`."""

import json
import logging
import threading
import time
from pathlib import Path

import order
from thingsboard_gateway.storage.sqlite.sqlite_event_storage import SQLiteEventStorage


class Quiet(logging.Logger):
    """A logger with the level that ThingsBoard adds."""

    def trace(self, *_: object, **__: object) -> None:
        """Nothing is said."""


def main() -> None:
    wanted = order.take()
    count = wanted["readings"]
    directory = Path(wanted["directory"]) / "thingsboard"
    directory.mkdir()
    storage = SQLiteEventStorage({"data_file_path": f"{directory}/"}, Quiet("peer"), threading.Event())
    start_s = time.monotonic()
    for number in range(count):
        values = {"ts": time.time_ns() // 1_000_000, "values": {"temperature": 65 + number % 100 / 100}}
        storage.put(json.dumps({"deviceName": "bench-0", "deviceType": "default", "telemetry": [values]}))
    # The last ones are on disk once its queue is empty and its thread has committed what it took.
    while storage.write_queue.qsize():
        time.sleep(0.005)
    written_s = time.monotonic() - start_s
    start_s, drained = time.monotonic(), 0
    idle_since_s = start_s
    while drained < count and time.monotonic() - idle_since_s < 5:
        pack = storage.get_event_pack()
        if pack:
            drained += len(pack)
            storage.event_pack_processing_done()
            idle_since_s = time.monotonic()
        else:
            time.sleep(0.001)
    order.answer(
        written_per_s=count / written_s,
        drained_per_s=drained / (idle_since_s - start_s),
        lost=count - drained,
    )
    storage.stop()


if __name__ == "__main__":
    main()
