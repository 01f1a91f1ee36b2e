"""After a run of the whole system: no hash, key or password in anything that people, programs or logs get to see."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from precisionpulse_backend.specification import specification
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.channels import CHANGES, topic_of
from precisionpulse_sdk.frame import Sealer
from precisionpulse_sdk.identity import Identity
from precisionpulse_stack.running import RunningStack
from precisionpulse_stack.waiting import wait_until

NEW_PASSWORD = "seven quiet lanterns over the harbour"
WRONG_PASSWORD = "eleven loud lanterns under the bridge"
_WAIT_S = 120
_SHOWN_TABLES = ("audit_log", "conflicts", "refusals", "commands", "command_steps")
_HASH = re.compile(rb"\$argon2id?\$v=")


def _query(stack: RunningStack, query: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(stack.state["database_url"]) as connection:
        return connection.execute(query.encode(), values).fetchall()


@pytest.fixture
def administrator(stack: RunningStack) -> Iterator[requests.Session]:
    """The administrator's browser, without a browser."""
    with requests.Session() as session:
        session.verify, session.trust_env = stack.state["api_ca_file"], False
        account = {"username": stack.state["admin"]["username"], "password": stack.password}
        answer = session.post(f"{stack.state['api_url']}/api/v1/session", json=account)
        assert answer.status_code == 200, answer.text
        session.headers["X-CSRF-Token"] = answer.json()["csrf_token"]
        yield session


def _live_a_little(stack: RunningStack, administrator: requests.Session) -> None:
    """Everything that handles a secret, once."""
    url = f"{stack.state['api_url']}/api/v1"
    name = f"dora-{uuid.uuid4().hex[:6]}"
    user = {"username": name, "display_name": "Dora", "password": NEW_PASSWORD}
    made = administrator.post(f"{url}/users", json=user)
    assert made.status_code == 201, made.text
    with requests.Session() as other:
        other.verify, other.trust_env = stack.state["api_ca_file"], False
        for password, status in ((WRONG_PASSWORD, 401), (NEW_PASSWORD, 200)):
            answer = other.post(f"{url}/session", json={"username": name, "password": password})
            assert answer.status_code == status, answer.text
    code = administrator.post(f"{url}/enrolment-codes", json={"client": "secret-1", "holds_accounts": True})
    assert code.status_code == 201, code.text
    wait_until("the desktop has the new user", lambda: any(_knows(file, name) for file in _databases(stack)), _WAIT_S)


def _databases(stack: RunningStack) -> list[Path]:
    return [file for pattern in ("*.sqlite3", "*.db") for file in stack.layout.run.rglob(pattern)]


def _knows(file: Path, name: str) -> bool:
    try:
        with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as database:
            return bool(database.execute("SELECT count(*) FROM users WHERE username = ?", (name,)).fetchone()[0])
    except sqlite3.Error:
        return False


def _secrets(stack: RunningStack) -> dict[str, bytes]:
    """What must not be seen, by what it is."""
    found = {
        f"the hash of {name}": hash_.encode()
        for name, hash_ in _query(stack, "SELECT username, password_hash FROM users")
        if hash_
    }
    found |= {"the administrator's password": stack.password.encode()}
    found |= {"a new password": NEW_PASSWORD.encode(), "a wrong password": WRONG_PASSWORD.encode()}
    for directory in {file.parent for file in stack.layout.run.rglob("identity.json")}:
        identity = Identity.load(directory)
        for key_id, key in identity.keys.items():
            found |= {f"master key {key_id} of {identity.client} ({form})": text for form, text in _forms(key)}
    for file in stack.layout.secrets.glob("*key*"):
        content = file.read_bytes().strip()
        if b"BEGIN" not in content and content:
            found[f"the content of {file.name}"] = content
    return found


def _forms(key: bytes) -> list[tuple[str, bytes]]:
    return [
        ("raw", key),
        ("hex", key.hex().encode()),
        ("base64", base64.b64encode(key).rstrip(b"=")),
        ("base64url", base64.urlsafe_b64encode(key).rstrip(b"=")),
    ]


