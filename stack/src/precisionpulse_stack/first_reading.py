"""Looks at the dashboard as a browser would, to know when a reading can be seen on it."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from precisionpulse_stack.errors import NotReadyError, StackError

_TIMEOUT_S = 10
_BETWEEN_LOOKS_S = 0.1


class LoginRefusedError(StackError):
    """The administrator's first password no longer logs in: it was changed since."""


@dataclass
class Visitor:
    """One session on the dashboard's own address, through the dashboard to the API."""

    web_url: str
    last_fault: str = ""
    _cookies: dict[str, str] = field(default_factory=dict)
    _csrf_token: str = ""

    def log_in(self, username: str, password_file: Path) -> None:
        """Opens a session. LoginRefusedError when the password is not right any more."""
        credentials = {"username": username, "password": password_file.read_text().strip()}
        status, answer = self._request("POST", "/api/v1/session", credentials)
        if status in (401, 403):
            raise LoginRefusedError(f"{username} could not log in with {password_file}: the password was changed")
        if status != 200:
            raise NotReadyError(f"the dashboard's login answered {status}")
        self._csrf_token = str(answer.get("csrf_token", ""))

    def log_out(self) -> None:
        """Ends the session."""
        self._request("DELETE", "/api/v1/session")

    def sees_reading_of(self, client: str, since_us: int) -> bool:
        """Whether any metric of the client has a value captured at `since_us` or later."""
        status, shown = self._request("GET", f"/api/v1/clients/{quote(client)}")
        if status != 200:
            return False
        for metric in shown.get("metrics", []):
            query = f"metric={quote(metric['name'])}&from_us={since_us}&to_us={_now_us()}&max_points=2"
            status, history = self._request("GET", f"/api/v1/clients/{quote(client)}/history?{query}")
            if status == 200 and history.get("points"):
                return True
        return False

    def _request(self, method: str, path: str, content: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        origin = urlsplit(self.web_url)
        connection = http.client.HTTPConnection(origin.hostname or "", origin.port, timeout=_TIMEOUT_S)
        headers = {"Accept": "application/json", "Origin": self.web_url}
        # The session's cookie is for secure connections; like a browser, we count loopback as one.
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        if self._csrf_token:
            headers["X-CSRF-Token"] = self._csrf_token
        body = None
        if content is not None:
            body = json.dumps(content)
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answered = response.read()
        except OSError as error:
            raise NotReadyError(f"the dashboard does not answer: {error}") from error
        finally:
            connection.close()
        for cookie in response.headers.get_all("Set-Cookie", []):
            name, _, value = cookie.split(";", 1)[0].partition("=")
            self._cookies[name.strip()] = value.strip()
        if response.status >= 500:
            self.last_fault = f"{method} {path.split('?')[0]} answered {response.status}"
        try:
            answer = json.loads(answered)
        except ValueError:
            answer = {}
        return response.status, answer if isinstance(answer, dict) else {}


def wait_for_reading(
    visitor: Visitor, client: str, since_us: int, timeout_s: float, *, meanwhile: Callable[[], None]
) -> None:
    """Returns once a reading captured since `since_us` can be seen; calls `meanwhile` between looks.

    NotReadyError when none is within the time.
    """
    deadline = time.monotonic() + timeout_s
    while not visitor.sees_reading_of(client, since_us):
        if time.monotonic() > deadline:
            why = f" ({visitor.last_fault}; its log says why)" if visitor.last_fault else ""
            raise NotReadyError(f"no reading of {client} was on the dashboard within {timeout_s:.0f} s{why}")
        meanwhile()
        time.sleep(_BETWEEN_LOOKS_S)


def _now_us() -> int:
    return time.time_ns() // 1000
