"""The commands where nothing runs yet; a whole run is in the end-to-end tests."""

from pathlib import Path

import pytest

from precisionpulse_stack import state
from precisionpulse_stack.__main__ import main
from precisionpulse_stack.layout import Layout


def _say(checkout: Path, command: str) -> int:
    return main(["--checkout", str(checkout), command])


def test_stopping_what_does_not_run_is_no_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _say(tmp_path, "stop") == 0
    assert "not running" in capsys.readouterr().out


def test_status_says_that_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _say(tmp_path, "status") == 1
    assert "not running" in capsys.readouterr().out


def test_a_second_run_names_the_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    layout = Layout(tmp_path)
    layout.make()
    layout.state_file.write_text('{"web_url": "http://127.0.0.1:3000"}')
    with state.only_one(layout):
        assert _say(tmp_path, "run") == 0
    assert "running already: http://127.0.0.1:3000" in capsys.readouterr().out


def test_wrong_settings_are_told_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESKTOP", "floating")
    assert _say(tmp_path, "run") == 1
    assert "DESKTOP must be one of window, headless, none" in capsys.readouterr().err


def test_cleaning_removes_data_and_secrets(tmp_path: Path) -> None:
    Layout(tmp_path).make()
    assert _say(tmp_path, "clean") == 0
    assert not (tmp_path / ".run").exists()
