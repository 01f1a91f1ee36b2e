"""The typed registry in TypeScript: `<package>/channels.js` with its `.d.ts`, and the npm package that it lives in.

JavaScript with declarations, not `.ts`: Node, bundlers and browsers take it from checkout and npm alike, unbuilt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from precisionpulse_codegen.contract_version import MAJOR, MINOR
from precisionpulse_codegen.model import Channel, Message, Schema
from precisionpulse_codegen.registry_python import constant, setting_key

_OWN_PACKAGE = "precisionpulse.v1"
_NOTICE = "// Channels, commands and settings of the schema package {}. Generated from the schema; do not edit.\n"

_PACKAGE = {
    "name": "@precisionpulse/contract",
    "version": f"{MAJOR}.{MINOR}.0",
    "description": "Generated TypeScript types and channel registry of the PrecisionPulse wire contract.",
    "type": "module",
    "sideEffects": False,
    "exports": {
        ".": "./index.js",
        "./channels": "./precisionpulse/v1/channels.js",
        "./*": "./precisionpulse/v1/*.js",
    },
    "dependencies": {"@bufbuild/protobuf": "^2.17.0"},
}

_TYPES = """\
/** Where a message travels. */
export interface Channel<Desc extends DescMessage = DescMessage> {
  readonly name: string;
  /** Template over `{site}` and `{client}`. */
  readonly topic: string;
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly direction: Direction;
  readonly sealing: Sealing;
  /** What the hub demands of the person behind a frame; empty when the sender's identity is enough. */
  readonly permission: string;
  readonly type: number;
  /** Full protobuf name. */
  readonly message: string;
  readonly schema: Desc;
  readonly requirements: readonly string[];
}

/** What a message means as the body of a `Command`. */
export interface CommandRule {
  readonly message: string;
  readonly permission: string;
  readonly defaultLifetimeS: number;
  readonly label: string;
}

/** What a configuration key accepts. Bounds are inclusive, null means none. */
export interface SettingRule {
  readonly key: string;
  readonly message: string;
  /** A scalar's protobuf name, or an enum's full name. */
  readonly type: string;
  readonly repeated: boolean;
  readonly unit: string;
  readonly minimum: bigint | null;
  readonly maximum: bigint | null;
  /** Text form; empty for the type's zero value. */
  readonly defaultValue: string;
  readonly secret: boolean;
  /** For people. */
  readonly description: string;
}
"""


def render(schema: Schema, parameters: Mapping[str, str]) -> dict[str, str]:
    """Paths below the TypeScript output folder, with their content. Parameter `fingerprint` is the schema's, in hex."""
    files: dict[str, str] = {}
    for package in sorted({file.package for file in schema.files}):
        sources = [file for file in schema.files if file.package == package]
        messages = [(message, file.stem) for file in sources for message in file.messages]
        if not any(message.channels or message.command or message.is_settings for message, _ in messages):
            continue
        folder = package.replace(".", "/")
        files[f"{folder}/channels.js"] = _javascript(package, messages, parameters)
        files[f"{folder}/channels.d.ts"] = _declarations(package, messages)
        if package == _OWN_PACKAGE:
            files["package.json"] = json.dumps(_PACKAGE, indent=2) + "\n"
            files["index.js"] = files["index.d.ts"] = _index(sorted(file.stem for file in sources))
    return files


def _index(stems: Iterable[str]) -> str:
    # The options' own `Channel` message gives way to the registry's type; it stays reachable as "…/options_pb".
    lines = [
        f'export * from "./{_OWN_PACKAGE.replace(".", "/")}/{stem}_pb.js";\n' for stem in stems if stem != "options"
    ]
    lines += [
        'export * from "./precisionpulse/v1/channels.js";\n',
        'export { Direction, Sealing } from "./precisionpulse/v1/options_pb.js";\n',
    ]
    return "// The whole contract. Generated from the schema; do not edit.\n" + "".join(lines)


def _options_source(package: str) -> str:
    return "./options_pb.js" if package == _OWN_PACKAGE else "@precisionpulse/contract"


def _schema_imports(package: str, messages: list[tuple[Message, str]], keyword: str) -> str:
    by_file: dict[str, list[str]] = {}
    for message, stem in messages:
        if message.channels:
            by_file.setdefault(stem, []).append(_schema_name(package, message.full_name))
    return "".join(
        f'{keyword} {{ {", ".join(sorted(names))} }} from "./{stem}_pb.js";\n'
        for stem, names in sorted(by_file.items())
    )


def _schema_name(package: str, full_name: str) -> str:
    # protoc-gen-es joins the names of a nested message and its parents by "_".
    return full_name.removeprefix(f"{package}.").replace(".", "_") + "Schema"


