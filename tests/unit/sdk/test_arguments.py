"""A command's body is checked by what its schema says, ours and a third party's alike."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool

from precisionpulse_sdk import arguments, schemas
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.arguments import arguments_of, body_from_bytes, body_from_json, command_kinds
from precisionpulse_sdk.channels import CommandRule, SettingRule, class_named
from precisionpulse_sdk.errors import CommandArgumentError, ConfigurationError
from precisionpulse_sdk.sync import settings

Types = descriptor_pb2.FieldDescriptorProto


@pytest.fixture(scope="module")
def calibrate() -> str:
    """A third party's command, as if its generated code had been imported."""
    file = descriptor_pb2.FileDescriptorProto(
        name="acme/v1/oven.proto", package="acme.v1", syntax="proto3", dependency=["precisionpulse/v1/options.proto"]
    )
    message = file.message_type.add(name="CalibrateOven")
    limit = message.field.add(name="celsius", number=1, type=Types.TYPE_SINT32, label=Types.LABEL_OPTIONAL)
    rule: pb.ArgumentRule = limit.options.Extensions[pb.argument]
    rule.minimum, rule.maximum, rule.unit = -40, 300, "Cel"
    message.field.add(name="zones", number=2, type=Types.TYPE_STRING, label=Types.LABEL_REPEATED)
    message.field.add(name="count", number=3, type=Types.TYPE_UINT64, label=Types.LABEL_OPTIONAL)
    descriptor_pool.Default().Add(file)  # type: ignore[no-untyped-call]
    return "acme.v1.CalibrateOven"


@pytest.fixture
def registered(calibrate: str) -> str:
    arguments.register(CommandRule(calibrate, "client:command", 60, "Calibrate the oven"))
    return calibrate


@pytest.mark.proves("PP-CM-3", "PP-CH-4")
def test_a_third_party_s_command_is_known_with_its_fields_once_it_is_registered(registered: str) -> None:
    kind = command_kinds()[registered]
    assert kind.rule.label == "Calibrate the oven"
    celsius, zones, count = kind.arguments
    assert (celsius.type, celsius.unit, celsius.minimum, celsius.maximum) == ("integer", "Cel", -40, 300)
    assert zones.repeated and not celsius.repeated
    assert (count.minimum, count.maximum) == (0, 2**64 - 1)


@pytest.mark.proves("PP-CM-3")
def test_bodies_are_exact_and_bounded_also_a_third_party_s(calibrate: str) -> None:
    kind = class_named(calibrate)
    body = body_from_json(kind, {"celsius": 21, "zones": ["a", "b"], "count": str(2**64 - 1)})
    assert body_from_bytes(kind, body.SerializeToString()) == body
    with pytest.raises(CommandArgumentError, match="at most 300"):
        body_from_json(kind, {"celsius": 301})
    with pytest.raises(CommandArgumentError, match="at least -40"):
        body_from_bytes(kind, kind(celsius=-41).SerializeToString())
    with pytest.raises(CommandArgumentError, match="CalibrateOven"):
        body_from_bytes(kind, b"\xff")


@pytest.mark.proves("PP-CM-3")
def test_every_command_of_the_schema_has_fields_that_a_form_can_ask_for() -> None:
    for kind in command_kinds().values():
        assert all(argument.type != "json" for argument in kind.arguments if kind.name.startswith("precisionpulse."))
    (revision,) = arguments_of(pb.UpdateConfig)
    assert revision.optional and revision.minimum == 0


@pytest.mark.proves("PP-CH-4", "PP-SY-8")
@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"key": "spindle_rpm"}, "'spindle_rpm' can't be a key of a third party's"),
        ({"key": "interval_ms"}, "'interval_ms' can't be a key of a third party's"),
        ({"type": "bytes"}, "acme.v1.Mill.rpm: a setting of the type bytes"),
        ({"default_value": "fast"}, "acme.v1.Mill.rpm: a setting of the type uint32 with the default 'fast'"),
        ({"default_value": "9"}, "the default of acme.v1.Mill.rpm: At least 10"),
    ],
)
def test_a_third_party_s_configuration_key_that_can_not_be_is_named(changes: dict[str, str], fault: str) -> None:
    sound = SettingRule("acme.v1.Mill.rpm", "acme.v1.Mill", "uint32", False, "", 10, 100, "20", False, "Speed.")
    with pytest.raises(ConfigurationError, match=re.escape(fault)):
        settings.register(replace(sound, **changes))  # type: ignore[arg-type]
    assert "acme.v1.Mill.rpm" not in settings.Settings().by_key


@pytest.mark.proves("PP-CH-4")
def test_schemas_are_found_by_entry_point_and_a_broken_one_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme_good.py").write_text("")
    (tmp_path / "acme_bad.py").write_text("raise ImportError('no such messages')")
    metadata = tmp_path / "acme-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text(f"[{schemas.GROUP}]\nbad = acme_bad\ngood = acme_good\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert schemas.load() == ["good"]
