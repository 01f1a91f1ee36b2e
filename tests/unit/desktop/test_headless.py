from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from precisionpulse_desktop import headless, logs
from precisionpulse_desktop.__main__ import main
from precisionpulse_desktop.bootstrap import Streaming
from precisionpulse_sdk import ClientWarning, Hub, LinkChanged, LinkState, Range, RecordsRejected
from precisionpulse_sdk.client import ClientStats


@pytest.mark.proves("D1", "E3")
def test_it_streams_by_itself_until_it_is_told_to_stop(
    streaming: Streaming, hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stop, acknowledged = threading.Event(), threading.Event()
    streaming.client.subscribe(lambda _: acknowledged.set() if streaming.client.stats().acknowledged_to > 20 else None)
    runner = threading.Thread(target=headless.run, args=(streaming, stop), kwargs={"status_every_s": 0.05})
    runner.start()
    assert acknowledged.wait(20)
    stop.set()
    runner.join(20)
    assert not runner.is_alive()
    assert "streaming as bench-7 of site main" in caplog.text
    assert "online | recorded to" in caplog.text


def test_the_status_line_says_what_matters(stats: Callable[..., ClientStats]) -> None:
    said = headless.status_line(
        stats(queued=1240, last_record_seq=5000, acknowledged_to=3760, round_trip_us=1400, dropped=2), lost=1
    )
    assert said == (
        "online | recorded to 5,000 | acknowledged to 3,760 | 1,240 queued | round trip 1.4 ms"
        " | 2 dropped, 0 rejected, 1 not stored"
    )


def test_what_an_operator_would_want_to_know_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    logs.log_event(LinkChanged(LinkState.OFFLINE, "connection refused"))
    logs.log_event(RecordsRejected((Range(1, 3),), "MALFORMED", "no such metric"))
    logs.log_event(ClientWarning("the disk is slow"))
    assert [record.getMessage() for record in caplog.records] == [
        "link: offline (connection refused)",
        "the hub rejected 3 records: MALFORMED no such metric",
        "the disk is slow",
    ]


@pytest.fixture
def signals() -> Iterator[None]:
    """A program handles its process' signals; this process is pytest's, whose handlers are put back after the test."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
def test_without_an_identity_it_says_what_to_do(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert main(["--headless", "--data-dir", str(tmp_path)]) == 1
    assert "not enrolled: give --enrol-url and --enrol-code" in caplog.text


@pytest.mark.usefixtures("signals")
def test_a_damaged_identity_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "identity.json").write_text("{")
    assert main(["--headless", "--data-dir", str(tmp_path)]) == 1
    assert "identity.json" in caplog.text
