"""The page's own link: its loss is shown, and afterwards nothing is missing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .standin import Standin


@pytest.fixture(autouse=True)
def open_ticker(page: Page, standin: Standin) -> None:
    """An open ticker with one value."""
    standin.add("plant", {"name": "temperature", "type": "double", "unit": "Cel"})
    standin.publish("plant", {"temperature": 20})
    page.goto("/")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")


@pytest.mark.proves("W12", "D6")
def test_a_lost_link_shows_a_banner_and_dims_every_cell_until_it_is_back(page: Page, context: BrowserContext) -> None:
    cell, banner = page.get_by_test_id("cell-plant-temperature"), page.get_by_test_id("link-banner")
    context.set_offline(True)
    expect(banner).to_have_text(
        re.compile(r"Connection lost — reconnecting \(attempt \d+, (next in \d+ s|trying now)\)")
    )
    expect(cell).to_have_attribute("data-quality", "offline")
    expect(cell).to_contain_text("20")
    context.set_offline(False)
    expect(banner).to_have_count(0)
    expect(cell).to_have_attribute("data-quality", re.compile("live|stale"))


@pytest.mark.proves("W12")
def test_a_loss_shorter_than_a_second_is_not_shown(page: Page, context: BrowserContext) -> None:
    page.evaluate(
        """() => {
          window.banners = 0;
          new MutationObserver(() => {
            if (document.querySelector('[data-testid="link-banner"]')) window.banners += 1;
          }).observe(document.body, {subtree: true, childList: true});
        }"""
    )
    context.set_offline(True)
    context.set_offline(False)
    expect(page.get_by_test_id("link-pill")).to_have_text(re.compile(r"Live\d+ ms"))
    assert page.evaluate("window.banners") == 0


@pytest.mark.proves("W13", "PP-CL-4")
def test_a_link_that_is_open_but_dead_is_found(page: Page, standin: Standin) -> None:
    standin.faults(frozen=True)
    expect(page.get_by_test_id("link-banner")).to_be_visible(timeout=45_000)
    standin.faults()
    expect(page.get_by_test_id("link-banner")).to_have_count(0, timeout=20_000)


@pytest.mark.proves("W14")
def test_what_was_published_meanwhile_is_there_without_a_reload(
    page: Page, context: BrowserContext, standin: Standin
) -> None:
    context.set_offline(True)
    expect(page.get_by_test_id("link-banner")).to_be_visible()
    for number in range(1, 33):
        seq = standin.publish("plant", {"temperature": number})
    context.set_offline(False)
    cell = page.get_by_test_id("cell-plant-temperature")
    expect(cell).to_have_attribute("data-seq", str(seq))
    expect(cell).to_contain_text("32")
    expect(page.get_by_test_id("gap-plant")).to_have_count(0)
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


@pytest.mark.proves("W14")
def test_what_can_not_be_replayed_leaves_a_visible_gap(page: Page, context: BrowserContext, standin: Standin) -> None:
    standin.faults(replay=False)
    context.set_offline(True)
    expect(page.get_by_test_id("link-banner")).to_be_visible()
    seq = standin.publish("plant", {"temperature": 40})
    context.set_offline(False)
    expect(page.get_by_test_id("cell-plant-temperature")).to_have_attribute("data-seq", str(seq))
    expect(page.get_by_test_id("gap-plant")).to_be_visible()
