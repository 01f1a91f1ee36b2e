"""Somebody else's schema through the same plugin: equal citizens (PP-CH-4)."""

import subprocess
import sys

import pytest

from .test_rules import SOUND

PROGRAM = """
from acme.v1 import channels
from precisionpulse.v1.channels import Channel
assert isinstance(channels.ACME_TORQUE, Channel)
torque = channels.ACME_TORQUE
print(torque.name, torque.type, torque.topic, torque.qos, torque.message)
print(channels.COMMANDS["acme.v1.Calibrate"].label, channels.COMMANDS["acme.v1.Calibrate"].default_lifetime_s)
print(channels.SETTINGS["acme.v1.MillSettings.spindle_rpm"].maximum)
"""


@pytest.mark.proves("PP-CH-4", "PP-CM-3", "D4")
def test_its_python_registry_has_the_types_of_ours(foreign):
    assert foreign.compile(SOUND, "registry_python").ok
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=foreign.out, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "acme-torque 1000 pp/1/{site}/c/{client}/up/acme-torque 1 acme.v1.Torque",
        "Calibrate the mill 3600",
        "100",
    ]


@pytest.mark.proves("PP-CH-4")
def test_it_gets_every_other_output_too(foreign):
    expected = {
        "registry_typescript": "acme/v1/channels.js",
        "acl_mosquitto": "mosquitto.acl",
        "acl_emqx": "emqx.conf",
        "asyncapi": "asyncapi.yaml",
        "reference": "mill.md",
    }
    for target, path in expected.items():
        assert foreign.compile(SOUND, target).ok
        assert (foreign.out / path).is_file()
    assert 'from "@precisionpulse/contract"' in (foreign.out / "acme/v1/channels.js").read_text()


def test_a_nested_message_keeps_the_name_that_each_language_gives_it(foreign):
    nested = SOUND.replace("message Torque {", "message Spindle { message Torque {").replace(
        "double newton_metres = 1;\n}", "double newton_metres = 1; } }"
    )
    assert foreign.compile(nested, "registry_typescript").ok
    assert foreign.compile(nested, "registry_python").ok
    assert "schema: Spindle_TorqueSchema," in (foreign.out / "acme/v1/channels.js").read_text()
    assert 'message="acme.v1.Spindle.Torque"' in (foreign.out / "acme/v1/channels.py").read_text()


def test_a_schema_without_our_options_needs_nothing_of_ours(foreign):
    plain = 'syntax = "proto3"; package acme.v1; message Plain { string text = 1; }'
    assert foreign.compile(plain, "registry_python").ok
    assert not (foreign.out / "acme/v1/channels.py").exists()
