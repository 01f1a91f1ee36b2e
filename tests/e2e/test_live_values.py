"""Values on the ticker, in a real browser, against exact values of the stand-in."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from .standin import Standin
from .waiting import wait_for

TEMPERATURE = {"name": "temperature", "type": "double", "unit": "Cel"}
WATCH_FLASHES = """testid => {
  const cell = document.querySelector(`[data-testid="${testid}"]`);
  const log = (window.flashes = []);
  let value = cell.dataset.flash, beat = cell.dataset.beat;
  new MutationObserver(() => {
    const {flash, beat: now} = cell.dataset;
    if (flash !== value || (flash && now !== beat)) log.push([performance.now(), flash ?? null]);
    value = flash; beat = now;
  }).observe(cell, {attributes: true, attributeFilter: ['data-flash', 'data-beat']});
}"""


@pytest.fixture
def cell(page: Page, standin: Standin) -> Locator:
    """The cell of plant's temperature, which is 20 at first, on an open ticker."""
    standin.add("plant", TEMPERATURE)
    standin.publish("plant", {"temperature": 20})
    page.goto("/")
    cell = page.get_by_test_id("cell-plant-temperature")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    expect(cell).to_contain_text("20")
    return cell


@pytest.mark.proves("W1", "D2")
def test_a_hundred_values_appear_without_a_navigation(page: Page, standin: Standin, cell: Locator) -> None:
    page.evaluate(
        """() => {
          window.seen = [];
          const cell = document.querySelector('[data-testid="cell-plant-temperature"]');
          new MutationObserver(() => window.seen.push([cell.dataset.seq, Date.now() - Number(cell.dataset.ts) / 1000]))
            .observe(cell, {attributes: true, attributeFilter: ['data-seq']});
        }"""
    )
    for number in range(100):
        seq = standin.publish("plant", {"temperature": number + 0.5})
        expect(cell).to_have_attribute("data-seq", str(seq))
    delays = sorted(delay for _, delay in page.evaluate("window.seen"))
    assert len(delays) == 100
    assert delays[94] < 1000
    assert page.evaluate("performance.getEntriesByType('navigation').length") == 1


@pytest.mark.proves("W1")
def test_the_first_paint_of_the_server_has_clients_and_last_values(page: Page, standin: Standin) -> None:
    standin.add("plant", TEMPERATURE)
    standin.publish("plant", {"temperature": 21.4})
    html = page.request.get("/").text()
    assert re.search(r'data-testid="cell-plant-temperature"[^>]*data-quality="live"', html)
    assert ">21.4<" in html and ">Connected<" in re.sub(r"<!-- -->|<svg.*?</svg>", "", html)


@pytest.mark.proves("W2")
def test_each_change_flashes_and_is_over_and_the_same_value_does_not_flash(
    page: Page, standin: Standin, cell: Locator
) -> None:
    page.evaluate(WATCH_FLASHES, "cell-plant-temperature")
    standin.publish("plant", {"temperature": 21})
    wait_for(page, "window.flashes.length === 2")
    standin.publish("plant", {"temperature": 19})
    wait_for(page, "window.flashes.length === 4")
    # How long it lasts is pinned on a clock that the test sets: see cell.test.ts.
    assert [word for _, word in page.evaluate("window.flashes")] == ["up", None, "down", None]
    before = cell.get_attribute("data-ts")
    seq = standin.publish("plant", {"temperature": 19})
    expect(cell).to_have_attribute("data-seq", str(seq))
    assert cell.get_attribute("data-ts") != before
    assert len(page.evaluate("window.flashes")) == 4


@pytest.mark.proves("W3")
def test_direction_is_told_by_glyph_sign_and_name(page: Page, standin: Standin, cell: Locator) -> None:
    page.emulate_media(forced_colors="active")
    standin.publish("plant", {"temperature": 20.2})
    expect(cell).to_have_text(re.compile(r"20\.2.*▲.*\+0\.2"))
    expect(cell).to_have_attribute("data-dir", "up")
    expect(cell).to_have_accessible_name(re.compile(r"^temperature 20\.2 °C, up 0\.2, (now|\d+ seconds? ago)$"))
    standin.publish("plant", {"temperature": 20.1})
    expect(cell).to_have_text(re.compile(r"20\.1.*▼.*−0\.1"))


@pytest.mark.proves("W5")
def test_with_reduced_motion_nothing_is_animated_and_the_glyph_still_tells(
    page: Page, standin: Standin, cell: Locator
) -> None:
    page.emulate_media(reduced_motion="reduce")
    standin.publish("plant", {"temperature": 22})
    expect(cell).to_contain_text("▲")
    assert page.evaluate("document.getAnimations().length") == 0


@pytest.mark.proves("W6")
def test_a_fast_signal_flashes_at_most_two_and_a_half_times_a_second(
    page: Page, standin: Standin, cell: Locator
) -> None:
    page.evaluate(WATCH_FLASHES, "cell-plant-temperature")
    for number in range(80):
        standin.publish("plant", {"temperature": number % 2})
        page.wait_for_timeout(40)  # the pace of the signal: 25 changes a second
    starts = [at for at, word in page.evaluate("window.flashes") if word]
    assert len(starts) > 3
    # A start is seen a little after it is decided, so single intervals say less than their sums.
    assert (len(starts) - 1) * 400 <= starts[-1] - starts[0] + 200
    assert all(fourth - first > 1000 for first, fourth in zip(starts, starts[3:], strict=False))


