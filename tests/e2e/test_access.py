"""Logging in and out, and what is there for whom, in a real browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from .standin import PASSWORD, Standin


def log_in(page: Page, password: str) -> None:
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Log in").click()


@pytest.mark.proves("W25", "F2")
def test_one_logs_in_sees_the_dashboard_and_logs_out(visitor: Page, standin: Standin) -> None:
    standin.add("plant", {"name": "on", "type": "bool"})
    visitor.goto("/")
    expect(visitor).to_have_url(re.compile("/login$"))
    log_in(visitor, PASSWORD)
    expect(visitor.get_by_test_id("client-plant")).to_be_visible()
    visitor.get_by_role("button", name="Account of Ada Administrator").click()
    visitor.get_by_role("menuitem", name="Log out").click()
    expect(visitor).to_have_url(re.compile("/login$"))


@pytest.mark.proves("W25")
def test_a_wrong_password_is_told_and_only_the_password_is_emptied(visitor: Page, standin: Standin) -> None:
    visitor.goto("/login")
    log_in(visitor, "wrong")
    expect(visitor.get_by_test_id("login-error")).to_have_text("User name or password is wrong.")
    expect(visitor.get_by_label("User name")).to_have_value("admin")
    expect(visitor.get_by_label("Password", exact=True)).to_have_value("")


@pytest.mark.proves("W25", "F2")
def test_too_many_failures_show_the_time_left(visitor: Page, standin: Standin) -> None:
    visitor.goto("/login")
    for _ in range(10):
        assert visitor.request.post("/api/v1/session", data={"username": "admin", "password": "no"}).status == 401
    log_in(visitor, "wrong")
    expect(visitor.get_by_test_id("login-error")).to_have_text(re.compile(r"Too many attempts\. Try again in \d+ s\."))
    expect(visitor.get_by_role("button", name="Log in")).to_be_disabled()


@pytest.mark.proves("W25")
def test_the_password_can_be_pasted_and_shown(visitor: Page, standin: Standin) -> None:
    visitor.goto("/login")
    password = visitor.get_by_label("Password", exact=True)
    visitor.get_by_label("User name").fill("pasted from elsewhere")
    visitor.get_by_label("User name").press("Control+a")
    visitor.get_by_label("User name").press("Control+c")
    password.press("Control+v")
    expect(password).to_have_value("pasted from elsewhere")
    expect(password).to_have_attribute("type", "password")
    visitor.get_by_role("button", name="Show password").click()
    expect(password).to_have_attribute("type", "text")


def test_a_page_that_does_not_exist_says_so(page: Page, standin: Standin) -> None:
    answer = page.goto("/clients/nobody")
    expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
    assert answer is not None and answer.status in (200, 404)


@pytest.mark.proves("C1")
def test_an_enrolment_code_is_shown_once_counts_down_and_can_be_revoked(page: Page, standin: Standin) -> None:
    page.goto("/admin/enrolment")
    page.get_by_label("Name of the new client").fill("Line 3")
    page.get_by_role("button", name="Issue code").click()
    expect(page.get_by_text("small letters, digits and hyphens")).to_be_visible()
    page.get_by_label("Name of the new client").fill("line-3")
    page.get_by_role("button", name="Issue code").click()
    expect(page.get_by_test_id("issued-code")).not_to_be_empty()
    expect(page.get_by_test_id("issued-expiry")).to_have_text(re.compile(r"Expires in 14m \d+s"))
    page.get_by_role("button", name="Revoke the code for line-3").click()
    expect(page.get_by_role("row", name="line-3")).to_contain_text("Revoked")
    page.reload()
    expect(page.get_by_test_id("issued-code")).to_have_count(0)


@pytest.mark.proves("C1", "PP-SY-7")
def test_whether_a_client_holds_the_accounts_is_said_with_the_code_and_changed_at_the_client(
    page: Page, standin: Standin
) -> None:
    standin.add("plant", {"name": "on", "type": "bool"})
    page.goto("/admin/enrolment")
    page.get_by_label("Name of the new client").fill("desk-4")
    choice = page.get_by_role("checkbox", name="Holds the site’s accounts")
    expect(choice).not_to_be_checked()
    choice.check()
    page.get_by_role("button", name="Issue code").click()
    expect(page.get_by_text("The client will hold the site’s accounts.")).to_be_visible()
    expect(page.get_by_role("row", name="desk-4").get_by_role("cell").first).to_have_text("yes")
    page.goto("/clients/plant")
    fact = page.get_by_test_id("client-accounts")
    expect(fact).to_have_text("Gets configuration only, no accounts.")
    page.get_by_role("button", name="Let it hold accounts").click()
    page.get_by_role("dialog").get_by_role("button", name="Let it hold accounts").click()
    expect(fact).to_have_text("Holds the site’s accounts: people can log in there.")
    page.get_by_role("button", name="Take accounts away").click()
    page.get_by_role("dialog").get_by_role("button", name="Take accounts away").click()
    expect(fact).to_have_text("Gets configuration only, no accounts.")


@pytest.mark.proves("A6")
def test_a_client_is_revoked_after_a_question(page: Page, standin: Standin) -> None:
    standin.add("plant", {"name": "on", "type": "bool"})
    page.goto("/clients/plant")
    page.get_by_role("button", name="Revoke", exact=True).click()
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("banner").first).not_to_contain_text("Revoked")
    page.get_by_role("button", name="Revoke", exact=True).click()
    page.get_by_role("button", name="Revoke plant").click()
    expect(page.get_by_text("plant is revoked")).to_be_visible()
    expect(page.get_by_role("main").get_by_text("Revoked").first).to_be_visible()
    expect(page.get_by_role("button", name="Revoke", exact=True)).to_have_count(0)


@pytest.mark.proves("W25", "F2")
def test_who_does_nothing_is_warned_a_minute_before_and_then_logged_out(page: Page, standin: Standin) -> None:
    page.clock.install()
    page.goto("/")
    expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
    warning = page.get_by_role("dialog", name="Are you still there?")
    page.clock.fast_forward("29:30")
    expect(warning.get_by_role("timer")).to_have_text(re.compile(r"^(30|[12]\d) s$"))
    warning.get_by_role("button", name="Stay logged in").click()
    expect(warning).to_have_count(0)
    page.clock.fast_forward("29:30")
    expect(warning).to_be_visible()
    page.clock.fast_forward("01:00")
    expect(page).to_have_url(re.compile("/login"))
    expect(page.get_by_test_id("login-error")).to_contain_text("nobody used the page")


@pytest.mark.proves("F2")
def test_every_page_carries_the_security_headers(visitor: Page, standin: Standin) -> None:
    headers = visitor.request.get("/login").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"].split("style-src")[0]
    assert headers["x-content-type-options"] == "nosniff"
