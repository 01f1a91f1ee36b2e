"""The dashboard on the whole system: real readings of this machine, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from precisionpulse_stack.running import RunningStack

_WAIT_MS = 45_000


@pytest.fixture
def ticker(browser: Browser, stack: RunningStack) -> Iterator[Page]:
    """The live page, after a login with the administrator's real password."""
    context = browser.new_context(base_url=stack.state["web_url"], viewport={"width": 1440, "height": 900})
    context.set_default_timeout(_WAIT_MS)
    page = context.new_page()
    page.goto("/login")
    page.get_by_label("User name").fill(stack.state["admin"]["username"])
    page.get_by_label("Password", exact=True).fill(stack.password)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live", timeout=_WAIT_MS)
    yield page
    context.close()


def cell(page: Page, metric: str) -> str:
    """The test id of the cell of that metric, of the one client that has it."""
    found = page.locator(f'[data-testid$="-{metric}"][data-part=cell]').get_attribute("data-testid")
    assert found is not None
    return found


@pytest.mark.proves("D1", "D2", "W1", "X1")
def test_this_machines_values_of_all_four_types_tick_with_no_navigation(ticker: Page) -> None:
    changing = {"int64": "memory.used", "double": "cpu.utilisation", "decimal": "clock.uptime"}
    for metric in changing.values():
        shown = ticker.get_by_test_id(cell(ticker, metric)).locator("[data-part=value]")
        expect(shown).not_to_have_text(shown.inner_text(), timeout=_WAIT_MS)
    flag = ticker.get_by_test_id(cell(ticker, "network.up"))
    expect(flag.locator("[data-part=value]")).to_have_text(re.compile("true|false"))
    expect(flag).not_to_have_attribute("data-seq", flag.get_attribute("data-seq") or "", timeout=_WAIT_MS)
    expect(ticker.get_by_test_id("client-desktop-1-complete")).to_have_text(
        re.compile(r"complete to record [\d,]+ · 0 missing")
    )
    assert ticker.evaluate("performance.getEntriesByType('navigation').length") == 1


@pytest.mark.proves("W17", "E5")
def test_the_chart_has_what_is_stored_and_grows(ticker: Page) -> None:
    ticker.get_by_role("link", name="cpu.utilisation").click()
    chart = ticker.get_by_test_id("chart")
    expect(chart).to_have_accessible_name(re.compile(r"last 5 minutes: \d+ points"), timeout=_WAIT_MS)
    before = chart.get_attribute("aria-label") or ""
    expect(chart).not_to_have_attribute("aria-label", before, timeout=_WAIT_MS)


@pytest.mark.proves("W25", "F2")
def test_the_session_cookie_can_not_be_read_by_a_page_and_ends_with_the_log_out(ticker: Page) -> None:
    cookies = [cookie for cookie in ticker.context.cookies() if not cookie["name"].startswith("pp-display")]
    assert [(cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) for cookie in cookies] == [(True, True, "Lax")]
    ticker.get_by_role("button", name="Account of").click()
    ticker.get_by_role("menuitem", name="Log out").click()
    expect(ticker).to_have_url(re.compile("/login$"))
    assert ticker.request.get("/api/v1/session").status == 401
    name, value, domain = cookies[0]["name"], cookies[0]["value"], cookies[0]["domain"]
    ticker.context.add_cookies([{"name": name, "value": value, "domain": domain, "path": "/"}])
    assert ticker.request.get("/api/v1/session").status == 401
