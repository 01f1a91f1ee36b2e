"""Waiting for something that a page does by itself. The page's content policy forbids Playwright's own way to wait."""

from __future__ import annotations

import time
from typing import Any

from playwright.sync_api import Page

_POLL_MS = 50


def wait_for(page: Page, expression: str, argument: Any = None, *, timeout_s: float = 45) -> None:
    """Returns when the JavaScript `expression` is true on the page; fails after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not page.evaluate(expression, argument):
        assert time.monotonic() < deadline, f"not true within {timeout_s} s: {expression}"
        page.wait_for_timeout(_POLL_MS)
