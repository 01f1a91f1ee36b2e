"""A real browser, the built dashboard, and behind it either a stand-in that a test commands or the whole system.

Without Chromium these tests are skipped: `make test` installs it where it may, or says how to.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from precisionpulse_stack import ports
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.node import Dashboard, find_node
from precisionpulse_stack.waiting import wait_until

from .standin import Standin

CHECKOUT = Path(__file__).resolve().parents[2]
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_START_TIMEOUT_S = 120.0
_PATIENCE_MS = 45_000
"""How long a busy machine may take for what an idle one does at once. What has to be fast is measured elsewhere."""

expect.set_options(timeout=_PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the session."""
    if _CHROMIUM is None:
        pytest.skip("Chromium is not installed: sudo apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=list(_ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def dashboard() -> Dashboard:
    """The dashboard, built from the present sources."""
    dashboard = Dashboard(find_node(Layout(CHECKOUT)))
    dashboard.install_packages()
    dashboard.build()
    return dashboard


@pytest.fixture(scope="session")
def standin_process(dashboard: Dashboard) -> Iterator[Standin]:
    """The stand-in's process, shared: use `standin`, which is empty for each test."""
    standin = Standin.start(dashboard.node.program, CHECKOUT / "apps/web/test/standin/server.ts")
    yield standin
    standin.stop()


@pytest.fixture
def standin(standin_process: Standin) -> Standin:
    """A stand-in without clients."""
    standin_process.reset()
    return standin_process


@pytest.fixture(scope="session")
def dashboard_url(dashboard: Dashboard, standin_process: Standin) -> Iterator[str]:
    """Where the dashboard is served, with the stand-in behind it."""
    port = ports.free_port()
    environment = {**os.environ, "HOSTNAME": "127.0.0.1", "PORT": str(port), "API_ORIGIN": standin_process.origin}
    command = [dashboard.node.program, dashboard.server]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    _wait_until_served(f"{url}/login", process)
    yield url
    process.terminate()
    process.wait(10)


@pytest.fixture
def context(browser: Browser, dashboard_url: str) -> Iterator[BrowserContext]:
    """A fresh browser profile at a desk's size; times are UTC."""
    context = browser.new_context(
        base_url=dashboard_url, viewport={"width": 1440, "height": 900}, timezone_id="UTC", locale="en-GB"
    )
    context.set_default_timeout(_PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def visitor(context: BrowserContext) -> Page:
    """A page of somebody who is not logged in. The test fails on any error that the page does not handle."""
    page = context.new_page()
    page.on("pageerror", lambda error: pytest.fail(f"The page raised {error}"))
    return page


@pytest.fixture
def page(context: BrowserContext, visitor: Page, dashboard_url: str) -> Page:
    """A page of somebody who is logged in."""
    context.add_cookies([{"name": "pp_session", "value": "standin", "url": dashboard_url}])
    return visitor


def _wait_until_served(url: str, process: subprocess.Popen[bytes]) -> None:
    def served() -> bool:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            return False
        return True

    wait_until("the dashboard", served, _START_TIMEOUT_S, still_alive=lambda: process.poll() is None)
