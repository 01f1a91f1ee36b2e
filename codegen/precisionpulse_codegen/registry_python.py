"""The typed registry in Python: `<package>/channels.py`, and the frame of the package that it lives in."""

from __future__ import annotations

import json
from collections.abc import Mapping

from precisionpulse_codegen.contract_version import MAJOR, MINOR
from precisionpulse_codegen.model import Channel, Message, Schema
from precisionpulse_codegen.rules import OURS

_OWN_PACKAGE = "precisionpulse.v1"

_PYPROJECT = f"""\
[project]
name = "precisionpulse-contract"
version = "{MAJOR}.{MINOR}.0"
description = "Generated Python types and channel registry of the PrecisionPulse wire contract."
requires-python = ">=3.11"
dependencies = ["protobuf>=5.29,<8"]

[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[tool.hatch.build.targets.wheel]
packages = ["precisionpulse"]
"""

_CLASSES = '''\
@dataclass(frozen=True, slots=True)
class Channel:
    """Where a message travels. `topic` is a template over `{site}` and `{client}`; `message` is a full protobuf name;
    `permission` is what the hub demands of the person behind a frame, empty when the sender's identity is enough."""

    name: str
    topic: str
    qos: int
    retain: bool
    direction: Direction
    sealing: Sealing
    permission: str
    type: int
    message: str
    requirements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CommandRule:
    """What a message means as the body of a `Command`."""

    message: str
    permission: str
    default_lifetime_s: int
    label: str


@dataclass(frozen=True, slots=True)
class SettingRule:
    """What a configuration key accepts. `type` is a scalar's name or an enum's full name; bounds are inclusive, None
    means none; `default_value` is in text form, empty for the type's zero value; `description` is for people."""

    key: str
    message: str
    type: str
    repeated: bool
    unit: str
    minimum: int | None
    maximum: int | None
    default_value: str
    secret: bool
    description: str
'''


def render(schema: Schema, parameters: Mapping[str, str]) -> dict[str, str]:
    """Paths below the Python output folder, with their content. Parameter `fingerprint` is the schema's, in hex."""
    files: dict[str, str] = {}
    packages = sorted({file.package for file in schema.files})
    for package in packages:
        messages = [message for file in schema.files if file.package == package for message in file.messages]
        if any(message.channels or message.command or message.is_settings for message in messages):
            files[f"{package.replace('.', '/')}/channels.py"] = _registry(package, messages, parameters)
    if _OWN_PACKAGE in packages:
        files["pyproject.toml"] = _PYPROJECT
        files["precisionpulse/__init__.py"] = '"""The PrecisionPulse wire contract, generated from its schema."""\n'
        files["precisionpulse/py.typed"] = ""
        files["precisionpulse/v1/__init__.py"] = (
            f'"""Messages and channel registry of major {MAJOR} of the contract."""\n'
        )
    return files


def _registry(package: str, messages: list[Message], parameters: Mapping[str, str]) -> str:
    channels = sorted((channel for message in messages for channel in message.channels), key=lambda c: c.type)
    own = package == _OWN_PACKAGE
    parts = [
        f'"""Channels, commands and settings of the schema package `{package}`. Generated; do not edit."""\n\n',
        "from __future__ import annotations\n\n",
        "from collections.abc import Mapping\n",
        "from dataclasses import dataclass\n" if own else "",
        "from types import MappingProxyType\n\n",
        _imports(own),
        _version(parameters) if own else "",
        f"\n{_CLASSES}\n" if own else "",
    ]
    parts += [f"\n{constant(channel.name)} = {_channel(channel)}\n" for channel in channels]
    parts.append(_mapping("CHANNELS", "str", "Channel", [(f'"{c.name}"', constant(c.name)) for c in channels]))
    parts.append(_mapping("BY_TYPE", "int", "Channel", [(str(c.type), constant(c.name)) for c in channels]))
    parts.append(_mapping("COMMANDS", "str", "CommandRule", _commands(messages)))
    parts.append(_mapping("SETTINGS", "str", "SettingRule", _settings(messages)))
    return "".join(parts)


