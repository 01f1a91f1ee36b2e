"""The dashboard's counterpart in browser tests: publishes exact values, and causes faults that are seldom otherwise."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PASSWORD = "correct horse battery staple"


@dataclass
class Standin:
    """A running stand-in for the API server, over HTTP on loopback. A call returns when it has taken effect."""

    process: subprocess.Popen[str]
    port: int

    @classmethod
    def start(cls, node: Path, script: Path) -> Standin:
        """Starts it on a free port."""
        process = subprocess.Popen([node, script], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        return cls(process, json.loads(process.stdout.readline())["port"])

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)

    def reset(self) -> None:
        """No clients, no faults, no failed logins; every socket is closed."""
        self._control("reset")

    def add(self, client: str, *metrics: dict[str, Any]) -> None:
        """Makes a connected client with metrics: `name`, `type`, and if wanted `unit`, `scale`, `interval_ms`."""
        self._control("client", client=client, metrics=metrics)

    def publish(self, client: str, values: dict[str, Any], **how: Any) -> int:
        """Sends one batch; `late`, `ageMs` and `silent` say how. Returns the newest record number."""
        return int(self._control("publish", client=client, values=values, **how)["record_seq"])

    def set_connected(self, client: str, connected: bool, reason: str) -> None:
        self._control("connected", client=client, connected=connected, reason=reason)

    def set_queued(self, client: str, queued: int, **how: Any) -> None:
        """Sends a heartbeat with that many records waiting; `drain_per_s`, `recorded_per_s`, `oldest_age_ms` and
        `phase` say how."""
        self._control("queue", client=client, queued=queued, **how)

    def lose(self, client: str, cause: str, count: int, *, from_age_s: float, to_age_s: float) -> None:
        """Tells of records that will never come, measured between those two moments ago."""
        ages = {"fromAgeMs": from_age_s * 1000, "toAgeMs": to_age_s * 1000}
        self._control("lose", client=client, cause=cause, count=count, **ages)

    def make_demo(self, client: str) -> None:
        """Makes the client one whose link can be cut."""
        self._control("demo", client=client)

    def advance(self, client: str, state: str, **how: Any) -> None:
        """Moves the newest command of the client on; `text`, `code`, `progress` and `result` go with it."""
        self._control("command", client=client, state=state, **how)

    def set_config(self, key: str, value: Any, *, client: str = "", type: str | None = None) -> None:
        """Another person, bob, sets a key, for the site or for a client; None unsets it."""
        self._control("config", key=key, value=value, client=client, **({"type": type} if type else {}))

    def report_revision(self, client: str, revision: int) -> None:
        """The client says with a heartbeat which revision of the configuration is in effect."""
        self._control("revision", client=client, revision=revision)

    def reject_config(self, client: str, reason: str) -> None:
        """The client has said no to the newest revision."""
        self._control("reject", client=client, reason=reason)

    def write_audit(self, count: int) -> None:
        """Somebody does so many things that are in the audit log; pages are told once."""
        self._control("audit", count=count)

    def set_rights(self, *rights: tuple[str, str]) -> None:
        """What the visitor holds from now on: permissions, each for a client or, with "", for all."""
        self._control("rights", rights=[{"permission": permission, "client": client} for permission, client in rights])

    def skip(self, client: str, count: int) -> None:
        """Leaves a hole of so many records in what the hub has."""
        self._control("skip", client=client, count=count)

    def add_absence(self, client: str, reason: str, *, from_age_s: float, to_age_s: float | None) -> None:
        """Puts a spell without contact on record; None: it lasts."""
        ages = {"from_age_ms": from_age_s * 1000, "to_age_ms": None if to_age_s is None else to_age_s * 1000}
        self._control("absence", client=client, reason=reason, **ages)

    def flood(self, *, clients: int, metrics: int, every_ms: int, rounds: int) -> None:
        """Makes `clients` and lets each send all its `metrics` every `every_ms`; round n sends the value n."""
        self._control("flood", clients=clients, metrics=metrics, every_ms=every_ms, rounds=rounds)

    def faults(self, *, replay: bool = True, frozen: bool = False) -> None:
        """`replay` false: it has forgotten every frame. `frozen`: it answers nothing more, and closes nothing."""
        self._control("faults", replay=replay, frozen=frozen)

    def _control(self, action: str, **content: Any) -> dict[str, Any]:
        request = urllib.request.Request(
            f"{self.origin}/api/v1/control/{action}",
            data=json.dumps(content).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            answer: dict[str, Any] = json.load(response)
        return answer
