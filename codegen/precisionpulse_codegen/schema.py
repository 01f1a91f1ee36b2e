"""Reads what protoc hands to a plugin into the model.

The options' own types are taken from the request, so the plugin never depends on code that it generates itself."""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.compiler import plugin_pb2
from google.protobuf.message import Message as ProtoMessage

from precisionpulse_codegen import model

_OPTIONS_FILE = "precisionpulse/v1/options.proto"
_DEFAULT_LIFETIME_S = 3600
_Type = descriptor_pb2.FieldDescriptorProto.Type
_MESSAGE_TYPE, _ENUM_TYPE, _SYNTAX = 4, 5, 12


def read_schema(request: plugin_pb2.CodeGeneratorRequest) -> model.Schema:
    """The schema of a request, imports included."""
    options = _Options(request)
    wanted = set(request.file_to_generate)
    files = [_read_file(file, options) for file in request.proto_file]
    return model.Schema(
        files=tuple(file for file in files if file.path in wanted),
        imports=tuple(file for file in files if file.path not in wanted),
    )


class _Options:
    """The contract's options, as a request's own files declare them; nothing when no file imports them."""

    def __init__(self, request: plugin_pb2.CodeGeneratorRequest) -> None:
        pool: Any = descriptor_pool.DescriptorPool()
        self._pool = pool
        for file in request.proto_file:
            pool.AddSerializedFile(file.SerializeToString())
        self._known = any(file.name == _OPTIONS_FILE for file in request.proto_file)

    def get(self, owner: ProtoMessage, kind: str, name: str) -> Any:
        """The value of the extension `name` on `owner` (a `google.protobuf.<kind>`): a list, a message or a scalar."""
        if not self._known:
            return None
        cls: Any = message_factory.GetMessageClass(self._pool.FindMessageTypeByName(f"google.protobuf.{kind}"))
        extension = self._pool.FindExtensionByName(f"precisionpulse.v1.{name}")
        options = cls.FromString(owner.SerializeToString())
        if extension.label == extension.LABEL_REPEATED:
            return list(options.Extensions[extension])
        return options.Extensions[extension] if options.HasExtension(extension) else None

    def enum_name(self, enum: str, number: int) -> str:
        """The name of a value of one of the options' enums, or its number as text when there is none."""
        value = self._pool.FindEnumTypeByName(f"precisionpulse.v1.{enum}").values_by_number.get(number)
        return value.name if value else str(number)


class _Comments:
    """Comments and lines of one file, by descriptor path."""

    def __init__(self, file: descriptor_pb2.FileDescriptorProto) -> None:
        self._file = file.name
        self._found = {tuple(location.path): location for location in file.source_code_info.location}

    def text(self, path: tuple[int, ...]) -> str:
        location = self._found.get(path)
        return " ".join(location.leading_comments.split()) if location else ""

    def head(self) -> str:
        """The comment above the syntax line, paragraphs kept."""
        location = self._found.get((_SYNTAX,))
        if location is None:
            return ""
        blocks = [*location.leading_detached_comments, location.leading_comments]
        lines = [line.strip() for line in "\n".join(block for block in blocks if block).splitlines()]
        return "\n".join(lines).strip()

    def place(self, path: tuple[int, ...]) -> model.Place:
        location = self._found.get(path)
        return model.Place(self._file, location.span[0] + 1 if location else 0)


def _read_file(file: descriptor_pb2.FileDescriptorProto, options: _Options) -> model.File:
    comments = _Comments(file)
    messages: list[model.Message] = []
    enums: list[model.Enum] = []
    prefix = f"{file.package}." if file.package else ""
    for index, message in enumerate(file.message_type):
        _read_message(message, prefix, (_MESSAGE_TYPE, index), comments, options, messages, enums)
    for index, enum in enumerate(file.enum_type):
        enums.append(_read_enum(enum, prefix, (_ENUM_TYPE, index), comments))
    return model.File(file.name, file.package, comments.head(), tuple(messages), tuple(enums))


