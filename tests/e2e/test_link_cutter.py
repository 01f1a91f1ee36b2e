"""The link cutter: on a stand-in, and as the whole story on the real system (X7)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from precisionpulse_stack.running import RunningStack

from .standin import Standin
from .test_dashboard_on_the_stack import ticker  # noqa: F401 - a fixture

_WAIT_MS = 90_000


@pytest.fixture
def demo(page: Page, standin: Standin) -> Page:
    """The page of a demonstration client, open."""
    standin.add("demo", {"name": "temperature", "type": "double"})
    standin.publish("demo", {"temperature": 1})
    standin.make_demo("demo")
    page.goto("/clients/demo")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    return page


@pytest.mark.proves("X7")
def test_the_link_is_cut_stalled_and_restored_by_buttons(demo: Page) -> None:
    state = demo.get_by_test_id("link-state")
    expect(state).to_have_text("The link is up")
    for button, words in (("Cut the link", "The link is cut"), ("Stall it", "The link is stalled")):
        demo.get_by_role("button", name=button).click()
        expect(state).to_contain_text(words)
        expect(demo.get_by_test_id("client-demo-state")).to_have_text("Disconnected")
        demo.get_by_role("button", name="Restore the link").click()
        expect(state).to_have_text("The link is up")
        expect(demo.get_by_test_id("client-demo-state")).to_have_text("Connected")


@pytest.mark.proves("X7", "W12")
def test_without_a_link_of_its_own_the_page_commands_nothing(demo: Page, context: BrowserContext) -> None:
    button = demo.get_by_role("button", name="Cut the link")
    expect(button).to_be_enabled()
    context.set_offline(True)
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", "This page has lost the hub")
    context.set_offline(False)
    expect(button).to_be_enabled()


@pytest.mark.proves("X7")
def test_no_other_client_has_one(demo: Page, standin: Standin) -> None:
    standin.add("plant", {"name": "temperature", "type": "double"})
    demo.goto("/clients/plant")
    expect(demo.get_by_test_id("proof")).to_be_visible()
    expect(demo.get_by_role("button", name="Cut the link")).to_have_count(0)


@pytest.mark.timeout(600)
@pytest.mark.proves("X7", "X1", "X2", "X3", "D6", "W11", "W15", "W16", "E3", "E5", "PP-CL-4")
@pytest.mark.parametrize("button", ["Cut the link", "Stall it"])
def test_a_link_that_is_cut_fills_the_buffer_and_restored_drains_it_with_nothing_missing(
    ticker: Page,  # noqa: F811
    stack: RunningStack,
    button: str,
) -> None:
    page = ticker
    page.goto(f"{stack.state['web_url']}/clients/demo?metric=demo.temperature")
    state, proof = page.get_by_test_id("client-demo-state"), page.get_by_test_id("proof")
    expect(state).to_have_text("Connected", timeout=_WAIT_MS)
    expect(proof).to_contain_text("0 missing · 0 duplicate")
    page.get_by_role("button", name=button).click()
    expect(state).to_have_text("Disconnected", timeout=_WAIT_MS)
    expect(page.get_by_test_id("chart-gaps")).to_contain_text("nowlink off", timeout=_WAIT_MS)
    expect(page.get_by_test_id("client-waiting")).to_have_text("unknown until it is back")
    before = re.findall(r"record ([\d,]+)", proof.inner_text())[0]
    page.get_by_role("button", name="Restore the link").click()
    expect(state).to_have_text("Connected", timeout=_WAIT_MS)
    expect(proof).not_to_contain_text(f"record {before} ", timeout=_WAIT_MS)
    expect(proof).to_contain_text("0 missing · 0 duplicate", timeout=_WAIT_MS)
    link_off = page.get_by_test_id("chart-gaps").filter(has_text="link off")
    expect(link_off).to_have_count(0, timeout=_WAIT_MS)
    expect(page.get_by_role("list", name="Legend")).to_contain_text("delivered late", timeout=_WAIT_MS)
