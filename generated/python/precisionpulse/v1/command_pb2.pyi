from google.protobuf import any_pb2 as _any_pb2
from precisionpulse.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CommandPhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMMAND_PHASE_UNSPECIFIED: _ClassVar[CommandPhase]
    COMMAND_PHASE_RECEIVED: _ClassVar[CommandPhase]
    COMMAND_PHASE_REJECTED: _ClassVar[CommandPhase]
    COMMAND_PHASE_ACCEPTED: _ClassVar[CommandPhase]
    COMMAND_PHASE_PROGRESS: _ClassVar[CommandPhase]
    COMMAND_PHASE_SUCCEEDED: _ClassVar[CommandPhase]
    COMMAND_PHASE_FAILED: _ClassVar[CommandPhase]
    COMMAND_PHASE_EXPIRED: _ClassVar[CommandPhase]
    COMMAND_PHASE_CANCELLED: _ClassVar[CommandPhase]

class CommandCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMMAND_CODE_UNSPECIFIED: _ClassVar[CommandCode]
    COMMAND_CODE_UNSUPPORTED: _ClassVar[CommandCode]
    COMMAND_CODE_INVALID: _ClassVar[CommandCode]
    COMMAND_CODE_PRECONDITION: _ClassVar[CommandCode]
    COMMAND_CODE_HANDLER_ERROR: _ClassVar[CommandCode]
    COMMAND_CODE_INTERRUPTED: _ClassVar[CommandCode]
    COMMAND_CODE_DENIED: _ClassVar[CommandCode]
COMMAND_PHASE_UNSPECIFIED: CommandPhase
COMMAND_PHASE_RECEIVED: CommandPhase
COMMAND_PHASE_REJECTED: CommandPhase
COMMAND_PHASE_ACCEPTED: CommandPhase
COMMAND_PHASE_PROGRESS: CommandPhase
COMMAND_PHASE_SUCCEEDED: CommandPhase
COMMAND_PHASE_FAILED: CommandPhase
COMMAND_PHASE_EXPIRED: CommandPhase
COMMAND_PHASE_CANCELLED: CommandPhase
COMMAND_CODE_UNSPECIFIED: CommandCode
COMMAND_CODE_UNSUPPORTED: CommandCode
COMMAND_CODE_INVALID: CommandCode
COMMAND_CODE_PRECONDITION: CommandCode
COMMAND_CODE_HANDLER_ERROR: CommandCode
COMMAND_CODE_INTERRUPTED: CommandCode
COMMAND_CODE_DENIED: CommandCode

class Precondition(_message.Message):
    __slots__ = ("config_revision", "epoch")
    CONFIG_REVISION_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    config_revision: int
    epoch: int
    def __init__(self, config_revision: _Optional[int] = ..., epoch: _Optional[int] = ...) -> None: ...

class Command(_message.Message):
    __slots__ = ("id", "issued_us", "expires_us", "actor", "precondition", "body")
    ID_FIELD_NUMBER: _ClassVar[int]
    ISSUED_US_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_US_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    PRECONDITION_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    id: bytes
    issued_us: int
    expires_us: int
    actor: str
    precondition: Precondition
    body: _any_pb2.Any
    def __init__(self, id: _Optional[bytes] = ..., issued_us: _Optional[int] = ..., expires_us: _Optional[int] = ..., actor: _Optional[str] = ..., precondition: _Optional[_Union[Precondition, _Mapping]] = ..., body: _Optional[_Union[_any_pb2.Any, _Mapping]] = ...) -> None: ...

class CommandStatus(_message.Message):
    __slots__ = ("id", "phase", "code", "text", "result", "progress", "at_us")
    ID_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    AT_US_FIELD_NUMBER: _ClassVar[int]
    id: bytes
    phase: CommandPhase
    code: CommandCode
    text: str
    result: _any_pb2.Any
    progress: float
    at_us: int
    def __init__(self, id: _Optional[bytes] = ..., phase: _Optional[_Union[CommandPhase, str]] = ..., code: _Optional[_Union[CommandCode, str]] = ..., text: _Optional[str] = ..., result: _Optional[_Union[_any_pb2.Any, _Mapping]] = ..., progress: _Optional[float] = ..., at_us: _Optional[int] = ...) -> None: ...

class CommandStatusAck(_message.Message):
    __slots__ = ("id", "phase")
    ID_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    id: bytes
    phase: CommandPhase
    def __init__(self, id: _Optional[bytes] = ..., phase: _Optional[_Union[CommandPhase, str]] = ...) -> None: ...

class CommandCancel(_message.Message):
    __slots__ = ("id", "actor")
    ID_FIELD_NUMBER: _ClassVar[int]
    ACTOR_FIELD_NUMBER: _ClassVar[int]
    id: bytes
    actor: str
    def __init__(self, id: _Optional[bytes] = ..., actor: _Optional[str] = ...) -> None: ...

class ForceSync(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UpdateConfig(_message.Message):
    __slots__ = ("revision",)
    REVISION_FIELD_NUMBER: _ClassVar[int]
    revision: int
    def __init__(self, revision: _Optional[int] = ...) -> None: ...

class SetInterval(_message.Message):
    __slots__ = ("metric", "interval_ms")
    METRIC_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_MS_FIELD_NUMBER: _ClassVar[int]
    metric: str
    interval_ms: int
    def __init__(self, metric: _Optional[str] = ..., interval_ms: _Optional[int] = ...) -> None: ...

class StartStream(_message.Message):
    __slots__ = ("metric",)
    METRIC_FIELD_NUMBER: _ClassVar[int]
    metric: str
    def __init__(self, metric: _Optional[str] = ...) -> None: ...

class StopStream(_message.Message):
    __slots__ = ("metric",)
    METRIC_FIELD_NUMBER: _ClassVar[int]
    metric: str
    def __init__(self, metric: _Optional[str] = ...) -> None: ...

class Ping(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class CollectDiagnostics(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Diagnostics(_message.Message):
    __slots__ = ("versions", "settings", "events")
    class VersionsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class SettingsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    SETTINGS_FIELD_NUMBER: _ClassVar[int]
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    versions: _containers.ScalarMap[str, str]
    settings: _containers.ScalarMap[str, str]
    events: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, versions: _Optional[_Mapping[str, str]] = ..., settings: _Optional[_Mapping[str, str]] = ..., events: _Optional[_Iterable[str]] = ...) -> None: ...
