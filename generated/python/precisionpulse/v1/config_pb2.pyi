from precisionpulse.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BufferPolicy(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    BUFFER_POLICY_UNSPECIFIED: _ClassVar[BufferPolicy]
    BUFFER_POLICY_DROP_OLDEST: _ClassVar[BufferPolicy]
    BUFFER_POLICY_STOP_RECORDING: _ClassVar[BufferPolicy]
BUFFER_POLICY_UNSPECIFIED: BufferPolicy
BUFFER_POLICY_DROP_OLDEST: BufferPolicy
BUFFER_POLICY_STOP_RECORDING: BufferPolicy

class ClientSettings(_message.Message):
    __slots__ = ("interval_ms", "enabled_metrics", "buffer_max_records", "buffer_max_bytes", "buffer_max_age_s", "buffer_policy", "heartbeat_interval_ms", "offline_validity_s")
    INTERVAL_MS_FIELD_NUMBER: _ClassVar[int]
    ENABLED_METRICS_FIELD_NUMBER: _ClassVar[int]
    BUFFER_MAX_RECORDS_FIELD_NUMBER: _ClassVar[int]
    BUFFER_MAX_BYTES_FIELD_NUMBER: _ClassVar[int]
    BUFFER_MAX_AGE_S_FIELD_NUMBER: _ClassVar[int]
    BUFFER_POLICY_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_MS_FIELD_NUMBER: _ClassVar[int]
    OFFLINE_VALIDITY_S_FIELD_NUMBER: _ClassVar[int]
    interval_ms: int
    enabled_metrics: _containers.RepeatedScalarFieldContainer[str]
    buffer_max_records: int
    buffer_max_bytes: int
    buffer_max_age_s: int
    buffer_policy: BufferPolicy
    heartbeat_interval_ms: int
    offline_validity_s: int
    def __init__(self, interval_ms: _Optional[int] = ..., enabled_metrics: _Optional[_Iterable[str]] = ..., buffer_max_records: _Optional[int] = ..., buffer_max_bytes: _Optional[int] = ..., buffer_max_age_s: _Optional[int] = ..., buffer_policy: _Optional[_Union[BufferPolicy, str]] = ..., heartbeat_interval_ms: _Optional[int] = ..., offline_validity_s: _Optional[int] = ...) -> None: ...

class ConfigValue(_message.Message):
    __slots__ = ("key", "client", "int64_value", "double_value", "decimal_value", "bool_value", "string_value", "enum_value", "list_value", "secret_value")
    KEY_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    INT64_VALUE_FIELD_NUMBER: _ClassVar[int]
    DOUBLE_VALUE_FIELD_NUMBER: _ClassVar[int]
    DECIMAL_VALUE_FIELD_NUMBER: _ClassVar[int]
    BOOL_VALUE_FIELD_NUMBER: _ClassVar[int]
    STRING_VALUE_FIELD_NUMBER: _ClassVar[int]
    ENUM_VALUE_FIELD_NUMBER: _ClassVar[int]
    LIST_VALUE_FIELD_NUMBER: _ClassVar[int]
    SECRET_VALUE_FIELD_NUMBER: _ClassVar[int]
    key: str
    client: str
    int64_value: int
    double_value: float
    decimal_value: str
    bool_value: bool
    string_value: str
    enum_value: str
    list_value: StringList
    secret_value: str
    def __init__(self, key: _Optional[str] = ..., client: _Optional[str] = ..., int64_value: _Optional[int] = ..., double_value: _Optional[float] = ..., decimal_value: _Optional[str] = ..., bool_value: bool = ..., string_value: _Optional[str] = ..., enum_value: _Optional[str] = ..., list_value: _Optional[_Union[StringList, _Mapping]] = ..., secret_value: _Optional[str] = ...) -> None: ...

class StringList(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, values: _Optional[_Iterable[str]] = ...) -> None: ...
