"""The cutter of a demonstration client's link, where the deployment has one: a small HTTP server on this machine."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Literal, TypedDict

from precisionpulse_backend.errors import UnavailableError

LinkState = Literal["up", "cut", "stalled"]
_TIMEOUT_S = 5


class Link(TypedDict):
    """What the link does, and since when (µs since 1970, as text)."""

    state: LinkState
    since_us: str


class LinkCutter:
    """Commands the cutter at `url` for the one client whose link leads through it. Raises `UnavailableError` when it
    does not answer."""

    def __init__(self, client: str, url: str) -> None:
        self.client = client
        self._url = url
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def link(self) -> Link:
        """The link as it is."""
        return self._ask(urllib.request.Request(self._url))

    def become(self, state: LinkState) -> Link:
        """Change it."""
        content = json.dumps({"state": state}).encode()
        return self._ask(urllib.request.Request(self._url, content, {"Content-Type": "application/json"}, method="PUT"))

    def _ask(self, request: urllib.request.Request) -> Link:
        try:
            with self._opener.open(request, timeout=_TIMEOUT_S) as response:
                answer: Link = json.load(response)
        except (OSError, ValueError) as error:
            raise UnavailableError("The link cutter of the demonstration does not answer.") from error
        return answer
