"""A desktop dies with a hundred thousand readings queued. Started again it delivers each exactly once, and the
dashboard says so while it happens. All programs are real; the way to the broker is narrow: there is time to look."""

from __future__ import annotations

import dataclasses
import os
import re
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from playwright.sync_api import Page, expect

from precisionpulse_desktop.sources.generator import GeneratorSource
from precisionpulse_sdk import Client
from precisionpulse_sdk.enrolment import enrol
from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.values import Sample, Value
from precisionpulse_stack import leash
from precisionpulse_stack.running import RunningStack
from precisionpulse_stack.waiting import wait_until
from tests.chaos.link import Link

from .test_dashboard_on_the_stack import ticker  # noqa: F401 - a fixture

CLIENT = "furnace"
QUEUED = 100_000
_PER_CALL = 5_000
_INTERVAL_MS = 200
_BYTES_PER_S = 100_000
_HALF_BYTES = 180_000
"""What some half of the readings take on the wire."""
_MEANWHILE = 1_000
"""More readings than the desktop takes between two heartbeats."""
_WAIT_S = 45.0
_WATCH = """() => {
  const waiting = document.querySelector('[data-testid=client-waiting]');
  const cells = [...document.querySelectorAll('[data-testid^="cell-furnace-"][data-part=cell]')];
  window.said = [];
  window.drawn = [];
  const look = () => {
    if (window.said.at(-1) !== waiting.textContent) window.said.push(waiting.textContent);
  };
  new MutationObserver(look).observe(waiting, {childList: true, characterData: true, subtree: true});
  for (const cell of cells)
    new MutationObserver(() => window.drawn.push(Number(cell.dataset.seq)))
      .observe(cell, {attributes: true, attributeFilter: ['data-seq']});
}"""
_CODE = """async client => {
  const session = await (await fetch('/api/v1/session')).json();
  const answer = await fetch('/api/v1/enrolment-codes', {
    method: 'POST',
    headers: {'Content-Type': 'application/json', 'X-CSRF-Token': session.csrf_token},
    body: JSON.stringify({client}),
  });
  return (await answer.json()).code;
}"""


