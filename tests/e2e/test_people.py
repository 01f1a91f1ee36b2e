"""Users, roles and rights on the whole system, in two browsers: what an administrator does reaches an open page."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from precisionpulse_stack.running import RunningStack

from .test_accessibility import violations

_WAIT_MS = 90_000
_NEW_PASSWORD = "seven quiet lanterns over the harbour"


class Visitor:
    """A browser of its own, on the dashboard of the whole system."""

    def __init__(self, context: BrowserContext, stack: RunningStack) -> None:
        self.context = context
        self.stack = stack
        self.page = context.new_page()
        self.page.on("pageerror", lambda error: pytest.fail(f"The page raised {error}"))

    def log_in(self, username: str, password: str) -> Page:
        self.page.goto("/login")
        self.page.get_by_label("User name").fill(username)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Log in").click()
        return self.page

    def administrator(self) -> Page:
        page = self.log_in(self.stack.state["admin"]["username"], self.stack.password)
        expect(page.get_by_test_id("link-pill")).to_contain_text("Live")
        return page


@pytest.fixture
def visitors(browser: Browser, stack: RunningStack) -> Iterator[list[Visitor]]:
    """Two people at two browsers."""
    url = stack.state["web_url"]
    contexts = [browser.new_context(base_url=url, viewport={"width": 1440, "height": 900}) for _ in range(2)]
    for context in contexts:
        context.set_default_timeout(_WAIT_MS)
    yield [Visitor(context, stack) for context in contexts]
    for context in contexts:
        context.close()


def create_user(page: Page, *roles: str) -> tuple[str, str]:
    """Creates somebody with these roles, as people do; user name and first password."""
    name = f"bob-{uuid.uuid4().hex[:6]}"
    page.goto("/admin/users")
    page.get_by_role("button", name="New user").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("User name").fill(name)
    for role in roles:
        dialog.get_by_label("Role", exact=True).select_option(label=role)
        dialog.get_by_role("button", name="Give", exact=True).click()
        expect(dialog.get_by_role("list", name="Roles to give")).to_contain_text(role)
    dialog.get_by_role("button", name="Create user").click()
    password = page.get_by_test_id("first-password").inner_text()
    dialog.get_by_role("button", name="Done").click()
    page.get_by_label("Search users").fill(name)
    expect(page.get_by_test_id("users-total")).to_have_text("1 user")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
    return name, password


def change_first_password(page: Page, password: str) -> None:
    expect(page).to_have_url(re.compile("/password$"))
    page.get_by_label("Present password").fill(password)
    page.get_by_label("New password", exact=True).fill("aaaaaaaaaaaaaaaaaaaa")
    expect(page.get_by_test_id("password-strength")).to_have_attribute("data-score", re.compile("[01]"))
    page.get_by_label("New password", exact=True).fill(_NEW_PASSWORD)
    expect(page.get_by_test_id("password-strength")).to_have_attribute("data-score", "4")
    page.get_by_label("New password again").fill(_NEW_PASSWORD)
    page.get_by_role("button", name="Change password").click()


@pytest.mark.proves("W22", "W23", "W25", "C6", "X4", "X6")
def test_a_right_that_is_taken_and_a_user_who_is_disabled_reach_the_open_page(visitors: list[Visitor]) -> None:
    admin, bob = visitors[0].administrator(), visitors[1].page
    name, password = create_user(admin, "operator", "viewer")
    expect(admin.get_by_test_id("access-client:command")).to_contain_text("role operator for all clients")

    visitors[1].log_in(name, password)
    change_first_password(bob, password)
    bob.get_by_test_id("client-desktop-1").get_by_role("link").click()
    ping = bob.get_by_role("button", name="Ping", exact=True)
    expect(ping).to_be_visible()
    administration = bob.get_by_role("link", name="Administration")
    expect(administration).to_be_visible()  # an operator may read the configuration
    navigations = bob.evaluate("performance.getEntriesByType('navigation').length + performance.timeOrigin")

    admin.get_by_role("button", name="Take operator").click()
    expect(ping).to_have_count(0)
    expect(administration).to_have_count(0)
    expect(bob.get_by_text("Your access was changed by an administrator")).to_be_visible()
    assert bob.evaluate("performance.getEntriesByType('navigation').length + performance.timeOrigin") == navigations
    token = bob.request.get("/api/v1/session").json()["csrf_token"]
    command = {"kind": "precisionpulse.v1.Ping", "body": {}}
    headers = {"X-CSRF-Token": token, "Idempotency-Key": uuid.uuid4().hex}
    answer = bob.request.post("/api/v1/clients/desktop-1/commands", data=command, headers=headers)
    assert answer.status == 403
    expect(admin.get_by_test_id("access-client:command")).to_have_count(0)

    refused = bob.goto("/admin/users")
    assert refused is not None and refused.status == 403
    expect(bob.get_by_role("heading", name="You may not see this")).to_be_visible()
    bob.goto("/")
    expect(bob.get_by_test_id("link-pill")).to_contain_text("Live")

    admin.get_by_label("May log in").uncheck()
    admin.get_by_role("button", name="Save").click()
    expect(bob).to_have_url(re.compile("/login"))
    expect(bob.get_by_test_id("login-error")).to_have_text("Your access was changed by an administrator.")
    assert bob.request.get("/api/v1/session").status == 401


@pytest.mark.proves("W22", "W23")
def test_a_page_that_may_not_be_seen_any_more_becomes_a_refusal(visitors: list[Visitor]) -> None:
    admin, bob = visitors[0].administrator(), visitors[1].page
    role = f"helpdesk-{uuid.uuid4().hex[:6]}"
    admin.goto("/admin/roles")
    admin.get_by_role("button", name="New role").click()
    admin.get_by_role("dialog").get_by_label("Name").fill(role)
    admin.get_by_role("button", name="Create role").click()
    expect(admin.get_by_role("heading", level=1, name=role)).to_be_visible()
    role_page = admin.url
    for permission in ("user:read", "session:read"):
        admin.get_by_role("checkbox", name=permission).click()
        expect(admin.get_by_role("checkbox", name=permission)).to_be_checked()
        expect(admin.get_by_role("checkbox", name=permission)).to_be_enabled()
    name, password = create_user(admin, role)
    visitors[1].log_in(name, password)
    change_first_password(bob, password)
    bob.get_by_role("link", name="Administration").click()
    menu = bob.get_by_role("navigation", name="Administration")
    expect(menu.get_by_role("link")).to_have_text(["Users", "Sessions"])
    expect(bob.get_by_role("button", name="New user")).to_have_count(0)

    admin.goto(role_page)
    admin.get_by_role("checkbox", name="user:read").click()
    expect(bob.get_by_role("heading", name="You may not see this")).to_be_visible()

    admin.get_by_role("button", name="Delete", exact=True).click()
    expect(admin.get_by_role("dialog")).to_contain_text("1 user loses it")
    admin.get_by_role("button", name=f"Delete {role}").click()
    expect(admin).to_have_url(re.compile("/admin/roles$"))
    expect(admin.get_by_role("link", name=role)).to_have_count(0)


@pytest.mark.proves("W24")
def test_the_last_administrator_stays_and_what_is_built_in_is_read_only(visitors: list[Visitor]) -> None:
    admin = visitors[0].administrator()
    admin.goto("/admin/users")
    admin.get_by_label("Search users").fill(visitors[0].stack.state["admin"]["username"])
    admin.get_by_role("link", name=visitors[0].stack.state["admin"]["username"], exact=True).click()
    reason = admin.get_by_text(re.compile("nobody who may log in and do everything"))
    admin.get_by_role("button", name="Take administrator").click()
    expect(reason.first).to_be_visible()
    admin.get_by_label("May log in").uncheck()
    admin.get_by_role("button", name="Save").click()
    expect(reason.nth(1)).to_be_visible()
    admin.get_by_role("link", name="administrator", exact=True).first.click()
    expect(admin.get_by_text("shipped with the product and read-only")).to_be_visible()
    expect(admin.get_by_role("button", name="Delete", exact=True)).to_have_count(0)
    expect(admin.get_by_role("checkbox", name="audit:read")).to_be_disabled()


@pytest.mark.proves("W24", "C4")
def test_who_edits_what_somebody_else_changed_is_asked_first(visitors: list[Visitor]) -> None:
    first, second = visitors[0].administrator(), visitors[1].administrator()
    create_user(first)
    second.goto(first.url)
    first.get_by_label("Name", exact=True).fill("Robert")
    second.get_by_label("Name", exact=True).fill("Bobby")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("Saved")).to_be_visible()
    second.get_by_role("button", name="Save").click()
    notice = second.get_by_role("alert").filter(has_text="Somebody else changed this")
    expect(notice.get_by_role("row", name="Name Robert Bobby")).to_be_visible()
    notice.get_by_role("button", name="Save mine over it").click()
    expect(second.get_by_text("Saved")).to_be_visible()
    expect(first.get_by_label("Name", exact=True)).to_have_value("Bobby")


@pytest.mark.proves("W19", "W25")
def test_the_pages_of_people_pass_axe_fit_a_narrow_screen_and_are_used_by_keyboard(visitors: list[Visitor]) -> None:
    admin = visitors[0].administrator()
    routes = ["/admin/users", "/admin/roles", "/admin/permissions", "/admin/sessions", "/sessions"]
    for link in ("/admin/users", "/admin/roles"):
        admin.goto(link)
        routes.append(admin.get_by_role("rowheader").get_by_role("link").first.get_attribute("href") or "")
    for theme, width in (("dark", 1440), ("light", 360)):
        admin.add_init_script(f"localStorage.setItem('theme', '{theme}')")
        admin.set_viewport_size({"width": width, "height": 800})
        for route in routes:
            admin.goto(route)
            expect(admin.get_by_test_id("link-pill")).to_contain_text("Live")
            expect(admin.locator(".animate-pulse")).to_have_count(0)
            assert violations(admin) == [], f"{route} {theme}"
            assert admin.evaluate("document.documentElement.scrollWidth") <= width, route
    admin.set_viewport_size({"width": 1440, "height": 900})
    admin.goto("/admin/users")
    admin.get_by_role("button", name="New user").focus()
    admin.keyboard.press("Enter")
    expect(admin.get_by_role("dialog").get_by_label("User name")).to_be_focused()
    assert violations(admin) == []
    admin.keyboard.press("Escape")
    expect(admin.get_by_role("dialog")).to_have_count(0)
