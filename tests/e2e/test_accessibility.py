"""The dashboard for those who do not see it, or do not use a mouse, in a real browser."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .standin import Standin

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
ROUTES = (
    "/",
    "/clients/plant",
    "/admin/configuration",
    "/admin/audit",
    "/admin/conflicts",
    "/admin/enrolment",
    "/password",
    "/nowhere",
)

WIDER_THAN_THEIR_PLACE = """
[...document.querySelectorAll("[role=region]")].filter((region) => region.scrollWidth > region.clientWidth)
  .map((region) => region.getAttribute("aria-label"))
"""


@pytest.fixture(autouse=True)
def plant(standin: Standin) -> None:
    """A client with values, and another without a connection."""
    for client in ("plant", "lab"):
        standin.add(client, {"name": "temperature", "type": "double", "unit": "Cel"}, {"name": "on", "type": "bool"})
        for number in range(5):
            standin.publish(client, {"temperature": 20 + number / 10, "on": number % 2 == 0}, ageMs=(5 - number) * 1000)
    standin.set_connected("lab", False, "lost")


def violations(page: Page) -> list[str]:
    """What axe finds that is serious or critical, in words."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(result => result.violations)")
    return [
        f"{rule['id']}: {rule['nodes'][0]['html'][:200]} {rule['nodes'][0]['failureSummary']}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
    ]


@pytest.mark.proves("W19", "W4")
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_serious_on_any_route(page: Page, theme: str) -> None:
    page.add_init_script(f"localStorage.setItem('theme', '{theme}')")
    for route in ROUTES:
        page.goto(route)
        expect(page.get_by_role("heading").first).to_be_attached()
        if route.startswith("/clients"):
            expect(page.get_by_test_id("chart").locator("canvas")).to_be_visible()
        assert violations(page) == [], route


@pytest.mark.proves("W19")
def test_axe_finds_nothing_serious_on_the_login(visitor: Page) -> None:
    visitor.goto("/login")
    assert violations(visitor) == []


@pytest.mark.proves("W4")
def test_the_colour_blind_safe_palette_is_kept_and_readable(page: Page) -> None:
    page.goto("/")
    page.get_by_role("button", name="Account of").click()
    page.get_by_role("menuitemradio", name="Colour-blind safe").click()
    page.keyboard.press("Escape")
    expect(page.locator("[data-palette=safe]")).to_be_attached()
    page.reload()
    expect(page.locator("[data-palette=safe]")).to_be_attached()
    assert violations(page) == []


@pytest.mark.proves("W19")
def test_the_keyboard_reaches_everything(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    page.keyboard.press("/")
    search = page.get_by_label("Search clients and metrics")
    expect(search).to_be_focused()
    page.keyboard.type("temp")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(page.locator("[data-row]")).to_have_count(4)
    page.keyboard.press("Escape")
    expect(search).not_to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-row]").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/clients/lab\?metric=on$"))


@pytest.mark.proves("W18")
def test_values_are_announced_only_when_asked_for(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_test_id("ticker")).to_have_attribute("aria-live", "off")
    toggle = page.get_by_role("button", name="Announce changes")
    expect(toggle).to_have_attribute("aria-pressed", "false")
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("status")).to_have_count(1)


@pytest.mark.proves("W25")
def test_the_pages_fit_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    for route in ROUTES:
        page.goto(route)
        expect(page.get_by_role("heading").first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, route
        assert page.evaluate(WIDER_THAN_THEIR_PLACE) == [], route
    page.goto("/")
    expect(page.locator("[data-row]")).to_have_count(4)
    assert violations(page) == []
