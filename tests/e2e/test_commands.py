"""Commands on a client's page: with exact outcomes on a stand-in, and as the whole story on the real system (W20)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from precisionpulse_stack.running import RunningStack

from .standin import Standin
from .test_accessibility import violations
from .test_dashboard_on_the_stack import ticker  # noqa: F401 - a fixture

_WAIT_MS = 90_000
_DIAGNOSTICS = {
    "@type": "precisionpulse.v1.Diagnostics",
    "versions": {"precisionpulse": "0.1.0", "python": "3.13.1"},
    "settings": {"source": "host", "interval_ms": "1000"},
    "events": ["2026-11-24 12:00:00 connected", "2026-11-24 12:00:03 synchronised"],
}


@pytest.fixture
def press(page: Page, standin: Standin) -> Page:
    """The page of a connected client, open."""
    standin.add("press", {"name": "temperature", "type": "double"}, {"name": "pressure", "type": "double"})
    standin.publish("press", {"temperature": 1, "pressure": 2})
    page.goto("/clients/press")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    return page


def send(page: Page, button: str) -> None:
    """Asks for that command, and confirms."""
    page.get_by_role("button", name=button, exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def newest(page: Page) -> Locator:
    return page.get_by_test_id("command").first


def expect_state(row: Locator, words: str) -> None:
    expect(row.get_by_test_id("command-state")).to_have_text(words, timeout=_WAIT_MS)


@pytest.mark.proves("W20", "D4")
def test_every_step_of_a_command_shows_without_asking(press: Page, standin: Standin) -> None:
    requests: list[str] = []
    press.on("request", lambda request: requests.append(request.url))
    send(press, "Force Sync")
    row = newest(press)
    for state, words in (("sent", "Sent"), ("received", "Acknowledged"), ("running", "Running")):
        expect(row).to_contain_text("admin")
        standin.advance("press", state)
        expect_state(row, words)
    standin.advance("press", "running", progress=0.4, text="1,240 left")
    expect_state(row, "Running 40 %")
    expect(row.get_by_test_id("command-text")).to_have_text("1,240 left")
    standin.advance("press", "done", text="everything is sent")
    expect_state(row, "Done")
    press.get_by_role("button", name=re.compile("Details of Force Sync")).click()
    expect(row.get_by_role("list", name="Steps").get_by_role("listitem")).to_have_count(5)
    assert len([url for url in requests if "/commands" in url]) <= 8, "one to issue it, and one for each change"


@pytest.mark.proves("W20", "D4")
@pytest.mark.parametrize(
    ("state", "how", "words", "text"),
    [
        ("failed", {"code": "HANDLER_ERROR", "text": "no coolant"}, "Failed", "no coolant"),
        ("refused", {"code": "UNSUPPORTED"}, "Refused", "the client does not know this kind of command"),
        ("timed_out", {"text": "the client did not answer"}, "Timed out", "the client did not answer; a late answer"),
        ("expired", {"text": "the client did not connect in time"}, "Expired", "the client did not connect in time"),
    ],
)
def test_a_command_that_does_not_succeed_says_why(
    press: Page, standin: Standin, state: str, how: dict[str, str], words: str, text: str
) -> None:
    send(press, "Ping")
    standin.advance("press", state, **how)
    expect_state(newest(press), words)
    expect(newest(press).get_by_test_id("command-text")).to_contain_text(text)


@pytest.mark.proves("W20")
def test_a_double_click_makes_one_command(press: Page) -> None:
    press.get_by_role("button", name="Ping", exact=True).click()
    press.get_by_role("dialog").get_by_role("button", name="Send").dblclick()
    expect(press.get_by_role("dialog")).to_have_count(0)
    expect(press.get_by_test_id("command")).to_have_count(1)
    press.reload()
    expect(press.get_by_test_id("command")).to_have_count(1)


@pytest.mark.proves("W20", "D4")
def test_an_offline_client_gets_it_later_and_until_then_it_can_be_cancelled(press: Page, standin: Standin) -> None:
    standin.set_connected("press", False, "lost")
    send(press, "Force Sync")
    text = newest(press).get_by_test_id("command-text")
    expect(text).to_have_text(re.compile(r"^will be delivered when it connects, expires (\d+ \w+, )?\d\d:\d\d$"))
    press.get_by_role("button", name="Cancel Force Sync").click()
    expect_state(newest(press), "Cancelled")
    expect(press.get_by_role("button", name="Cancel Force Sync")).to_have_count(0)
    press.reload()
    expect_state(newest(press), "Cancelled")


@pytest.mark.proves("D4", "W20")
def test_a_bad_value_is_refused_before_it_is_sent(press: Page) -> None:
    press.get_by_role("button", name="Set interval").click()
    dialog = press.get_by_role("dialog")
    dialog.get_by_label("Interval, ms").fill("5")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("Interval must be at least 10, not 5")).to_be_visible()
    dialog.get_by_label("Interval, ms").fill("250")
    dialog.get_by_label("Metric (empty: all)").fill("pressure")
    dialog.get_by_role("button", name="Send").click()
    expect(newest(press)).to_contain_text("metric pressure · interval_ms 250")


@pytest.mark.proves("D4", "PP-CM-3")
def test_a_third_party_s_command_has_a_form_from_its_schema(press: Page) -> None:
    press.get_by_role("button", name="Mill the spindle").click()
    dialog = press.get_by_role("dialog")
    dialog.get_by_label("Axis").select_option("AXIS_Y")
    dialog.get_by_label("Dry run").check()
    dialog.get_by_label("Depth, mm").fill("0.25")
    dialog.get_by_label("Points").fill("[1, 2")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("Points must be JSON")).to_be_visible()
    dialog.get_by_label("Points").fill('[{"x": 1}]')
    assert violations(press) == []
    dialog.get_by_role("button", name="Send").click()
    expect(newest(press)).to_contain_text('axis AXIS_Y · dry true · depth 0.25 · points [{"x":1}]')


@pytest.mark.proves("D4")
def test_an_answer_can_be_read_and_saved_also_after_a_reload(press: Page, standin: Standin) -> None:
    send(press, "Diagnostics")
    standin.advance("press", "done", result=_DIAGNOSTICS)
    expect_state(newest(press), "Done")
    press.reload()
    press.get_by_role("button", name=re.compile("Details of Diagnostics")).click()
    answer = press.get_by_test_id("command-result")
    expect(answer).to_contain_text("3.13.1")
    expect(answer).to_contain_text("2026-11-24 12:00:03 synchronised")
    assert violations(press) == []
    with press.expect_download() as download:
        press.get_by_role("button", name="JSON").click()
    assert download.value.suggested_filename.endswith(".json")


@pytest.mark.proves("W22", "X4")
def test_who_may_not_command_a_client_sees_no_buttons_but_what_was_asked(press: Page, standin: Standin) -> None:
    send(press, "Ping")
    standin.set_rights(("client:read", ""), ("client:command", "other"), ("client:sync", "press"))
    press.reload()
    expect(newest(press)).to_contain_text("Ping")
    expect(press.get_by_role("button", name="Force Sync", exact=True)).to_be_visible()
    for name in ("Ping", "Set interval", "Diagnostics", "Cancel Ping"):
        expect(press.get_by_role("button", name=name, exact=True)).to_have_count(0)


@pytest.mark.proves("W12", "W20")
def test_a_page_without_a_link_commands_nothing_and_says_why(press: Page, context: BrowserContext) -> None:
    button = press.get_by_role("button", name="Force Sync", exact=True)
    expect(button).to_be_enabled()
    context.set_offline(True)
    expect(button).to_be_disabled()
    expect(button).to_have_attribute("title", "This page has lost the hub")
    context.set_offline(False)
    expect(button).to_be_enabled()


@pytest.mark.timeout(600)
@pytest.mark.proves("W20", "D4", "PP-CM-1", "PP-CM-2")
def test_the_whole_story_on_the_real_system(ticker: Page, stack: RunningStack) -> None:  # noqa: F811
    page = ticker
    page.goto(f"{stack.state['web_url']}/clients/demo")
    expect(page.get_by_test_id("client-demo-state")).to_have_text("Connected", timeout=_WAIT_MS)
    send(page, "Force Sync")
    expect_state(newest(page), "Done")
    page.get_by_role("button", name=re.compile("Details of Force Sync")).first.click()
    steps = newest(page).get_by_role("list", name="Steps")
    for step in ("Queued", "Sent", "Acknowledged", "Running", "Done"):
        expect(steps).to_contain_text(step)

    send(page, "Diagnostics")
    expect_state(newest(page), "Done")
    page.reload()
    page.get_by_role("button", name=re.compile("Details of Diagnostics")).first.click()
    expect(newest(page).get_by_test_id("command-result")).to_contain_text("python")

    page.get_by_role("button", name="Cut the link").click()
    expect(page.get_by_test_id("client-demo-state")).to_have_text("Disconnected", timeout=_WAIT_MS)
    send(page, "Ping")
    expect(newest(page).get_by_test_id("command-text")).to_contain_text(re.compile("when (it|the client) connects"))
    page.get_by_role("button", name="Cancel Ping").click()
    expect(page.get_by_role("button", name="Cancel Ping")).to_have_count(0)
    page.get_by_role("button", name="Set interval").click()
    page.get_by_role("dialog").get_by_label("Interval, ms").fill("1000")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    expect(newest(page).get_by_test_id("command-text")).to_contain_text("expires")
    page.get_by_role("button", name="Restore the link").click()
    expect_state(newest(page), "Done")
    expect_state(page.get_by_test_id("command").nth(1), "Cancelled")
