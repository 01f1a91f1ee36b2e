"""The configuration's editor: with exact values on a stand-in, and as the whole story on the real system (W21)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from precisionpulse_stack.running import RunningStack

from .standin import Standin
from .test_accessibility import violations
from .test_dashboard_on_the_stack import ticker  # noqa: F401 - a fixture

_WAIT_MS = 90_000


@pytest.fixture
def editor(page: Page, standin: Standin) -> Page:
    """The editor, open, at a site with two clients."""
    for client in ("press", "mill"):
        standin.add(client, {"name": "temperature", "type": "double"})
    standin.report_revision("press", 0)
    page.goto("/admin/configuration")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    expect(page.get_by_test_id("setting-interval_ms")).to_be_visible()
    return page


def edit(page: Page, key: str, text: str) -> Locator:
    """Opens the key's form, and fills it; the form."""
    page.get_by_role("button", name=re.compile(f"^Edit {key} for ")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").fill(text)
    return dialog


def save(page: Page, key: str, text: str) -> None:
    edit(page, key, text).get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.proves("W21", "D5", "PP-SY-8")
def test_a_typed_value_is_set_for_the_site_and_for_one_client_and_unset_again(editor: Page) -> None:
    setting = editor.get_by_test_id("setting-interval_ms")
    expect(setting).to_have_text("1,000 msDefault")
    dialog = edit(editor, "interval_ms", "5")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("At least 10 ms.")).to_be_visible()
    dialog.get_by_role("textbox").fill("500")
    dialog.get_by_role("button", name="Save").click()
    expect(setting).to_have_text("500 msSite’s value")
    editor.get_by_label("For", exact=True).select_option("press")
    save(editor, "interval_ms", "250")
    expect(setting).to_have_text("250 msOwn value")
    editor.get_by_label("For", exact=True).select_option("")
    expect(setting).to_have_text("500 msSite’s value · 1 client has its own")
    editor.get_by_label("For", exact=True).select_option("press")
    editor.get_by_role("button", name="Edit interval_ms for press").click()
    editor.get_by_role("dialog").get_by_role("button", name="Use the site’s value").click()
    expect(setting).to_have_text("500 msSite’s value")


@pytest.mark.proves("W21", "D5")
def test_each_client_shows_what_it_has_and_what_it_should_have_until_it_says_so(editor: Page, standin: Standin) -> None:
    row = editor.get_by_test_id("configuration-press")
    expect(row).to_contain_text("Applied v0")
    save(editor, "interval_ms", "500")
    save(editor, "enabled_metrics", "temperature\npressure")
    expect(row).to_contain_text("Has not said which it has, connected since ")
    expect(row).to_have_attribute("data-state", "unknown")
    standin.report_revision("press", 1)
    expect(row).to_contain_text("Pending: has v1 of v2")
    expect(row.get_by_role("row").filter(has_text="enabled_metrics")).to_have_text(
        "enabled_metricsemptytemperature, pressure"
    )
    expect(row.get_by_role("row").filter(has_text="interval_ms")).to_have_count(0)
    standin.reject_config("press", "the disk is full")
    editor.reload()
    expect(row).to_contain_text("Rejected: the disk is full")
    editor.get_by_role("button", name="Apply now at press").click()
    expect(editor.get_by_text("press is asked to apply v2")).to_be_visible()
    assert violations(editor) == []
    standin.report_revision("press", 2)
    expect(row).to_contain_text("Applied v2")


@pytest.mark.proves("W21")
@pytest.mark.parametrize(("button", "outcome"), [("Keep what is set", "800 ms"), ("Set mine", "500 ms")])
def test_what_somebody_else_set_meanwhile_is_shown_and_never_overwritten_in_silence(
    editor: Page, standin: Standin, button: str, outcome: str
) -> None:
    save(editor, "interval_ms", "400")
    dialog = edit(editor, "interval_ms", "500")
    standin.set_config("interval_ms", "800")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_contain_text("interval_ms was changed meanwhile")
    expect(dialog.get_by_test_id("theirs")).to_have_text("800 ms")
    expect(dialog).to_contain_text("bob")
    expect(dialog.get_by_test_id("mine")).to_have_text("500 ms")
    assert violations(editor) == []
    dialog.get_by_role("button", name=button).click()
    expect(editor.get_by_test_id("setting-interval_ms")).to_contain_text(outcome)


@pytest.mark.proves("W21", "PP-SY-7")
def test_unknown_keys_are_kept_and_secrets_are_write_only(editor: Page, standin: Standin) -> None:
    key = "acme.v1.MillSettings.token"
    standin.set_config(key, "hush-hush", type="secret")
    editor.reload()
    expect(editor.get_by_test_id(f"setting-{key}")).to_contain_text("•••")
    editor.get_by_role("button", name=f"Edit {key}").click()
    field = editor.get_by_role("dialog").get_by_label("Value")
    expect(field).to_have_value("")
    expect(field).to_have_attribute("type", "password")


@pytest.mark.proves("W22", "W12")
def test_who_may_only_look_or_has_no_link_changes_nothing(
    editor: Page, standin: Standin, context: BrowserContext
) -> None:
    dialog = edit(editor, "interval_ms", "500")
    context.set_offline(True)
    expect(dialog.get_by_role("button", name="Save")).to_be_disabled()
    expect(dialog.get_by_role("button", name="Save")).to_have_attribute("title", "This page has lost the hub")
    context.set_offline(False)
    expect(dialog.get_by_role("button", name="Save")).to_be_enabled()
    standin.set_rights(("config:read", ""), ("client:read", ""), ("config:update", "press"))
    editor.reload()
    expect(editor.get_by_test_id("setting-interval_ms")).to_be_visible()
    expect(editor.get_by_role("button", name="Edit interval_ms")).to_have_count(0)
    editor.get_by_label("For", exact=True).select_option("press")
    expect(editor.get_by_role("button", name="Edit interval_ms for press")).to_be_visible()
    standin.set_rights(("client:read", ""))
    editor.reload()
    expect(editor.get_by_role("heading").first).to_be_visible()
    expect(editor.get_by_test_id("setting-interval_ms")).to_have_count(0)


@pytest.mark.timeout(600)
@pytest.mark.proves("W21", "D5", "PP-SY-8")
def test_a_value_set_on_the_page_is_in_effect_at_a_real_client(ticker: Page, stack: RunningStack) -> None:  # noqa: F811
    page = ticker
    page.goto(f"{stack.state['web_url']}/admin/configuration?client=demo")
    row = page.get_by_test_id("configuration-demo")
    expect(row).to_contain_text("Applied v", timeout=_WAIT_MS)
    save(page, "interval_ms", "900")
    expect(page.get_by_test_id("setting-interval_ms")).to_have_text("900 msOwn value")
    expect(row).to_have_attribute("data-state", "applied", timeout=_WAIT_MS)
    page.goto(f"{stack.state['web_url']}/clients/demo")
    page.get_by_role("button", name="Diagnostics", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    command = page.get_by_test_id("command").first
    expect(command).to_have_attribute("data-state", "done", timeout=_WAIT_MS)
    page.get_by_role("button", name=re.compile("Details of Diagnostics")).first.click()
    expect(command.get_by_test_id("command-result")).to_contain_text("900 ms")
