"""The schema as the outputs see it: plain values, no descriptors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Where something stands: a path below the module's root, and a line from 1 (0 when the compiler did not say)."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Channel:
    """One `channels` option, as written. `message` is the full name of the message that carries it."""

    name: str
    topic: str
    qos: int
    retain: bool
    direction: str
    sealing: str
    permission: str
    type: int
    requirements: tuple[str, ...]
    message: str
    place: Place


@dataclass(frozen=True)
class CommandRule:
    """A `command` option. `default_lifetime_s` is 3600 when the schema does not say."""

    permission: str
    default_lifetime_s: int
    label: str


@dataclass(frozen=True)
class SettingRule:
    """A `setting` option; `default_value` is empty for the type's zero value."""

    unit: str
    minimum: int | None
    maximum: int | None
    default_value: str


@dataclass(frozen=True)
class Field:
    """A field. `type` is a scalar's name or the full name of a message or enum; of a map, `key_type` is set and `type`
    is the value's. `oneof` is empty outside of one; `presence` tells whether absence differs from zero."""

    name: str
    json_name: str
    number: int
    type: str
    kind: str
    repeated: bool
    key_type: str
    oneof: str
    presence: bool
    secret: bool
    setting: SettingRule | None
    comment: str
    place: Place


@dataclass(frozen=True)
class EnumValue:
    name: str
    number: int
    comment: str


@dataclass(frozen=True)
class Enum:
    full_name: str
    values: tuple[EnumValue, ...]
    comment: str


@dataclass(frozen=True)
class Message:
    full_name: str
    fields: tuple[Field, ...]
    channels: tuple[Channel, ...]
    command: CommandRule | None
    comment: str
    place: Place

    @property
    def is_settings(self) -> bool:
        """Whether its fields are configuration keys."""
        return any(field.setting for field in self.fields)


@dataclass(frozen=True)
class File:
    """One .proto file; nested messages and enums are listed flat, in the order of the source."""

    path: str
    package: str
    comment: str
    messages: tuple[Message, ...]
    enums: tuple[Enum, ...]

    @property
    def stem(self) -> str:
        """The file's name without folder and ending."""
        return self.path.rsplit("/", 1)[-1].removesuffix(".proto")


@dataclass(frozen=True)
class Schema:
    """The files to generate for, and, for checks across files, everything that they import."""

    files: tuple[File, ...]
    imports: tuple[File, ...]

    def messages(self) -> Iterator[Message]:
        """The messages to generate for."""
        for file in self.files:
            yield from file.messages

    def channels(self) -> tuple[Channel, ...]:
        """The channels to generate for, by type number."""
        found = [channel for message in self.messages() for channel in message.channels]
        return tuple(sorted(found, key=lambda channel: channel.type))