class Desktop:
    """The desktop program without a window, with made-up readings of every type and extreme."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def outbox(self) -> Path:
        return self.directory / "outbox.sqlite3"

    def start(self) -> None:
        """Starts the program. Returns at once."""
        options = ["--headless", "--data-dir", self.directory, "--source", "generator", "--interval-ms", _INTERVAL_MS]
        command = [sys.executable, "-m", "precisionpulse_desktop", *map(str, options)]
        with (self.directory / "said").open("ab") as output:
            self._process = leash.spawn(command, environment=os.environ, output=output)

    def kill(self) -> None:
        """Kill -9, as a power cut would."""
        assert self._process is not None and self._process.poll() is None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """Ends it in good order, if it runs."""
        if self._process is not None:
            leash.stop(self._process)

    def queued(self) -> dict[int, tuple[int, int, object]]:
        """What waits in the file: for each record_seq its metric, time of capture and value as SQLite keeps them."""
        database = sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True, timeout=10)
        try:
            rows = database.execute("SELECT record_seq, metric_id, captured_us, value FROM local_buffer")
            return {seq: (metric, at_us, value) for seq, metric, at_us, value in rows}
        finally:
            database.close()

    def depth(self) -> int:
        """How many readings wait."""
        database = sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True, timeout=10)
        try:
            return int(database.execute("SELECT count(*) FROM local_buffer").fetchone()[0])
        finally:
            database.close()


@pytest.fixture
def link(stack: RunningStack) -> Iterator[Link]:
    link = Link(f"{CLIENT} to broker", "client to broker", stack.state["broker"]["port"], bytes_per_s=_BYTES_PER_S)
    yield link
    link.close()


@pytest.fixture
def desktop(ticker: Page, stack: RunningStack, link: Link, tmp_path: Path) -> Iterator[Desktop]:  # noqa: F811
    """Enrolled by a code of the logged-in administrator; its broker is behind the link."""
    code = ticker.evaluate(_CODE, CLIENT)
    ca = Path(stack.state["api_ca_file"]).read_bytes()
    identity = enrol(stack.state["api_url"], code, tmp_path)
    assert ca in identity.ca_pem
    dataclasses.replace(identity, broker_port=link.port).save(tmp_path)
    desktop = Desktop(tmp_path)
    yield desktop
    desktop.stop()


@pytest.mark.timeout(600)
@pytest.mark.proves("E1", "E2", "E3", "X1", "X2", "W15", "DT5", "PP-TD-7", "PP-TD-10")
def test_a_desktop_killed_with_a_full_buffer_delivers_each_reading_once_and_the_screen_says_so(
    ticker: Page,  # noqa: F811
    stack: RunningStack,
    link: Link,
    desktop: Desktop,
) -> None:
    page = ticker
    desktop.start()
    page.goto(f"{stack.state['web_url']}/clients/{CLIENT}?metric=demo.count")
    state, waiting = page.get_by_test_id(f"client-{CLIENT}-state"), page.get_by_test_id("client-waiting")
    expect(state).to_have_text("Connected")
    expect(page.get_by_test_id(f"cell-{CLIENT}-demo.count")).to_have_attribute("data-seq", re.compile(r"\d+"))

    link.cut()
    expect(state).to_have_text("Disconnected")
    expect(waiting).to_have_text("unknown until it is back")
    desktop.kill()
    recorded = _record_offline(desktop)
    before = desktop.depth()
    desktop.start()
    wait_until("readings of the program itself", lambda: desktop.depth() > before + 20, _WAIT_S)
    desktop.kill()
    queued = desktop.queued()
    assert len(queued) > QUEUED
    assert recorded.keys() <= queued.keys()

    page.evaluate(_WATCH)
    link.heal()
    link.stall_after(_HALF_BYTES)
    desktop.start()
    expect(waiting).to_have_text(re.compile(r"^Syncing [2-7]\d,\d{3} left"))
    first_run = _numbers(page)
    desktop.kill()
    half = desktop.depth()
    assert 0 < half < len(queued)
    page.evaluate("() => { window.said.length = 0; }")
    link.heal()
    desktop.start()
    expect(state).to_have_text("Connected")
    expect(waiting).to_have_text(re.compile(r"^\d{1,3}$"))
    proof = page.get_by_test_id("proof")
    expect(proof).to_have_text(re.compile(r"^complete to record [\d,]+ · 0 missing · 0 duplicate$"))
    _assert_falls(first_run, least=half, most=len(queued))
    second_run = _numbers(page)
    assert second_run and max(second_run) < half + _MEANWHILE
    desktop.stop()

    newest_queued = max(queued)
    _assert_stored_once(stack, newest_queued, recorded, queued)
    told = int(re.findall(r"record ([\d,]+)", proof.inner_text())[0].replace(",", ""))
    assert told > newest_queued
    drawn: list[int] = page.evaluate("() => window.drawn")
    assert not set(drawn) & recorded.keys(), "what was measured an hour ago has replaced a newer value"


def _record_offline(desktop: Desktop) -> dict[int, tuple[str, int, Value]]:
    """A hundred thousand readings through the SDK into the profile of the desktop, which does not run."""
    source = GeneratorSource(seed=5)
    names = [spec.name for spec in source.metrics()]
    recorded: dict[int, tuple[str, int, Value]] = {}
    at_us = time.time_ns() // 1000 - 3_600_000_000
    client = Client(Identity.load(desktop.directory), desktop.outbox)
    try:
        while len(recorded) < QUEUED:
            samples: list[Sample] = []
            while len(samples) < _PER_CALL:
                at_us += 10_000
                samples += [
                    Sample(reading.name, reading.value, at_us, reading.quality) for reading in source.read(names, at_us)
                ]
            for seq, sample in zip(client.record_many(samples), samples, strict=True):
                recorded[seq] = (str(sample.metric), sample.at_us or 0, sample.value)
    finally:
        client.close(0)
    return recorded


def _numbers(page: Page) -> list[int]:
    """The counts that the page has shown in "Syncing n left", in order."""
    said: list[str] = page.evaluate("() => window.said")
    return [int(found[1].replace(",", "")) for text in said if (found := re.match(r"Syncing ([\d,]+) left", text))]


def _assert_falls(numbers: list[int], *, least: int, most: int) -> None:
    """From between `least` and about `most` on, and never up by more than what is measured meanwhile."""
    assert least - _MEANWHILE < numbers[0] < most + _MEANWHILE, numbers
    assert all(later < earlier + _MEANWHILE for earlier, later in pairwise(numbers)), numbers
    assert numbers[-1] < numbers[0], numbers


def _assert_stored_once(
    stack: RunningStack, newest: int, recorded: dict[int, tuple[str, int, Value]], queued: dict[int, Any]
) -> None:
    with psycopg.connect(stack.state["database_url"]) as connection:
        rows = connection.execute(
            "SELECT record_seq, metric, (extract(epoch FROM captured_at) * 1000000)::bigint, replayed,"
            " value_int, value_double, value_decimal, value_bool FROM samples WHERE client = %s ORDER BY record_seq",
            (CLIENT,),
            binary=True,
        ).fetchall()
    numbers = [row[0] for row in rows]
    assert numbers == list(range(1, len(rows) + 1)), "each record once, none missing"
    assert numbers[-1] > newest
    stored = {seq: (metric, int(at_us), _value(values)) for seq, metric, at_us, _, *values in rows}
    wrong = [
        (seq, stored[seq], meant)
        for seq, meant in recorded.items()
        if stored[seq][:2] != meant[:2] or _exact(stored[seq][2]) != _exact(meant[2])
    ]
    assert not wrong, wrong[:3]
    assert all(replayed for seq, _, _, replayed, *_ in rows if seq in queued), "late data are marked as late"
    assert [stored[seq][1] for seq in queued] == [at_us for _, at_us, _ in queued.values()]


def _value(values: list[Value]) -> Value:
    return next((value for value in values if value is not None), None)


def _exact(value: Value) -> object:
    """Something that is equal for the same type and the same value only; of a double, for the same bits."""
    if isinstance(value, float):
        return "NaN" if value != value else struct.pack(">d", value)
    return type(value), value
