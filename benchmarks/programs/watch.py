"""A browser's live connection without the browser: logs in, watches every client, and notes how old each reading is
when its event arrives.

Order: `api_url`, `web_url`, `ca`, `username`, `password`, `seconds`.
Answers: `watching`, then `readings` seen, `p50_ms` and `p99_ms` from the capture of a reading (its `record()`) to the
event."""

from __future__ import annotations

import threading
import time

import requests
import socketio

from benchmarks.measure import percentile
from benchmarks.programs import order
from precisionpulse_sdk import messages as pb


def main() -> None:
    wanted = order.take()
    http = requests.Session()
    http.verify, http.trust_env = wanted["ca"], False
    login = {"username": wanted["username"], "password": wanted["password"]}
    http.post(f"{wanted['api_url']}/api/v1/session", json=login, timeout=30).raise_for_status()
    options = {"origin": wanted["web_url"]}
    sockets = socketio.Client(
        http_session=http, reconnection=False, serializer="msgpack", websocket_extra_options=options
    )
    arrived: list[tuple[int, bytes]] = []
    counting = threading.Event()

    @sockets.on("frame")
    def frame(*content: object) -> None:
        now_us = time.time_ns() // 1000
        if counting.is_set() and content[1] == "live":
            body = content[3]
            assert isinstance(body, bytes)
            arrived.append((now_us, body))

    sockets.connect(wanted["api_url"], transports=["websocket"], wait_timeout=30)
    sockets.call("watch", {"clients": "*"}, timeout=30)
    order.answer(watching=True)
    order.wait_for_word()
    counting.set()
    time.sleep(wanted["seconds"])
    counting.clear()
    sockets.disconnect()
    ages_us = []
    for now_us, body in arrived:
        batch = pb.Batch.FromString(body)
        for column in batch.columns:
            at_us = batch.base_captured_us
            for delta in column.captured_delta_us:
                at_us += delta
                ages_us.append(now_us - at_us)
    order.answer(readings=len(ages_us), p50_ms=percentile(ages_us, 50) / 1000, p99_ms=percentile(ages_us, 99) / 1000)


if __name__ == "__main__":
    main()