@pytest.mark.proves("W7")
def test_two_hundred_values_of_many_lengths_move_nothing(page: Page, standin: Standin, cell: Locator) -> None:
    assert "tabular-nums" in cell.evaluate("cell => getComputedStyle(cell).fontVariantNumeric")
    before = cell.bounding_box()
    for number in range(200):
        seq = standin.publish("plant", {"temperature": (-1) ** number * 10 ** (number % 9) + number / 10})
    expect(cell).to_have_attribute("data-seq", str(seq))
    assert cell.bounding_box() == before


@pytest.mark.proves("W8")
def test_a_pause_holds_counts_and_ends_with_the_newest_value(page: Page, standin: Standin, cell: Locator) -> None:
    page.keyboard.press("p")
    badge = page.get_by_test_id("paused-badge")
    expect(badge).to_contain_text("Paused · 0 held")
    for number in range(12):
        standin.publish("plant", {"temperature": number})
    expect(badge).to_contain_text("Paused · 12 held")
    expect(cell).to_contain_text("20")
    page.get_by_test_id("resume").click()
    expect(cell).to_contain_text("11")
    expect(badge).to_have_count(0)


@pytest.mark.timeout(180)
@pytest.mark.proves("W9")
def test_five_thousand_values_a_second_are_conflated_and_end_right(page: Page, standin: Standin) -> None:
    standin.flood(clients=50, metrics=10, every_ms=100, rounds=0)
    page.goto("/")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    page.evaluate(
        """() => {
          window.paints = 0;
          new MutationObserver(() => (window.paints += 1)).observe(document.querySelector('[data-testid="ticker"]'),
            {subtree: true, attributes: true, attributeFilter: ['data-seq']});
        }"""
    )
    rounds = 100
    started = page.evaluate("performance.now()")
    standin.flood(clients=50, metrics=10, every_ms=100, rounds=rounds)
    wait_for(
        page,
        """final => {
          const values = [...document.querySelectorAll('[data-part="value"]')];
          return values.filter(value => value.textContent === final).length === 500;
        }""",
        str(rounds),
        timeout_s=120,
    )
    seconds = (page.evaluate("performance.now()") - started) / 1000
    assert page.evaluate("window.paints") / seconds <= 30


@pytest.mark.proves("W10")
def test_silence_makes_a_cell_stale_and_the_next_value_live_again(page: Page, standin: Standin, cell: Locator) -> None:
    age = page.locator("[data-row] [data-part=age]")
    expect(age).to_have_text("1s")
    expect(age).to_have_text("2s")
    expect(cell).to_have_attribute("data-quality", "stale")
    expect(page.locator("[data-row] [data-part=state]")).to_have_text(re.compile(r"^as of \d\d:\d\d:\d\d$"))
    standin.publish("plant", {"temperature": 23})
    expect(cell).to_have_attribute("data-quality", "live")


ALL_TYPES: dict[str, tuple[dict[str, Any], list[tuple[Any, str]]]] = {
    "count": ({"type": "int64"}, [("9223372036854775807", "9,223,372,036,854,775,807"), ("-1", "−1")]),
    "ratio": ({"type": "double"}, [(0.5, "0.5"), (-2.25, "−2.25")]),
    "price": (
        {"type": "decimal", "scale": 4},
        [("12345678901234.5678", "12,345,678,901,234.5678"), ("0.0001", "0.0001")],
    ),
    "on": ({"type": "bool"}, [(True, "true"), (False, "false")]),
}


@pytest.mark.proves("D1", "W1", "PP-FR-7")
def test_values_of_all_four_types_change_and_are_exact(page: Page, standin: Standin) -> None:
    standin.add("plant", *({"name": name, **how} for name, (how, _) in ALL_TYPES.items()))
    page.goto("/")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    for turn in (0, 1):
        standin.publish("plant", {name: values[turn][0] for name, (_, values) in ALL_TYPES.items()})
        for name, (_, values) in ALL_TYPES.items():
            shown = page.get_by_test_id(f"cell-plant-{name}").locator("[data-part=value]")
            expect(shown).to_have_text(values[turn][1])


@pytest.mark.proves("W15", "PP-TD-7", "X2")
def test_late_data_is_marked_never_replaces_newer_and_the_backlog_counts_down(
    page: Page, standin: Standin, cell: Locator
) -> None:
    standin.set_queued("plant", 1240)
    queue = page.get_by_test_id("client-plant-queue")
    expect(queue).to_have_text("Syncing 1,240 left")
    seq = standin.publish("plant", {"temperature": 5}, late=True, ageMs=60_000)
    standin.publish("plant", {"temperature": 6}, late=True)
    expect(cell).to_have_attribute("data-quality", "backfill")
    expect(cell).to_contain_text("6")
    assert int(cell.get_attribute("data-seq") or 0) == seq + 1
    standin.set_queued("plant", 0)
    expect(queue).to_have_count(0)


@pytest.mark.proves("W11")
def test_a_client_that_goes_is_told_in_words_with_its_reason(page: Page, standin: Standin, cell: Locator) -> None:
    state = page.get_by_test_id("client-plant-state")
    expect(state).to_have_text("Connected")
    standin.set_connected("plant", False, "clean")
    expect(state).to_have_text("Disconnected")
    expect(page.get_by_test_id("client-plant")).to_contain_text("stopped")
    expect(cell).to_have_attribute("data-quality", "offline")
    expect(page.get_by_role("status")).to_contain_text("plant disconnected")
    standin.set_connected("plant", True, "present")
    expect(state).to_have_text("Connected")
