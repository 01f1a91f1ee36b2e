"""The chart of one client's metric, in a real browser."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from .standin import Standin


@pytest.fixture(autouse=True)
def history(standin: Standin) -> None:
    """Two minutes of values: some live, a silence of thirty seconds, some delivered late."""
    standin.add("plant", {"name": "temperature", "type": "double", "unit": "Cel"}, {"name": "on", "type": "bool"})
    for age in (*range(120, 90, -2), *range(60, 0, -2)):
        standin.publish("plant", {"temperature": age, "on": True}, ageMs=age * 1000, silent=True, late=age < 30)


@pytest.fixture
def began(history: None) -> float:
    """When that was, on the monotonic clock."""
    return time.monotonic()


def open_chart(page: Page) -> None:
    page.goto("/clients/plant?metric=temperature")
    expect(page.get_by_test_id("chart").locator("canvas")).to_be_visible()


@pytest.mark.proves("W16", "W17", "W15", "E5")
def test_the_chart_says_what_it_shows_and_gives_the_same_points_as_a_table(page: Page) -> None:
    open_chart(page)
    chart = page.get_by_role("img", name="temperature of plant")
    expect(chart).to_have_accessible_name(
        re.compile(
            r"temperature of plant, last 5 minutes: 45 points from 2 to 120 °C, latest 2 °C, 1 gap, 14 delivered late"
        )
    )
    expect(page.get_by_role("list", name="Legend")).to_contain_text("delivered late")
    page.get_by_role("button", name="View as table").click()
    expect(page.get_by_test_id("chart-table").locator("tbody tr")).to_have_count(45)


@pytest.mark.proves("W17")
def test_range_and_time_zone_are_chosen_by_keyboard(page: Page) -> None:
    open_chart(page)
    hour = page.get_by_role("group", name="Range").get_by_role("button", name="1h")
    hour.focus()
    page.keyboard.press("Enter")
    expect(hour).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("img", name="last hour")).to_be_visible()
    page.get_by_role("group", name="Time zone").get_by_role("button", name="UTC").press("Enter")
    page.get_by_role("button", name="View as table").click()
    expect(page.get_by_role("columnheader", name="Time (UTC)")).to_be_visible()


@pytest.mark.proves("W16", "X3")
@pytest.mark.parametrize(
    ("cause", "kind"),
    [
        ("no data", "none"),
        ("client off", "off"),
        ("dropped by policy", "lost"),
        ("lost (sequence missing)", "lost"),
    ],
)
def test_a_gap_is_a_break_that_names_its_cause(page: Page, standin: Standin, cause: str, kind: str) -> None:
    if cause == "client off":
        standin.add_absence("plant", "clean", from_age_s=90, to_age_s=62)
    elif kind == "lost":
        reported = {"dropped by policy": "buffer_bound", "lost (sequence missing)": "missing"}[cause]
        standin.lose("plant", reported, 3, from_age_s=90, to_age_s=63)
    open_chart(page)
    closed = page.get_by_test_id("chart-gaps").get_by_role("listitem").filter(has_not_text="now")
    expect(closed).to_have_count(1)
    expect(closed).to_contain_text(re.compile(rf"^\d\d:\d\d:\d\d – \d\d:\d\d:\d\d{re.escape(cause)}$"))
    expect(closed).to_have_attribute("data-kind", kind)


@pytest.mark.proves("W16", "W11", "X3")
def test_a_client_out_of_reach_leaves_an_open_gap_until_its_late_data_fill_it(page: Page, standin: Standin) -> None:
    open_chart(page)
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    standin.publish("plant", {"temperature": 1})
    standin.set_connected("plant", False, "silent")
    newest = page.get_by_test_id("chart-gaps").get_by_role("listitem").first
    expect(newest).to_contain_text("nowlink off", timeout=15_000)
    standin.set_connected("plant", True, "present")
    standin.set_queued("plant", 40)
    for number in range(8):
        standin.publish("plant", {"temperature": 3}, late=True, ageMs=(8 - number) * 1000)
    standin.set_queued("plant", 0)
    standin.publish("plant", {"temperature": 4})
    expect(newest).not_to_contain_text("link off")
    expect(page.get_by_role("img", name="22 delivered late")).to_be_visible()


@pytest.mark.proves("W15", "E5")
def test_late_data_join_the_chart_in_their_own_style_and_leave_the_newest_value_alone(
    page: Page, standin: Standin, began: float
) -> None:
    open_chart(page)
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    gaps = page.get_by_test_id("chart-gaps")
    silence = gaps.get_by_role("listitem").last.inner_text()
    seq = standin.publish("plant", {"temperature": 50})
    cell = page.get_by_test_id("cell-plant-temperature")
    expect(cell).to_have_attribute("data-seq", str(seq))
    for age in range(90, 60, -2):
        age_ms = (age + time.monotonic() - began) * 1000
        standin.publish("plant", {"temperature": 49}, late=True, ageMs=age_ms)
    expect(page.get_by_role("img", name="29 delivered late")).to_be_visible()
    expect(gaps.filter(has_text=silence)).to_have_count(0)
    expect(page.get_by_role("list", name="Legend")).to_contain_text("delivered late")
    expect(cell).to_contain_text("50")
    expect(cell).to_have_attribute("data-seq", str(seq))


@pytest.mark.proves("E5", "D2")
def test_a_new_value_joins_the_chart_by_itself(page: Page, standin: Standin) -> None:
    open_chart(page)
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    expect(page.get_by_role("img", name="45 points")).to_be_visible()
    standin.publish("plant", {"temperature": 777.5})
    expect(page.get_by_role("img", name="46 points from 2 to 777.5 °C, latest 777.5 °C")).to_be_visible()
