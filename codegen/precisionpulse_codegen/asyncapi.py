"""The AsyncAPI 3.0 document, told from a client's side: what it sends and what it receives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from precisionpulse_codegen.contract_version import MAJOR, MINOR
from precisionpulse_codegen.json_schema import enum_schema, message_schema
from precisionpulse_codegen.model import Channel, Schema

_HEADER = "precisionpulse.v1.Header"
_DESCRIPTION = """\
Every MQTT payload is a `precisionpulse.v1.Frame`: a serialised `Header` and a body. Unless a channel is marked clear,
the body is sealed with AES-256-GCM. A message's `headers` below are that `Header`; its `payload` is the message inside
the body, shown in protobuf's JSON form, in which 64-bit integers are strings and bytes are base64.
"""
_PARAMETERS = {
    "site": {"description": "The site's name: one deployment."},
    "client": {"description": "The client's id, which is also the common name of its certificate."},
}


def render(schema: Schema, parameters: Mapping[str, str]) -> dict[str, str]:
    """`asyncapi.yaml`."""
    every = (*schema.imports, *schema.files)
    messages = {message.full_name: message for file in every for message in file.messages}
    enums = {enum.full_name: enum for file in every for enum in file.enums}
    channels = schema.channels()
    carried = sorted({channel.message for channel in channels})
    wanted = _closure([*carried, *([_HEADER] if _HEADER in messages else [])], messages)
    document: dict[str, Any] = {
        "asyncapi": "3.0.0",
        "info": {"title": "PrecisionPulse", "version": f"{MAJOR}.{MINOR}.0", "description": _DESCRIPTION},
        "defaultContentType": "application/x-protobuf",
        "servers": {
            "site": {
                "host": "broker.example:8883",
                "protocol": "secure-mqtt",
                "protocolVersion": "5.0",
                "description": "The site's broker; its address comes with the enrolment.",
                "security": [{"$ref": "#/components/securitySchemes/certificate"}],
            }
        },
        "channels": {channel.name: _channel(channel) for channel in channels},
        "operations": {channel.name: _operation(channel) for channel in channels},
        "components": {
            "messages": {
                name: _message(name, messages[name].comment, with_header=_HEADER in messages) for name in carried
            },
            "schemas": {
                name: message_schema(messages[name]) if name in messages else enum_schema(enums[name])
                for name in sorted(wanted)
                if name in messages or name in enums
            },
            "parameters": _PARAMETERS,
            "securitySchemes": {
                "certificate": {
                    "type": "X509",
                    "description": "Mutual TLS with the enrolment's certificate, whose common name is the client's id.",
                }
            },
        },
    }
    notice = "# Generated from the schema; do not edit.\n"
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
    return {"asyncapi.yaml": notice + text}


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and never uses anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _represent_text)


def _closure(roots: list[str], messages: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in messages:
            waiting += [field.type for field in messages[name].fields if field.kind != "scalar"]
    return found


def _channel(channel: Channel) -> dict[str, Any]:
    names = [name for name in _PARAMETERS if f"{{{name}}}" in channel.topic]
    return {
        "address": channel.topic,
        "messages": {channel.message: {"$ref": f"#/components/messages/{channel.message}"}},
        "parameters": {name: {"$ref": f"#/components/parameters/{name}"} for name in names},
        "x-type": channel.type,
        "x-direction": channel.direction.removeprefix("DIRECTION_").lower(),
        "x-sealing": channel.sealing.removeprefix("SEALING_").lower(),
        "x-permission": channel.permission,
        "x-requirements": list(channel.requirements),
    }


def _operation(channel: Channel) -> dict[str, Any]:
    return {
        "action": "receive" if channel.direction == "DIRECTION_DOWN" else "send",
        "channel": {"$ref": f"#/channels/{channel.name}"},
        "messages": [{"$ref": f"#/channels/{channel.name}/messages/{channel.message}"}],
        "bindings": {"mqtt": {"qos": channel.qos, "retain": channel.retain, "bindingVersion": "0.2.0"}},
        "tags": [{"name": "hub" if channel.direction == "DIRECTION_HUB" else "client"}],
    }


def _message(name: str, comment: str, *, with_header: bool) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "title": name.rsplit(".", 1)[-1], "description": comment}
    if with_header:
        described["headers"] = {"$ref": f"#/components/schemas/{_HEADER}"}
    described["payload"] = {"$ref": f"#/components/schemas/{name}"}
    return described