def _answers(stack: RunningStack, administrator: requests.Session) -> Iterator[tuple[str, bytes]]:
    """Every GET of the interface, as the administrator gets it; arguments are what there is."""
    ids = {
        kind: str(rows[0][0])
        for kind in ("users", "roles", "permissions")
        if (rows := _query(stack, f"SELECT id FROM {kind} WHERE deleted_at IS NULL LIMIT 1"))
    }
    metric = _query(stack, "SELECT metric FROM samples WHERE client = 'desktop-1' LIMIT 1")[0][0]
    for path, methods in specification()["paths"].items():
        if "get" not in methods:
            continue
        kind = path.removeprefix("/api/v1/").split("/")[0]
        filled = path.replace("{client}", "desktop-1")
        filled = re.sub(r"\{\w+\}", ids.get(kind, str(uuid.UUID(int=0))), filled)
        query = {"metric": metric} if filled.endswith("/history") else {}
        answer = administrator.get(stack.state["api_url"] + filled, params=query, timeout=60)
        assert answer.status_code < 500, f"{filled}: {answer.text}"
        yield f"GET {filled}", str(answer.headers).encode() + answer.content


def _seen(stack: RunningStack, administrator: requests.Session, tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    """All that somebody gets to see: where, and what."""
    # Whoever starts it is shown the first administrator's password there, on purpose; nothing else.
    yield "what `make run` printed", stack.output.replace(stack.password, "").encode()
    for file in stack.layout.logs.rglob("*"):
        if file.is_file():
            yield f"log {file.name}", file.read_bytes()
    for table in _SHOWN_TABLES:
        for row in _query(stack, f"SELECT t::text FROM {table} t"):
            yield f"table {table}", row[0].encode()
    yield from _answers(stack, administrator)
    yield from _decoded(stack, tmp_path)


def _decoded(stack: RunningStack, tmp_path: Path) -> Iterator[tuple[str, bytes]]:
    """`pp decode` of every change of the site, as one who has the key sees it."""
    changes = [
        pb.CommittedChange.FromString(content).change for (content,) in _query(stack, "SELECT content FROM changes")
    ]
    assert any(change.entity.user.password_hash for change in changes)
    key, topic = os.urandom(32), topic_of(CHANGES, "main", "desktop-1")
    sealed = Sealer(key, 1, "up", 1, bytes(16)).seal(CHANGES, topic, pb.ChangeUpload(changes=changes), sent_us=1)
    key_file, captured = tmp_path / "key", tmp_path / "frame"
    key_file.write_bytes(key)
    captured.write_bytes(sealed)
    pp = shutil.which("pp", path=str(Path(sys.executable).parent))
    assert pp is not None
    told = subprocess.run([pp, "decode", captured, "-k", key_file, "-t", topic], capture_output=True, check=False)
    assert b"password_hash" in told.stdout, told.stderr
    yield "pp decode", told.stdout + told.stderr


@pytest.mark.proves("C2", "PP-SY-7", "A6")
def test_no_hash_key_or_password_is_in_anything_that_is_seen(
    stack: RunningStack, administrator: requests.Session, tmp_path: Path
) -> None:
    _live_a_little(stack, administrator)
    secrets = _secrets(stack)
    assert len([name for name in secrets if name.startswith("the hash")]) >= 2
    assert any(name.startswith("master key") for name in secrets)
    found, places = [], 0
    for where, content in _seen(stack, administrator, tmp_path):
        places += 1
        # JSON escapes what a log line quotes.
        plain = content + json.dumps(content.decode(errors="replace"), ensure_ascii=False).encode()
        found += [f"{name} in {where}" for name, secret in secrets.items() if secret in plain]
        found += [f"an Argon2 hash in {where}"] if _HASH.search(plain) else []
    assert not found
    assert places > 20
