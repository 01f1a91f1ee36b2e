"""What the generator refuses: one planted fault each, in a schema that is sound without it."""

import pytest

SOUND = """
syntax = "proto3";
package acme.v1;
import "precisionpulse/v1/options.proto";

enum Speed { SPEED_UNSPECIFIED = 0; SPEED_SLOW = 1; }

message Torque {
  option (precisionpulse.v1.channels) = {
    name: "acme-torque" topic: "pp/1/{site}/c/{client}/up/acme-torque" qos: 1
    direction: DIRECTION_UP sealing: SEALING_SEALED type: 1000
  };
  double newton_metres = 1;
}

message Calibrate {
  option (precisionpulse.v1.command) = { permission: "mill:calibrate" label: "Calibrate the mill" };
}

message MillSettings {
  uint32 spindle_rpm = 1 [(precisionpulse.v1.setting) = { minimum: 10 maximum: 100 default_value: "20" }];
  Speed speed = 2 [(precisionpulse.v1.setting) = { default_value: "SPEED_SLOW" }];
}
"""

SECOND_CHANNEL = """
message Heat {
  option (precisionpulse.v1.channels) = {
    name: "%s" topic: "pp/1/{site}/c/{client}/up/%s" direction: DIRECTION_UP sealing: SEALING_SEALED type: %d
  };
}
"""


def test_the_schema_without_a_fault_is_taken(foreign):
    assert foreign.compile(SOUND, "registry_python").ok


@pytest.mark.proves("A1", "PP-CH-1", "PP-CH-2")
@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("type: 1000", "type: 0", "type is missing or 0"),
        ("type: 1000", "type: 10", "type 10 is not free for this package"),
        ('name: "acme-torque"', 'name: "Acme Torque"', "the name must be lower-case words"),
        ('name: "acme-torque"', 'name: "by-type"', "the name is reserved"),
        ("qos: 1", "qos: 2", "qos 2 is not supported"),
        ("sealing: SEALING_SEALED", "", "sealing is missing"),
        ("sealing: SEALING_SEALED", "sealing: SEALING_CLEAR retain: true", "a clear frame must not be retained"),
        ("direction: DIRECTION_UP", "", "direction is missing"),
        ("direction: DIRECTION_UP", "direction: DIRECTION_DOWN", "must be pp/1/{site}/c/{client}/down/<name>"),
        ("direction: DIRECTION_UP", "direction: DIRECTION_HUB", "must be pp/1/{site}/hub/<name>"),
        ("{client}/up/acme-torque", "{client}/up/", "must be pp/1/{site}/c/{client}/up/<name>"),
        ("pp/1/{site}", "pp/2/{site}", "must be pp/1/{site}/c/{client}/up/<name>"),
        ("{client}", "everybody", "must be pp/1/{site}/c/{client}/up/<name>"),
        ("up/acme-torque", "up/{machine}", "{machine} in the topic is not known"),
        ("up/acme-torque", "up/acme+torque", "the topic level 'acme+torque'"),
        ("type: 1000", 'type: 1000 permission: "everything"', "'everything' is not of the form resource:action"),
        ('permission: "mill:calibrate"', "", "'' is not of the form resource:action"),
        ('label: "Calibrate the mill"', "", "label is missing"),
        ("minimum: 10", "minimum: 1000", "minimum 1000 is above maximum 100"),
        ('default_value: "20"', 'default_value: "9"', "'9' is outside 10 to 100"),
        ('default_value: "20"', 'default_value: "20.5"', "'20.5' is not an integer"),
        ('default_value: "20"', 'default_value: "many"', "'many' is not a number"),
        ('default_value: "SPEED_SLOW"', 'default_value: "SLOW"', "'SLOW' is not a value of acme.v1.Speed"),
        ('default_value: "SPEED_SLOW"', "minimum: 1", "a bound needs a number"),
        ("uint32 spindle_rpm", "Torque spindle_rpm", "a configuration key is a scalar"),
        ("uint32 spindle_rpm", "repeated uint32 spindle_rpm", "only lists of strings"),
    ],
)
def test_a_fault_is_refused_with_its_place_and_reason(foreign, before, after, complaint):
    assert before in SOUND
    outcome = foreign.compile(SOUND.replace(before, after), "registry_python")
    assert not outcome.ok
    assert complaint in outcome.text
    assert "acme/v1/mill.proto:" in outcome.text


@pytest.mark.proves("PP-CH-1")
@pytest.mark.parametrize(
    ("name", "level", "number", "what"),
    [
        ("acme-torque", "acme-heat", 1001, "name 'acme-torque'"),
        ("acme-heat", "acme-torque", 1001, "topic 'pp/1/{site}/c/{client}/up/acme-torque'"),
        ("acme-heat", "acme-heat", 1000, "type 1000"),
    ],
)
def test_two_channels_never_share_a_name_a_topic_or_a_number(foreign, name, level, number, what):
    outcome = foreign.compile(SOUND + SECOND_CHANNEL % (name, level, number), "registry_python")
    assert not outcome.ok
    assert f"{what} is already taken by channel 'acme-torque' of acme.v1.Torque" in outcome.text


def test_a_clash_with_an_imported_schema_is_refused(foreign):
    schema = SOUND.replace("up/acme-torque", "up/live").replace(
        "import ", 'import "precisionpulse/v1/telemetry.proto";\nimport '
    )
    outcome = foreign.compile(schema, "registry_python")
    assert not outcome.ok
    assert "is already taken by channel 'live' of precisionpulse.v1.Batch" in outcome.text


def test_every_fault_is_named_at_once(foreign):
    outcome = foreign.compile(SOUND.replace("type: 1000", "type: 0").replace("qos: 1", "qos: 2"), "registry_python")
    assert "type is missing" in outcome.text
    assert "qos 2" in outcome.text


@pytest.mark.parametrize("target", ["", "registry_cobol"])
def test_an_unknown_target_is_refused_with_the_known_ones(foreign, target):
    outcome = foreign.compile(SOUND, target)
    assert not outcome.ok
    assert "registry_python" in outcome.text
