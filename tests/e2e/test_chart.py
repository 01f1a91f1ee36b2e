"""The chart of one client's metric, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .standin import Standin


@pytest.fixture(autouse=True)
def history(standin: Standin) -> None:
    """Two minutes of values: some live, a silence of thirty seconds, some delivered late."""
    standin.add("plant", {"name": "temperature", "type": "double", "unit": "Cel"}, {"name": "on", "type": "bool"})
    for age in (*range(120, 90, -2), *range(60, 0, -2)):
        standin.publish("plant", {"temperature": age, "on": True}, ageMs=age * 1000, silent=True, late=age < 30)


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


@pytest.mark.proves("E5", "D2")
def test_a_new_value_joins_the_chart_by_itself(page: Page, standin: Standin) -> None:
    open_chart(page)
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    expect(page.get_by_role("img", name="45 points")).to_be_visible()
    standin.publish("plant", {"temperature": 777.5})
    expect(page.get_by_role("img", name="46 points from 2 to 777.5 °C, latest 777.5 °C")).to_be_visible()
