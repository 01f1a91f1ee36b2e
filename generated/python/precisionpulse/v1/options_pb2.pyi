from google.protobuf import descriptor_pb2 as _descriptor_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Direction(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DIRECTION_UNSPECIFIED: _ClassVar[Direction]
    DIRECTION_UP: _ClassVar[Direction]
    DIRECTION_DOWN: _ClassVar[Direction]
    DIRECTION_HUB: _ClassVar[Direction]

class Sealing(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEALING_UNSPECIFIED: _ClassVar[Sealing]
    SEALING_SEALED: _ClassVar[Sealing]
    SEALING_CLEAR: _ClassVar[Sealing]
DIRECTION_UNSPECIFIED: Direction
DIRECTION_UP: Direction
DIRECTION_DOWN: Direction
DIRECTION_HUB: Direction
SEALING_UNSPECIFIED: Sealing
SEALING_SEALED: Sealing
SEALING_CLEAR: Sealing
CHANNELS_FIELD_NUMBER: _ClassVar[int]
channels: _descriptor.FieldDescriptor
COMMAND_FIELD_NUMBER: _ClassVar[int]
command: _descriptor.FieldDescriptor
SECRET_FIELD_NUMBER: _ClassVar[int]
secret: _descriptor.FieldDescriptor
SETTING_FIELD_NUMBER: _ClassVar[int]
setting: _descriptor.FieldDescriptor
ARGUMENT_FIELD_NUMBER: _ClassVar[int]
argument: _descriptor.FieldDescriptor

class Channel(_message.Message):
    __slots__ = ("name", "topic", "qos", "retain", "direction", "sealing", "permission", "type", "requirements")
    NAME_FIELD_NUMBER: _ClassVar[int]
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    QOS_FIELD_NUMBER: _ClassVar[int]
    RETAIN_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    SEALING_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    REQUIREMENTS_FIELD_NUMBER: _ClassVar[int]
    name: str
    topic: str
    qos: int
    retain: bool
    direction: Direction
    sealing: Sealing
    permission: str
    type: int
    requirements: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, name: _Optional[str] = ..., topic: _Optional[str] = ..., qos: _Optional[int] = ..., retain: bool = ..., direction: _Optional[_Union[Direction, str]] = ..., sealing: _Optional[_Union[Sealing, str]] = ..., permission: _Optional[str] = ..., type: _Optional[int] = ..., requirements: _Optional[_Iterable[str]] = ...) -> None: ...

class CommandRule(_message.Message):
    __slots__ = ("permission", "default_lifetime_s", "label")
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_LIFETIME_S_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    permission: str
    default_lifetime_s: int
    label: str
    def __init__(self, permission: _Optional[str] = ..., default_lifetime_s: _Optional[int] = ..., label: _Optional[str] = ...) -> None: ...

class ArgumentRule(_message.Message):
    __slots__ = ("label", "unit", "minimum", "maximum")
    LABEL_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    label: str
    unit: str
    minimum: int
    maximum: int
    def __init__(self, label: _Optional[str] = ..., unit: _Optional[str] = ..., minimum: _Optional[int] = ..., maximum: _Optional[int] = ...) -> None: ...

class SettingRule(_message.Message):
    __slots__ = ("unit", "minimum", "maximum", "default_value")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    MINIMUM_FIELD_NUMBER: _ClassVar[int]
    MAXIMUM_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_VALUE_FIELD_NUMBER: _ClassVar[int]
    unit: str
    minimum: int
    maximum: int
    default_value: str
    def __init__(self, unit: _Optional[str] = ..., minimum: _Optional[int] = ..., maximum: _Optional[int] = ..., default_value: _Optional[str] = ...) -> None: ...
