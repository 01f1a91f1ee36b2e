"""What is checked in under generated/ says what the schema says."""

import hashlib
import json
import re

import jsonschema
import pytest
from ruamel.yaml import YAML

from precisionpulse.v1 import channels as registry
from precisionpulse.v1 import (
    command_pb2,
    config_pb2,
    enrolment_pb2,
    frame_pb2,
    identity_pb2,
    live_pb2,
    options_pb2,
    session_pb2,
    sync_pb2,
    telemetry_pb2,
)

from .conftest import CHECKOUT, TOOLS, run

GENERATED = CHECKOUT / "generated"
MODULES = (
    command_pb2,
    config_pb2,
    enrolment_pb2,
    frame_pb2,
    identity_pb2,
    live_pb2,
    options_pb2,
    session_pb2,
    sync_pb2,
    telemetry_pb2,
)
MESSAGES = [message for module in MODULES for message in module.DESCRIPTOR.message_types_by_name.values()]


@pytest.mark.proves("A1", "A3", "PP-CH-1")
def test_the_registry_is_what_the_descriptors_declare():
    declared = {}
    for message in MESSAGES:
        for option in message.GetOptions().Extensions[options_pb2.channels]:
            declared[option.name] = registry.Channel(
                option.name,
                option.topic,
                option.qos,
                option.retain,
                option.direction,
                option.sealing,
                option.permission,
                option.type,
                message.full_name,
                tuple(option.requirements),
            )
    assert declared == dict(registry.CHANNELS)
    assert list(registry.BY_TYPE) == sorted(channel.type for channel in declared.values())


def test_commands_and_settings_are_what_the_descriptors_declare():
    commands = {m.full_name for m in MESSAGES if m.GetOptions().HasExtension(options_pb2.command)}
    settings = {
        field.name for m in MESSAGES for field in m.fields if field.GetOptions().HasExtension(options_pb2.setting)
    }
    assert set(registry.COMMANDS) == commands
    assert set(registry.SETTINGS) == settings


def test_the_registry_can_not_be_changed():
    with pytest.raises(TypeError):
        registry.CHANNELS["live"] = registry.HELLO  # type: ignore[index]


@pytest.mark.proves("PP-VR-4")
def test_python_code_is_generated_at_the_oldest_supported_runtime():
    for path in (GENERATED / "python/precisionpulse/v1").glob("*_pb2.py"):
        assert "# Protobuf Python Version: 5.29.0" in path.read_text()


@pytest.mark.proves("A3")
def test_both_languages_carry_the_fingerprint_of_the_image(tmp_path):
    image = tmp_path / "image.binpb"
    assert run(TOOLS / "buf", "build", "--as-file-descriptor-set", "--exclude-source-info", "-o", image).ok
    digest = hashlib.sha256(image.read_bytes()).digest()
    assert digest == registry.SCHEMA_FINGERPRINT
    typescript = (GENERATED / "typescript/precisionpulse/v1/channels.js").read_text()
    octets = re.search(r"SCHEMA_FINGERPRINT = .*\[(.*)\]", typescript)
    assert bytes(int(octet, 16) for octet in octets[1].split(", ")) == digest


@pytest.mark.proves("PP-CH-2", "F1")
def test_the_brokers_rules_are_the_three_branches():
    mosquitto = [line for line in (GENERATED / "acl/mosquitto.acl").read_text().splitlines() if line]
    rules = [line for line in mosquitto if not line.startswith("#")]
    assert rules == [
        "pattern write pp/1/{site}/c/%u/up/#",
        "pattern read pp/1/{site}/c/%u/down/#",
        "user hub",
        "topic read pp/1/{site}/c/+/up/#",
        "topic write pp/1/{site}/c/+/down/#",
        "topic readwrite pp/1/{site}/hub/#",
        "topic read $share/+/pp/1/{site}/c/+/up/#",
        "topic read $share/+/pp/1/{site}/hub/#",
    ]
    emqx = [line for line in (GENERATED / "acl/emqx.conf").read_text().splitlines() if line.startswith("{")]
    assert '{allow, all, publish, ["pp/1/{site}/c/${username}/up/#"]}.' in emqx
    assert '{allow, all, subscribe, ["pp/1/{site}/c/${username}/down/#"]}.' in emqx
    assert emqx[-1] == "{deny, all}."


@pytest.mark.proves("A3")
def test_the_asyncapi_document_is_valid_and_complete():
    specs = CHECKOUT / "codegen/node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"
    schema = json.loads(specs.read_text())
    document = YAML(typ="safe").load((GENERATED / "asyncapi.yaml").read_text())
    faults = [error.message for error in jsonschema.Draft7Validator(schema).iter_errors(document)]
    assert faults == []
    assert {name: channel["address"] for name, channel in document["channels"].items()} == {
        channel.name: channel.topic for channel in registry.CHANNELS.values()
    }
    references = set(re.findall(r"#/components/(\w+)/([\w.]+)", json.dumps(document)))
    assert [name for kind, name in references if name not in document["components"][kind]] == []


@pytest.mark.proves("A3")
def test_the_reference_explains_every_channel_and_every_field():
    pages = {path.name: path.read_text() for path in (GENERATED / "reference").glob("*.md")}
    for channel in registry.CHANNELS.values():
        assert f"`{channel.topic}`" in pages["index.md"]
    for module in MODULES:
        page = pages[module.DESCRIPTOR.name.rsplit("/", 1)[-1].replace(".proto", ".md")]
        for message in module.DESCRIPTOR.message_types_by_name.values():
            assert f"\n## {message.name}\n" in page
            for field in message.fields:
                assert re.search(rf"\| {field.number} \| `{field.name}` \| .+ \| \S.* \|", page), field.full_name
