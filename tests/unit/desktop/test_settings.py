from __future__ import annotations

from pathlib import Path

import pytest

from precisionpulse_desktop.__main__ import main
from precisionpulse_desktop.errors import SettingsError
from precisionpulse_desktop.settings import load


def test_the_defaults_need_nothing() -> None:
    settings = load([], {})
    assert (settings.source, settings.interval_ms, settings.headless, settings.profile) == (
        "host",
        1000,
        False,
        "default",
    )
    assert settings.data_dir.name == "default"


@pytest.mark.proves("DT17")
def test_each_profile_has_its_own_data() -> None:
    assert load(["--profile", "line-2"], {}).data_dir != load([], {}).data_dir


def test_the_command_line_wins_over_the_environment(tmp_path: Path) -> None:
    environ = {"PP_DESKTOP_SOURCE": "generator", "PP_DESKTOP_INTERVAL_MS": "50", "PP_DESKTOP_DATA_DIR": str(tmp_path)}
    settings = load(["--interval-ms", "200"], environ)
    assert (settings.source, settings.interval_ms, settings.data_dir) == ("generator", 200, tmp_path)


def test_every_broken_setting_is_reported_at_once() -> None:
    environ = {"PP_DESKTOP_INTERVAL_MS": "often", "PP_DESKTOP_LOG_LEVEL": "loud", "PP_ENROL_CODE": "X"}
    with pytest.raises(SettingsError) as caught:
        load(["--profile", "../etc"], environ)
    lines = str(caught.value).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["--profile", "--interval-ms", "--enrol-code", "--log-level"]


def test_broken_settings_end_the_program_with_their_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--interval-ms", "1"]) == 2
    assert "--interval-ms (PP_DESKTOP_INTERVAL_MS) must be 10 to 86400000" in capsys.readouterr().err


@pytest.mark.proves("DT20")
def test_the_self_test_reports_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--headless", "--self-test", "--source", "generator"]) == 0
    assert capsys.readouterr().out.startswith("precisionpulse-desktop 1.")