def _javascript(package: str, messages: list[tuple[Message, str]], parameters: Mapping[str, str]) -> str:
    channels = _channels(messages)
    parts = [_NOTICE.format(package), "\n"]
    if channels:
        parts.append(f'import {{ Direction, Sealing }} from "{_options_source(package)}";\n')
    parts.append(_schema_imports(package, messages, "import"))
    if package == _OWN_PACKAGE:
        octets = ", ".join(f"0x{byte:02x}" for byte in bytes.fromhex(parameters.get("fingerprint", "")))
        parts.append(f"\nexport const MAJOR = {MAJOR};\nexport const MINOR = {MINOR};\n")
        parts.append(f"export const SCHEMA_FINGERPRINT = /*@__PURE__*/ new Uint8Array([{octets}]);\n")
    parts += [f"\nexport const {constant(channel.name)} = {_channel(package, channel)};\n" for channel in channels]
    parts.append(_map("CHANNELS", [(json.dumps(channel.name), constant(channel.name)) for channel in channels]))
    parts.append(_map("BY_TYPE", [(str(channel.type), constant(channel.name)) for channel in channels]))
    parts.append(_map("COMMANDS", _commands(messages)))
    parts.append(_map("SETTINGS", _settings(messages)))
    return "".join(parts)


def _declarations(package: str, messages: list[tuple[Message, str]]) -> str:
    channels = _channels(messages)
    parts = [_NOTICE.format(package), "\n"]
    if package == _OWN_PACKAGE:
        parts.append('import type { DescMessage } from "@bufbuild/protobuf";\n')
        parts.append('import type { Direction, Sealing } from "./options_pb.js";\n')
    else:
        parts.append('import type { Channel, CommandRule, SettingRule } from "@precisionpulse/contract";\n')
    parts.append(_schema_imports(package, messages, "import type"))
    if package == _OWN_PACKAGE:
        parts.append(f"\n{_TYPES}")
        parts.append("\nexport declare const MAJOR: number;\nexport declare const MINOR: number;\n")
        parts.append("/** SHA-256 of the schema's descriptor image, as a release freezes it. */\n")
        parts.append("export declare const SCHEMA_FINGERPRINT: Uint8Array;\n\n")
    else:
        parts.append("\n")
    parts += [
        f"export declare const {constant(channel.name)}: Channel<typeof {_schema_name(package, channel.message)}>;\n"
        for channel in channels
    ]
    parts += [
        "\nexport declare const CHANNELS: ReadonlyMap<string, Channel>;\n",
        "export declare const BY_TYPE: ReadonlyMap<number, Channel>;\n",
        "export declare const COMMANDS: ReadonlyMap<string, CommandRule>;\n",
        "export declare const SETTINGS: ReadonlyMap<string, SettingRule>;\n",
    ]
    return "".join(parts)


def _channels(messages: list[tuple[Message, str]]) -> list[Channel]:
    return sorted((channel for message, _ in messages for channel in message.channels), key=lambda c: c.type)


def _channel(package: str, channel: Channel) -> str:
    return _object(
        {
            "name": json.dumps(channel.name),
            "topic": json.dumps(channel.topic),
            "qos": str(channel.qos),
            "retain": json.dumps(channel.retain),
            "direction": f"Direction.{channel.direction.removeprefix('DIRECTION_')}",
            "sealing": f"Sealing.{channel.sealing.removeprefix('SEALING_')}",
            "permission": json.dumps(channel.permission),
            "type": str(channel.type),
            "message": json.dumps(channel.message),
            "schema": _schema_name(package, channel.message),
            "requirements": json.dumps(channel.requirements),
        },
        indent=0,
    )


def _commands(messages: list[tuple[Message, str]]) -> list[tuple[str, str]]:
    found = []
    for message, _ in messages:
        if message.command:
            rule = {
                "message": json.dumps(message.full_name),
                "permission": json.dumps(message.command.permission),
                "defaultLifetimeS": str(message.command.default_lifetime_s),
                "label": json.dumps(message.command.label, ensure_ascii=False),
            }
            found.append((json.dumps(message.full_name), _object(rule, indent=1)))
    return found


def _settings(messages: list[tuple[Message, str]]) -> list[tuple[str, str]]:
    found = []
    for message, _ in messages:
        for field in message.fields:
            if field.setting:
                key = json.dumps(setting_key(message, field.name))
                rule = {
                    "key": key,
                    "message": json.dumps(message.full_name),
                    "type": json.dumps(field.type),
                    "repeated": json.dumps(field.repeated),
                    "unit": json.dumps(field.setting.unit),
                    "minimum": _bigint(field.setting.minimum),
                    "maximum": _bigint(field.setting.maximum),
                    "defaultValue": json.dumps(field.setting.default_value, ensure_ascii=False),
                    "secret": json.dumps(field.secret),
                    "description": json.dumps(" ".join(field.comment.split()), ensure_ascii=False),
                }
                found.append((key, _object(rule, indent=1)))
    return found


def _bigint(value: int | None) -> str:
    return "null" if value is None else f"{value}n"


def _map(name: str, items: list[tuple[str, str]]) -> str:
    body = "".join(f"  [{key}, {value}],\n" for key, value in items)
    return f"\nexport const {name} = /*@__PURE__*/ new Map([\n{body}]);\n"


def _object(members: Mapping[str, str], *, indent: int) -> str:
    inner, outer = "  " * (indent + 1), "  " * indent
    body = "".join(f"{inner}{key}: {value},\n" for key, value in members.items())
    return f"/*@__PURE__*/ Object.freeze({{\n{body}{outer}}})"
