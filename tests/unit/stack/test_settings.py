"""What may be chosen from outside."""

from pathlib import Path

import pytest

from precisionpulse_stack import ports, settings
from precisionpulse_stack.errors import StackError
from precisionpulse_stack.settings import DesktopMode


def test_nothing_needs_to_be_set() -> None:
    chosen = settings.load({})
    assert chosen.database_url is None
    assert chosen.broker is None
    assert chosen.desktop is None
    assert chosen.site == "main"
    assert not chosen.has_display
    assert chosen.demo


def test_all_faults_are_told_at_once() -> None:
    wrong = {
        "WEB_PORT": "eighty",
        "DESKTOP": "floating",
        "DEMO": "perhaps",
        "DATABASE_URL": "mysql://x",
        "BROKER_URL": "mqtt://plain:1883",
    }
    with pytest.raises(StackError) as caught:
        settings.load(wrong)
    for name in wrong:
        assert name in str(caught.value)


def test_a_real_broker_serves_clients_and_hub_unless_told_otherwise(tmp_path: Path) -> None:
    authority = tmp_path / "ca.pem"
    authority.touch()
    broker = settings.load({"BROKER_URL": "mqtts://broker.example", "BROKER_CA_FILE": str(authority)}).broker
    assert broker is not None
    assert (broker.host, broker.port) == (broker.hub_host, broker.hub_port) == ("broker.example", 8883)
    assert broker.ca_file == authority


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="HUB_KEY_FILE names a file that does not exist"):
        settings.load({"BROKER_URL": "mqtts://h:1", "HUB_KEY_FILE": str(tmp_path / "absent")})


@pytest.mark.parametrize("mode", DesktopMode)
def test_the_desktops_mode_is_chosen_by_name(mode: DesktopMode) -> None:
    assert settings.load({"DESKTOP": mode.value}).desktop is mode


def test_only_a_port_that_is_asked_for_comes_before_that_of_the_last_run() -> None:
    asked = settings.load({"WEB_PORT": "3000", "API_PORT": "0"})
    assert asked.named_ports == {"WEB_PORT"}
    assert ports.wanted(3000, 37163, is_named=True) == 3000
    assert ports.wanted(3000, 37163, is_named=False) == 37163
    assert ports.wanted(3000, None, is_named=False) == 3000
    assert ports.wanted(0, 37163, is_named=False) == 37163
