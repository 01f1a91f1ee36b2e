"""The proof that nothing is missing, the list of what is, and the backlog with its time left, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .standin import Standin


@pytest.fixture(autouse=True)
def open_page(page: Page, standin: Standin) -> None:
    """The page of a client of which ten records are stored."""
    standin.add("plant", {"name": "temperature", "type": "double", "unit": "Cel"})
    for number in range(10):
        standin.publish("plant", {"temperature": number})
    page.goto("/clients/plant")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")


@pytest.mark.proves("X1")
def test_a_complete_record_says_so_and_counts_on(page: Page, standin: Standin) -> None:
    proof = page.get_by_test_id("proof")
    expect(proof).to_have_text("complete to record 10 · 0 missing · 0 duplicate")
    expect(page.get_by_text("Nothing is missing")).to_be_visible()
    standin.publish("plant", {"temperature": 1})
    expect(proof).to_have_text("complete to record 11 · 0 missing · 0 duplicate")


@pytest.mark.proves("X1", "E4")
def test_losses_appear_by_themselves_with_their_causes_and_after_a_reload(page: Page, standin: Standin) -> None:
    standin.lose("plant", "buffer_bound", 1200, from_age_s=600, to_age_s=300)
    standin.lose("plant", "disk_full", 7, from_age_s=200, to_age_s=100)
    for _ in range(2):
        expect(page.get_by_test_id("proof")).to_have_text(
            "complete to record 1,210 · 0 missing · 0 duplicate · 1,200 lost"
        )
        rows = page.get_by_test_id("loss-table").locator("tbody tr")
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text(re.compile("disk or buffer fullnot numbered7"))
        expect(rows.last).to_contain_text(re.compile("dropped by policy11 – 1,2101,200"))
        page.reload()


@pytest.mark.proves("X1")
def test_a_hole_is_missing_until_it_is_told_otherwise(page: Page, standin: Standin) -> None:
    standin.skip("plant", 5)
    expect(page.get_by_test_id("proof")).to_have_text("complete to record 10 · 5 missing · 0 duplicate")
    row = page.get_by_test_id("loss-table").locator("tbody tr")
    expect(row).to_contain_text("lost (sequence missing)11 – 155")
    standin.set_queued("plant", 8)
    expect(row).to_contain_text("still to come11 – 155")


@pytest.mark.proves("X1")
def test_the_list_of_losses_can_be_taken_away_as_a_file(page: Page, standin: Standin) -> None:
    standin.lose("plant", "rejected", 2, from_age_s=60, to_age_s=50)
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "plant-losses.csv"
    assert download.value.path().read_text().splitlines()[1].startswith('"rejected",11,12,2,')


@pytest.mark.proves("X2", "W15")
def test_a_backlog_shows_how_much_how_old_and_how_long(page: Page, standin: Standin) -> None:
    waiting = page.get_by_test_id("client-waiting")
    expect(waiting).to_have_text("0")
    standin.set_queued("plant", 1240, drain_per_s=120, recorded_per_s=20, oldest_age_ms=3_600_000)
    expect(waiting).to_have_text("Syncing 1,240 left · 12 s")
    page.reload()
    expect(waiting).to_have_text("Syncing 1,240 left · 12 s")
    expect(page.get_by_test_id("client-oldest")).to_have_text(re.compile(r"^1h 0m$"))
    for number in range(40):
        standin.publish("plant", {"temperature": number}, late=True, ageMs=3_000_000 - number)
    expect(waiting).to_have_text("Syncing 1,200 left · 12 s")
    standin.set_queued("plant", 0)
    expect(waiting).to_have_text("0")
    expect(page.get_by_test_id("client-oldest")).to_have_text("—")


@pytest.mark.proves("X2")
def test_what_a_client_out_of_reach_queues_is_not_made_up(page: Page, standin: Standin) -> None:
    standin.set_connected("plant", False, "silent")
    expect(page.get_by_test_id("client-waiting")).to_have_text("unknown until it is back")