def _read_message(
    message: descriptor_pb2.DescriptorProto,
    prefix: str,
    path: tuple[int, ...],
    comments: _Comments,
    options: _Options,
    messages: list[model.Message],
    enums: list[model.Enum],
) -> None:
    full_name = prefix + message.name
    place = comments.place(path)
    command = options.get(message.options, "MessageOptions", "command")
    maps = {nested.name: nested for nested in message.nested_type if nested.options.map_entry}
    messages.append(
        model.Message(
            full_name=full_name,
            fields=tuple(
                _read_field(field, message, maps, (*path, 2, index), comments, options)
                for index, field in enumerate(message.field)
            ),
            channels=tuple(
                _read_channel(channel, full_name, place, options)
                for channel in options.get(message.options, "MessageOptions", "channels") or ()
            ),
            command=_read_command(command) if command is not None else None,
            comment=comments.text(path),
            place=place,
        )
    )
    for index, nested in enumerate(message.nested_type):
        if not nested.options.map_entry:
            _read_message(nested, f"{full_name}.", (*path, 3, index), comments, options, messages, enums)
    for index, enum in enumerate(message.enum_type):
        enums.append(_read_enum(enum, f"{full_name}.", (*path, 4, index), comments))


def _read_field(
    field: descriptor_pb2.FieldDescriptorProto,
    message: descriptor_pb2.DescriptorProto,
    maps: dict[str, descriptor_pb2.DescriptorProto],
    path: tuple[int, ...],
    comments: _Comments,
    options: _Options,
) -> model.Field:
    entry = maps.get(field.type_name.rsplit(".", 1)[-1]) if field.type_name else None
    value = entry.field[1] if entry else field
    in_oneof = field.HasField("oneof_index") and not field.proto3_optional
    setting = options.get(field.options, "FieldOptions", "setting")
    return model.Field(
        name=field.name,
        json_name=field.json_name,
        number=field.number,
        type=_type_name(value),
        kind=_kind(value),
        repeated=field.label == field.LABEL_REPEATED and entry is None,
        key_type=_type_name(entry.field[0]) if entry else "",
        oneof=message.oneof_decl[field.oneof_index].name if in_oneof else "",
        presence=bool(field.proto3_optional or in_oneof),
        secret=bool(options.get(field.options, "FieldOptions", "secret")),
        setting=_read_setting(setting) if setting is not None else None,
        comment=comments.text(path),
        place=comments.place(path),
    )


def _type_name(field: descriptor_pb2.FieldDescriptorProto) -> str:
    return field.type_name.lstrip(".") if field.type_name else _Type.Name(field.type).removeprefix("TYPE_").lower()


def _kind(field: descriptor_pb2.FieldDescriptorProto) -> str:
    return {_Type.TYPE_MESSAGE: "message", _Type.TYPE_ENUM: "enum"}.get(field.type, "scalar")


def _read_enum(
    enum: descriptor_pb2.EnumDescriptorProto, prefix: str, path: tuple[int, ...], comments: _Comments
) -> model.Enum:
    values = tuple(
        model.EnumValue(value.name, value.number, comments.text((*path, 2, index)))
        for index, value in enumerate(enum.value)
    )
    return model.Enum(prefix + enum.name, values, comments.text(path))


def _read_channel(option: Any, message: str, place: model.Place, options: _Options) -> model.Channel:
    return model.Channel(
        name=option.name,
        topic=option.topic,
        qos=option.qos,
        retain=option.retain,
        direction=options.enum_name("Direction", option.direction),
        sealing=options.enum_name("Sealing", option.sealing),
        permission=option.permission,
        type=option.type,
        requirements=tuple(option.requirements),
        message=message,
        place=place,
    )


def _read_command(option: Any) -> model.CommandRule:
    return model.CommandRule(option.permission, option.default_lifetime_s or _DEFAULT_LIFETIME_S, option.label)


def _read_setting(option: Any) -> model.SettingRule:
    return model.SettingRule(
        unit=option.unit,
        minimum=option.minimum if option.HasField("minimum") else None,
        maximum=option.maximum if option.HasField("maximum") else None,
        default_value=option.default_value,
    )
