"""The audit log and the page of conflicts and refusals, on a stand-in that filters as the hub does."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from .standin import Standin
from .waiting import wait_for

_ADDRESS = re.compile(r"/api/v1/audit\.csv\?")
_AT_THE_END = """table => {
  table.scrollTo(0, table.scrollHeight);
  return table.querySelector("tr[aria-rowindex='101']") !== null;
}"""


@pytest.fixture
def log(page: Page, standin: Standin) -> Page:
    """The audit log, open, at a site with a hundred entries."""
    standin.add("press", {"name": "temperature", "type": "double"})
    page.goto("/admin/audit")
    expect(page.get_by_role("row").filter(has_text="interval_ms").first).to_be_visible()
    return page


@pytest.mark.proves("C7", "W24")
def test_entries_are_found_by_who_what_and_any_word_and_exported_as_they_are_found(log: Page) -> None:
    update = log.get_by_role("row").filter(has_text="user:update")
    expect(update).to_contain_text("display_nameWalterWalter Weir")
    log.get_by_label("Who").fill("bob")
    expect(log.get_by_role("row")).to_have_count(3)
    log.get_by_label("What").fill("command")
    expect(log.get_by_role("row")).to_have_count(2)
    expect(log.get_by_role("link", name="CSV")).to_have_attribute("href", _ADDRESS)
    address = log.get_by_role("link", name="CSV").get_attribute("href") or ""
    assert parse_qs(urlsplit(address).query) == {"actor": ["bob"], "action": ["command"]}
    log.get_by_role("button", name="Show all").click()
    log.get_by_label("Anything").fill("no such thing")
    expect(log.get_by_text("Nothing like this was done.")).to_be_visible()


@pytest.mark.proves("C7")
def test_older_entries_come_as_one_scrolls(log: Page) -> None:
    table = log.get_by_role("region", name="Audit log")
    wait_for(log, _AT_THE_END, table.element_handle())
    expect(table.locator("tr[aria-rowindex='101']")).to_be_attached()


@pytest.mark.proves("C7", "W24")
def test_what_is_done_while_the_page_is_open_is_offered_and_shown_when_asked_for(log: Page, standin: Standin) -> None:
    table = log.get_by_role("region", name="Audit log")
    first = table.get_by_role("row").nth(1)
    expect(first).to_contain_text("interval_ms")
    standin.write_audit(1)
    expect(log.get_by_role("button", name="1 new entry: show it")).to_be_visible()
    standin.write_audit(2)
    offer = log.get_by_role("button", name="3 new entries: show them")
    expect(offer).to_be_visible()
    expect(first).to_contain_text("interval_ms")
    offer.click()
    expect(first).to_contain_text("vera")
    expect(offer).to_have_count(0)
    expect(table.get_by_role("row").filter(has_text="vera")).to_have_count(3)
    standin.write_audit(50)
    expect(log.get_by_role("button", name="40 or more new entries: show them")).to_be_visible()
    log.get_by_label("Who").fill("bob")
    expect(table.get_by_role("row")).to_have_count(3)
    expect(log.get_by_role("button", name="new entr")).to_have_count(0)
    standin.write_audit(1)
    expect(log.get_by_role("button", name="new entr")).to_have_count(0)


@pytest.mark.proves("PP-SY-6", "PP-SY-4", "PP-SY-7")
def test_what_lost_and_what_was_refused_is_shown_with_who_and_why(log: Page) -> None:
    log.get_by_role("link", name="Conflicts").click()
    table = log.get_by_role("region", name="Conflicts")
    expect(table.get_by_role("row").nth(1)).to_contain_text("Walter W.bob, at desktop-1")
    expect(table.get_by_role("row").nth(1)).to_contain_text("Walter Weiradmin, here")
    expect(table.get_by_role("row").nth(2)).to_contain_text("a password")
    log.get_by_role("button", name="Refusals").click()
    refusal = log.get_by_role("region", name="Refusals").get_by_role("row").nth(1)
    expect(refusal).to_contain_text("enabled: falsevera, at desktop-1")
    expect(refusal).to_contain_text("vera needs the permission user:update.")


@pytest.mark.proves("W22")
def test_who_may_not_see_the_logs_finds_neither_the_pages_nor_their_links(log: Page, standin: Standin) -> None:
    standin.set_rights(("client:read", ""), ("config:read", ""), ("audit:read", "press"))
    for page in ("audit", "conflicts"):
        log.goto(f"/admin/{page}")
        expect(log.get_by_role("heading", level=1)).to_be_visible()
        expect(log.get_by_role("region", name="Audit log")).to_have_count(0)
    log.goto("/admin/configuration")
    expect(log.get_by_role("link", name="Configuration")).to_be_visible()
    expect(log.get_by_role("link", name="Audit log")).to_have_count(0)
