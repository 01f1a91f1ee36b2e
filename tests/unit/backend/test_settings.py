"""Settings: everything that is wrong is said at once, by the name of its variable, and secrets never show."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest

from precisionpulse_backend.__main__ import main
from precisionpulse_backend.settings import CodeSettings, DatabaseSettings, SettingsError, WebSettings

_URL = "postgresql://someone:hunter2@127.0.0.1:5432/pp"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PP_"):
            monkeypatch.delenv(name)


def test_all_missing_settings_are_named_at_once() -> None:
    with pytest.raises(SettingsError) as raised:
        WebSettings.load()
    for name in ("PP_DATABASE_URL", "PP_BROKER_PORT", "PP_SITE_CA_KEY_FILE", "PP_SESSION_SECRET_FILE", "PP_API_PORT"):
        assert f"{name}: is not set" in str(raised.value)


@pytest.mark.parametrize(
    ("url", "part"), [("mysql://127.0.0.1/x", "only PostgreSQL"), ("nonsense", "not a database URL")]
)
def test_a_wrong_database_url_is_explained(monkeypatch: pytest.MonkeyPatch, url: str, part: str) -> None:
    monkeypatch.setenv("PP_DATABASE_URL", url)
    with pytest.raises(SettingsError, match=part):
        DatabaseSettings.load()


@pytest.mark.parametrize(
    ("content", "part"),
    [(b"!!!", "not base64"), (base64.b64encode(b"short"), "5 bytes, not 32"), (None, "can't be read")],
)
def test_a_wrong_key_file_is_explained(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, part: str
) -> None:
    path = tmp_path / "key"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("PP_DATABASE_URL", _URL)
    monkeypatch.setenv("PP_KEY_ENCRYPTION_KEY_FILE", str(path))
    with pytest.raises(SettingsError, match=part):
        CodeSettings.load()


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PP_DATABASE_URL", _URL)
    assert "hunter2" not in repr(DatabaseSettings.load())


def test_a_program_with_wrong_settings_ends_with_code_2_and_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest"]) == 2
    assert "PP_HUB_BROKER_PORT: is not set" in capsys.readouterr().err