def constant(name: str) -> str:
    """The constant that holds a channel: `command-status` becomes `COMMAND_STATUS`."""
    return name.replace("-", "_").upper()


def setting_key(message: Message, field: str) -> str:
    """The configuration key of a field: its name in our own settings, the field's full name in a third party's."""
    return field if message.full_name.startswith(OURS) else f"{message.full_name}.{field}"


def _imports(own: bool) -> str:
    options = (
        "from precisionpulse.v1.options_pb2 import (\n"
        "    DIRECTION_DOWN,\n    DIRECTION_HUB,\n    DIRECTION_UP,\n    SEALING_CLEAR,\n    SEALING_SEALED,\n"
    )
    if own:
        return options + "    Direction,\n    Sealing,\n)\n"
    return "from precisionpulse.v1.channels import Channel, CommandRule, SettingRule\n" + options + ")\n"


def _version(parameters: Mapping[str, str]) -> str:
    fingerprint = parameters.get("fingerprint", "")
    return (
        f"\nMAJOR = {MAJOR}\nMINOR = {MINOR}\n"
        f'SCHEMA_FINGERPRINT = bytes.fromhex("{fingerprint}")\n'
        '"""SHA-256 of the schema\'s descriptor image, as a release freezes it."""\n'
    )


def _channel(channel: Channel) -> str:
    return _call(
        "Channel",
        {
            "name": _text(channel.name),
            "topic": _text(channel.topic),
            "qos": str(channel.qos),
            "retain": str(channel.retain),
            "direction": channel.direction,
            "sealing": channel.sealing,
            "permission": _text(channel.permission),
            "type": str(channel.type),
            "message": _text(channel.message),
            "requirements": _tuple(channel.requirements),
        },
        indent=0,
    )


def _commands(messages: list[Message]) -> list[tuple[str, str]]:
    return [
        (
            _text(message.full_name),
            _call(
                "CommandRule",
                {
                    "message": _text(message.full_name),
                    "permission": _text(message.command.permission),
                    "default_lifetime_s": str(message.command.default_lifetime_s),
                    "label": _text(message.command.label),
                },
                indent=2,
            ),
        )
        for message in messages
        if message.command
    ]


def _settings(messages: list[Message]) -> list[tuple[str, str]]:
    found = []
    for message in messages:
        for field in message.fields:
            if field.setting is None:
                continue
            key = setting_key(message, field.name)
            arguments = {
                "key": _text(key),
                "message": _text(message.full_name),
                "type": _text(field.type),
                "repeated": str(field.repeated),
                "unit": _text(field.setting.unit),
                "minimum": str(field.setting.minimum),
                "maximum": str(field.setting.maximum),
                "default_value": _text(field.setting.default_value),
                "secret": str(field.secret),
                "description": _text(" ".join(field.comment.split())),
            }
            found.append((_text(key), _call("SettingRule", arguments, indent=2)))
    return found


def _mapping(name: str, key: str, value: str, items: list[tuple[str, str]]) -> str:
    head = f"\n{name}: Mapping[{key}, {value}] = MappingProxyType("
    if not items:
        return head + "{})\n"
    return head + "\n    {\n" + "".join(f"        {k}: {v},\n" for k, v in items) + "    }\n)\n"


def _call(name: str, arguments: Mapping[str, str], *, indent: int) -> str:
    inner, outer = "    " * (indent + 1), "    " * indent
    return f"{name}(\n" + "".join(f"{inner}{key}={value},\n" for key, value in arguments.items()) + f"{outer})"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _tuple(values: tuple[str, ...]) -> str:
    return "(" + ", ".join(map(_text, values)) + ("," if len(values) == 1 else "") + ")"
