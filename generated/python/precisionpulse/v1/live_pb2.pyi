from precisionpulse.v1 import options_pb2 as _options_pb2
from precisionpulse.v1 import session_pb2 as _session_pb2
from precisionpulse.v1 import telemetry_pb2 as _telemetry_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Committed(_message.Message):
    __slots__ = ("client", "install_id", "ranges", "complete_to", "missing", "duplicates", "committed_us", "lost")
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    INSTALL_ID_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TO_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_US_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    client: str
    install_id: bytes
    ranges: _containers.RepeatedCompositeFieldContainer[_session_pb2.RecordRange]
    complete_to: int
    missing: int
    duplicates: int
    committed_us: int
    lost: int
    def __init__(self, client: _Optional[str] = ..., install_id: _Optional[bytes] = ..., ranges: _Optional[_Iterable[_Union[_session_pb2.RecordRange, _Mapping]]] = ..., complete_to: _Optional[int] = ..., missing: _Optional[int] = ..., duplicates: _Optional[int] = ..., committed_us: _Optional[int] = ..., lost: _Optional[int] = ...) -> None: ...

class ClientChanged(_message.Message):
    __slots__ = ("client",)
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    client: str
    def __init__(self, client: _Optional[str] = ...) -> None: ...

class ReplicaAdvanced(_message.Message):
    __slots__ = ("cursor",)
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    cursor: int
    def __init__(self, cursor: _Optional[int] = ...) -> None: ...

class CommandChanged(_message.Message):
    __slots__ = ("client", "command_id")
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    COMMAND_ID_FIELD_NUMBER: _ClassVar[int]
    client: str
    command_id: bytes
    def __init__(self, client: _Optional[str] = ..., command_id: _Optional[bytes] = ...) -> None: ...

class Completeness(_message.Message):
    __slots__ = ("install_id", "complete_to", "last_record_seq", "missing", "duplicates", "lost")
    INSTALL_ID_FIELD_NUMBER: _ClassVar[int]
    COMPLETE_TO_FIELD_NUMBER: _ClassVar[int]
    LAST_RECORD_SEQ_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    DUPLICATES_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELD_NUMBER: _ClassVar[int]
    install_id: bytes
    complete_to: int
    last_record_seq: int
    missing: int
    duplicates: int
    lost: int
    def __init__(self, install_id: _Optional[bytes] = ..., complete_to: _Optional[int] = ..., last_record_seq: _Optional[int] = ..., missing: _Optional[int] = ..., duplicates: _Optional[int] = ..., lost: _Optional[int] = ...) -> None: ...

class ClientSnapshot(_message.Message):
    __slots__ = ("client", "presence", "heartbeat", "last_seen_us", "catalogue", "latest", "room_seq", "completeness", "connected", "connected_since_us")
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    PRESENCE_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_FIELD_NUMBER: _ClassVar[int]
    LAST_SEEN_US_FIELD_NUMBER: _ClassVar[int]
    CATALOGUE_FIELD_NUMBER: _ClassVar[int]
    LATEST_FIELD_NUMBER: _ClassVar[int]
    ROOM_SEQ_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_SINCE_US_FIELD_NUMBER: _ClassVar[int]
    client: str
    presence: _session_pb2.Presence
    heartbeat: _session_pb2.Heartbeat
    last_seen_us: int
    catalogue: _telemetry_pb2.Catalogue
    latest: _telemetry_pb2.Batch
    room_seq: int
    completeness: Completeness
    connected: bool
    connected_since_us: int
    def __init__(self, client: _Optional[str] = ..., presence: _Optional[_Union[_session_pb2.Presence, _Mapping]] = ..., heartbeat: _Optional[_Union[_session_pb2.Heartbeat, _Mapping]] = ..., last_seen_us: _Optional[int] = ..., catalogue: _Optional[_Union[_telemetry_pb2.Catalogue, _Mapping]] = ..., latest: _Optional[_Union[_telemetry_pb2.Batch, _Mapping]] = ..., room_seq: _Optional[int] = ..., completeness: _Optional[_Union[Completeness, _Mapping]] = ..., connected: bool = ..., connected_since_us: _Optional[int] = ...) -> None: ...

class MissedFrame(_message.Message):
    __slots__ = ("client", "channel", "room_seq", "body", "received_us")
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    ROOM_SEQ_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_US_FIELD_NUMBER: _ClassVar[int]
    client: str
    channel: str
    room_seq: int
    body: bytes
    received_us: int
    def __init__(self, client: _Optional[str] = ..., channel: _Optional[str] = ..., room_seq: _Optional[int] = ..., body: _Optional[bytes] = ..., received_us: _Optional[int] = ...) -> None: ...

class LiveSnapshot(_message.Message):
    __slots__ = ("clients", "hub_time_us", "missed")
    CLIENTS_FIELD_NUMBER: _ClassVar[int]
    HUB_TIME_US_FIELD_NUMBER: _ClassVar[int]
    MISSED_FIELD_NUMBER: _ClassVar[int]
    clients: _containers.RepeatedCompositeFieldContainer[ClientSnapshot]
    hub_time_us: int
    missed: _containers.RepeatedCompositeFieldContainer[MissedFrame]
    def __init__(self, clients: _Optional[_Iterable[_Union[ClientSnapshot, _Mapping]]] = ..., hub_time_us: _Optional[int] = ..., missed: _Optional[_Iterable[_Union[MissedFrame, _Mapping]]] = ...) -> None: ...
