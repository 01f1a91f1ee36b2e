"""L4: from `record()` to the frame that shows the reading, in a real Chromium on the built dashboard."""

from __future__ import annotations

import shutil
import time

from playwright.sync_api import Page, sync_playwright

from benchmarks import process
from benchmarks.bench import Bench
from benchmarks.measure import median, percentile
from benchmarks.result import Result, Row
from benchmarks.site import ADMINISTRATOR, Hub
from benchmarks.workload import METRICS

PAINTED = Row("L4", "record() → painted in Chromium, p99, 50 readings/s", "ms", 60, 30, 17)

_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_TIMEOUT_MS = 60_000
_RATE = 50
# The frame in which a change is shown begins with the animation callback after it, and is painted when the task that
# follows that frame begins.
_WATCH = """cells => {
  window.ages = [];
  const channel = new MessageChannel();
  let due = [];
  channel.port1.onmessage = () => {
    const now = performance.timeOrigin + performance.now();
    for (const at of due.splice(0)) window.ages.push(now - at / 1000);
  };
  const changed = records => {
    for (const {target} of records) due.push(Number(target.dataset.ts));
    requestAnimationFrame(() => channel.port2.postMessage(0));
  };
  for (const cell of document.querySelectorAll(cells))
    new MutationObserver(changed).observe(cell, {attributes: true, attributeFilter: ['data-seq']});
}"""


def measure(bench: Bench) -> list[Result]:
    """One client, four cells, one of which changes with each reading."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        return [PAINTED.measured(None, note="Chromium is not installed")]
    seconds = 1.0 if bench.quick else 8.0
    ages: list[list[float]] = []
    bench.say("L4: building the dashboard, if it is not built")
    with bench.hub(clients=1, ingest=1, web=True) as (hub, enrolled), bench.site.dashboard(hub):
        cells = f'[data-testid^="cell-{enrolled[0].name}-"][data-part=cell]'
        order = {"directories": [str(hub.directory(enrolled[0]))], "calls": _RATE, "per_call": 1}
        with process.running("stream", order) as streaming, sync_playwright() as playwright:
            streaming.answer()
            streaming.tell("start")
            browser = playwright.chromium.launch(executable_path=program, args=list(_ARGUMENTS))
            page = browser.new_page(base_url=hub.addresses.web_url)
            page.set_default_timeout(_TIMEOUT_MS)
            _open_ticker(bench, hub, page, cells)
            for number in range(bench.rounds):
                bench.say(f"L4 round {number + 1} of {bench.rounds}")
                page.evaluate(_WATCH, cells) if number == 0 else page.evaluate("() => { window.ages.length = 0; }")
                time.sleep(seconds)
                ages.append(_ages(page, 1 if bench.quick else round(seconds * _RATE / 4)))
            browser.close()
    p99, p50 = (median([percentile(some, part) for some in ages]) for part in (99, 50))
    return [PAINTED.measured(p99, note=f"p50 {p50:.1f} ms; {len(ages[0])} changes a round")]


def _ages(page: Page, at_least: int) -> list[float]:
    """How old the changes were that were painted, once there are enough. RuntimeError when that takes too long."""
    deadline_s = time.monotonic() + _TIMEOUT_MS / 1000
    while len(seen := page.evaluate("() => window.ages")) < at_least:
        if time.monotonic() > deadline_s:
            raise RuntimeError(f"L4: only {len(seen)} changes were painted, of {at_least} that are needed for a figure")
        time.sleep(0.1)
    return list(seen)


def _open_ticker(bench: Bench, hub: Hub, page: Page, cells: str) -> None:
    page.goto("/login")
    page.get_by_label("User name").fill(ADMINISTRATOR)
    page.get_by_label("Password", exact=True).fill(bench.site.credentials.admin_password.read_text().strip())
    page.get_by_role("button", name="Log in").click()
    page.locator(cells).nth(len(METRICS) - 1).wait_for()
