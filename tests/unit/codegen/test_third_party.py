"""Somebody else's schema through the same plugin: equal citizens (PP-CH-4)."""

import re
import subprocess
import sys
from pathlib import Path

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


KEYS_PROGRAM = """
from pathlib import Path
from uuid import UUID

from precisionpulse_sdk import schemas
from precisionpulse_sdk.errors import ChangeRefusedError
from precisionpulse_sdk.replica import Edit, Kind, Replica
from precisionpulse_sdk.replica.database import reading, sqlite_engine
from precisionpulse_sdk.replica.settings import read_effective
from precisionpulse_sdk.sync.edit import create_permission, give_permission, give_role, set_config
from precisionpulse_sdk.sync.kinds import permission_id

FOLLOW
print(schemas.load())
SPEED, TOKEN = (f"acme.v1.MillSettings.{name}" for name in ("spindle_rpm", "shop_token"))
hub, mill = (Replica(sqlite_engine(Path(node)), node=node, is_hub=node == "hub") for node in ("hub", "mill"))
hub.prepare(), mill.prepare()
admin, role, hash_ = UUID(int=1), UUID(int=2), "$argon2id$v=19$m=65536,t=3,p=4$" + "c" * 16 + "$" + "A" * 43
hub.provide([
    create_permission("*:*"), Edit(Kind.ROLE, role, {"name": "all"}), give_permission(role, permission_id("*:*")),
    Edit(Kind.USER, admin, {"username": "ada", "password_hash": hash_, "enabled": True}), give_role(admin, role),
])
for chunk in hub.feed(0):
    mill.apply_snapshot(chunk)
follow_configuration(mill, print)
for replica in (hub, mill):
    known = replica.settings.by_key[SPEED]
    print(known.description, known.unit, known.minimum, known.maximum, known.default.value)
    print(replica.settings.by_key[TOKEN].type.name)
    try:
        replica.edit([set_config(SPEED, 5000)], actor=admin)
    except ChangeRefusedError as error:
        print(error.text)
hub.edit([set_config(SPEED, 1200)], actor=admin)
mill.apply_feed(hub.feed(mill.cursor()))
"""


@pytest.mark.proves("PP-CH-4", "PP-SY-8", "D5")
def test_its_configuration_keys_are_known_to_hub_and_client_as_the_docs_say(foreign):
    docs = (Path(__file__).parents[3] / "docs" / "settings.md").read_text()
    proto, register, follow = (
        re.findall(rf"```{language}\n(.*?)```", docs, re.DOTALL)[place]
        for language, place in (("proto", 0), ("python", 0), ("python", 1))
    )
    [entry_point] = re.findall(r"```toml\n\[project\.entry-points\.\"(.*?)\"\]\n(.*?)```", docs, re.DOTALL)
    assert foreign.compile(proto, "registry_python").ok
    (foreign.out / "acme_schema.py").write_text(register)
    metadata = foreign.out / "acme-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[{entry_point[0]}]\n{entry_point[1].replace(chr(34), '')}")
    program = KEYS_PROGRAM.replace("FOLLOW", follow)
    done = subprocess.run([sys.executable, "-c", program], cwd=foreign.out, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    of_both = [
        "Speed of the spindle. 1/min 10 3000 600",
        "SECRET",
        "acme.v1.MillSettings.spindle_rpm: At most 3000 1/min.",
    ]
    assert done.stdout.splitlines() == ["['acme']", "600", *of_both, *of_both, "1200"]


@pytest.mark.proves("PP-CH-4", "PP-CM-3", "D4")
def test_its_commands_are_known_to_hub_and_client_as_the_docs_say(foreign):
    docs = (Path(__file__).parents[3] / "docs" / "messages.md").read_text()
    [proto] = re.findall(r"```proto\n(.*?)```", docs, re.DOTALL)
    register, use = re.findall(r"```python\n(.*?)```", docs, re.DOTALL)
    assert foreign.compile(proto, "registry_python").ok
    (foreign.out / "acme_schema.py").write_text(register)
    program = "\n".join(
        (
            "import acme_schema",
            "from precisionpulse_sdk import arguments",
            use.replace("client.on_command(", "print("),
            "kind = arguments.command_kinds()['acme.v1.Calibrate']",
            "print(kind.rule.label, kind.arguments[0].label, kind.arguments[0].maximum)",
        )
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=foreign.out, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines()[-1] == "Calibrate the mill Turns 50"


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
