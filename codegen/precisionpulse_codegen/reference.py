"""The protocol reference in Markdown: an index of channels, commands and settings, and a page for each .proto file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from precisionpulse_codegen.contract_version import MAJOR, MINOR
from precisionpulse_codegen.model import Channel, Enum, Field, File, Message, Schema
from precisionpulse_codegen.registry_python import setting_key


def render(schema: Schema, parameters: Mapping[str, str]) -> dict[str, str]:
    """`index.md` and `<file>.md` for each file of the schema."""
    pages = {file.path: f"{file.stem}.md" for file in schema.files}
    homes = {message.full_name: pages[file.path] for file in schema.files for message in file.messages}
    homes |= {enum.full_name: pages[file.path] for file in schema.files for enum in file.enums}
    files = {pages[file.path]: _page(file, homes) for file in schema.files}
    files["index.md"] = _index(schema, pages, homes)
    return files


def _index(schema: Schema, pages: Mapping[str, str], homes: Mapping[str, str]) -> str:
    channels = schema.channels()
    rows = [
        (
            str(channel.type),
            f"`{channel.name}`",
            _link(channel.message, homes),
            f"`{channel.topic}`",
            _word(channel.direction),
            str(channel.qos),
            "yes" if channel.retain else "no",
            _word(channel.sealing),
            f"`{channel.permission}`" if channel.permission else "",
            ", ".join(channel.requirements),
        )
        for channel in channels
    ]
    head = ("Type", "Channel", "Message", "Topic", "Direction", "QoS", "Kept", "Sealing", "Permission", "Requirements")
    parts = [
        f"# Reference of the wire contract {MAJOR}.{MINOR}\n",
        "Generated from the schema; do not edit.\n",
        "## Files\n",
        _table(
            ("File", "Content"),
            [(f"[{path}]({page})", _first_line(_file(schema, path).comment)) for path, page in sorted(pages.items())],
        ),
        "## Channels\n",
        _table(head, rows),
        "## Commands\n",
        _table(("Command", "Label", "Permission", "Worth running for"), _commands(schema, homes)),
        "## Settings\n",
        _table(("Key", "Type", "Unit", "Minimum", "Maximum", "Default", "Meaning"), _settings(schema, homes)),
        "## Requirements\n",
        "What each requirement rests on.\n",
        _table(("Requirement", "Channels"), _requirements(channels)),
    ]
    return "\n".join(parts)


def _page(file: File, homes: Mapping[str, str]) -> str:
    parts = [f"# {file.path}\n", f"Package `{file.package}`. Generated from the schema; do not edit.\n"]
    if file.comment:
        parts.append(file.comment + "\n")
    parts += [_message(message, homes) for message in file.messages]
    parts += [_enum(enum) for enum in file.enums]
    return "\n".join(parts)


def _message(message: Message, homes: Mapping[str, str]) -> str:
    parts = [f"## {_short(message.full_name)}\n", message.comment + "\n"]
    parts += [_channel(channel) for channel in message.channels]
    if message.command:
        rule = message.command
        parts.append(
            f"- Command “{rule.label}”: permission `{rule.permission}`, worth running for {rule.default_lifetime_s} s\n"
        )
    if message.fields:
        rows = [
            (str(field.number), f"`{field.name}`", _field_type(field, homes), _field_text(field))
            for field in message.fields
        ]
        parts.append(_table(("No.", "Field", "Type", "Meaning"), rows))
    return "\n".join(part for part in parts if part.strip())


def _channel(channel: Channel) -> str:
    facts = [
        f"type {channel.type}",
        _word(channel.direction),
        f"QoS {channel.qos}",
        _word(channel.sealing),
        *(["retained"] if channel.retain else []),
        *([f"permission `{channel.permission}`"] if channel.permission else []),
        *([f"serves {', '.join(channel.requirements)}"] if channel.requirements else []),
    ]
    return f"- Channel `{channel.name}`: `{channel.topic}` ({'; '.join(facts)})\n"


def _enum(enum: Enum) -> str:
    rows = [(str(value.number), f"`{value.name}`", value.comment) for value in enum.values]
    return "\n".join([f"## {_short(enum.full_name)}\n", enum.comment + "\n", _table(("No.", "Value", "Meaning"), rows)])


def _field_type(field: Field, homes: Mapping[str, str]) -> str:
    one = f"`{field.type}`" if field.kind == "scalar" else _link(field.type, homes)
    if field.key_type:
        return f"map of `{field.key_type}` to {one}"
    if field.repeated:
        return f"list of {one}"
    if field.oneof:
        return f"{one}, one of `{field.oneof}`"
    return f"{one}, optional" if field.presence else one


def _field_text(field: Field) -> str:
    return field.comment + (" **Secret.**" if field.secret else "")


def _commands(schema: Schema, homes: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [
        (
            _link(message.full_name, homes),
            message.command.label,
            f"`{message.command.permission}`",
            f"{message.command.default_lifetime_s} s",
        )
        for message in schema.messages()
        if message.command
    ]


def _settings(schema: Schema, homes: Mapping[str, str]) -> list[tuple[str, ...]]:
    return [
        (
            f"`{setting_key(message, field.name)}`",
            _field_type(field, homes),
            rule.unit,
            "" if rule.minimum is None else str(rule.minimum),
            "" if rule.maximum is None else str(rule.maximum),
            f"`{rule.default_value}`" if rule.default_value else "",
            field.comment,
        )
        for message in schema.messages()
        for field in message.fields
        if (rule := field.setting) is not None
    ]


def _requirements(channels: Iterable[Channel]) -> list[tuple[str, ...]]:
    served: dict[str, list[str]] = {}
    for channel in channels:
        for requirement in channel.requirements:
            served.setdefault(requirement, []).append(f"`{channel.name}`")
    return [(requirement, ", ".join(names)) for requirement, names in sorted(served.items())]


def _file(schema: Schema, path: str) -> File:
    return next(file for file in schema.files if file.path == path)


def _first_line(text: str) -> str:
    paragraph: list[str] = []
    for line in text.splitlines():
        if not line:
            break
        paragraph.append(line)
    return " ".join(paragraph)


def _link(full_name: str, homes: Mapping[str, str]) -> str:
    page = homes.get(full_name)
    short = _short(full_name)
    return f"[{short}]({page}#{short.lower()})" if page else f"`{full_name}`"


def _short(full_name: str) -> str:
    return full_name.rsplit(".", 1)[-1]


def _word(value: str) -> str:
    return value.rsplit("_", 1)[-1].lower()


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_row(head), _row(tuple("---" for _ in head)), *(_row(row) for row in rows)]
    return "\n".join(lines) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
