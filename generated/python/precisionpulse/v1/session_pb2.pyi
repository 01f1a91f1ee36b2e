from precisionpulse.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RefusalCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    REFUSAL_CODE_UNSPECIFIED: _ClassVar[RefusalCode]
    REFUSAL_CODE_UNSUPPORTED_MAJOR: _ClassVar[RefusalCode]
    REFUSAL_CODE_UNKNOWN_KEY: _ClassVar[RefusalCode]
    REFUSAL_CODE_STALE_EPOCH: _ClassVar[RefusalCode]
    REFUSAL_CODE_FENCED: _ClassVar[RefusalCode]
    REFUSAL_CODE_REVOKED: _ClassVar[RefusalCode]
    REFUSAL_CODE_UNKNOWN_CLIENT: _ClassVar[RefusalCode]
    REFUSAL_CODE_UNSEALED: _ClassVar[RefusalCode]
    REFUSAL_CODE_MALFORMED: _ClassVar[RefusalCode]
    REFUSAL_CODE_UNSUPPORTED: _ClassVar[RefusalCode]
    REFUSAL_CODE_UNAVAILABLE: _ClassVar[RefusalCode]
    REFUSAL_CODE_NO_SESSION: _ClassVar[RefusalCode]

class PresenceState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PRESENCE_STATE_UNSPECIFIED: _ClassVar[PresenceState]
    PRESENCE_STATE_PRESENT: _ClassVar[PresenceState]
    PRESENCE_STATE_LEFT: _ClassVar[PresenceState]
    PRESENCE_STATE_GONE: _ClassVar[PresenceState]

class LinkPhase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINK_PHASE_UNSPECIFIED: _ClassVar[LinkPhase]
    LINK_PHASE_OFFLINE: _ClassVar[LinkPhase]
    LINK_PHASE_FLUSHING: _ClassVar[LinkPhase]
    LINK_PHASE_LIVE: _ClassVar[LinkPhase]
    LINK_PHASE_FALLING_BEHIND: _ClassVar[LinkPhase]
REFUSAL_CODE_UNSPECIFIED: RefusalCode
REFUSAL_CODE_UNSUPPORTED_MAJOR: RefusalCode
REFUSAL_CODE_UNKNOWN_KEY: RefusalCode
REFUSAL_CODE_STALE_EPOCH: RefusalCode
REFUSAL_CODE_FENCED: RefusalCode
REFUSAL_CODE_REVOKED: RefusalCode
REFUSAL_CODE_UNKNOWN_CLIENT: RefusalCode
REFUSAL_CODE_UNSEALED: RefusalCode
REFUSAL_CODE_MALFORMED: RefusalCode
REFUSAL_CODE_UNSUPPORTED: RefusalCode
REFUSAL_CODE_UNAVAILABLE: RefusalCode
REFUSAL_CODE_NO_SESSION: RefusalCode
PRESENCE_STATE_UNSPECIFIED: PresenceState
PRESENCE_STATE_PRESENT: PresenceState
PRESENCE_STATE_LEFT: PresenceState
PRESENCE_STATE_GONE: PresenceState
LINK_PHASE_UNSPECIFIED: LinkPhase
LINK_PHASE_OFFLINE: LinkPhase
LINK_PHASE_FLUSHING: LinkPhase
LINK_PHASE_LIVE: LinkPhase
LINK_PHASE_FALLING_BEHIND: LinkPhase

class Hello(_message.Message):
    __slots__ = ("majors", "minor", "capabilities", "schema_fingerprint", "sdk_name", "sdk_version", "install_id", "epoch", "last_record_seq")
    MAJORS_FIELD_NUMBER: _ClassVar[int]
    MINOR_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FINGERPRINT_FIELD_NUMBER: _ClassVar[int]
    SDK_NAME_FIELD_NUMBER: _ClassVar[int]
    SDK_VERSION_FIELD_NUMBER: _ClassVar[int]
    INSTALL_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    LAST_RECORD_SEQ_FIELD_NUMBER: _ClassVar[int]
    majors: _containers.RepeatedScalarFieldContainer[int]
    minor: int
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    schema_fingerprint: bytes
    sdk_name: str
    sdk_version: str
    install_id: bytes
    epoch: int
    last_record_seq: int
    def __init__(self, majors: _Optional[_Iterable[int]] = ..., minor: _Optional[int] = ..., capabilities: _Optional[_Iterable[str]] = ..., schema_fingerprint: _Optional[bytes] = ..., sdk_name: _Optional[str] = ..., sdk_version: _Optional[str] = ..., install_id: _Optional[bytes] = ..., epoch: _Optional[int] = ..., last_record_seq: _Optional[int] = ...) -> None: ...

class Limits(_message.Message):
    __slots__ = ("max_frame_bytes", "max_message_bytes", "max_batch_records", "max_batches_in_flight", "reconnect_spread_ms")
    MAX_FRAME_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_MESSAGE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCH_RECORDS_FIELD_NUMBER: _ClassVar[int]
    MAX_BATCHES_IN_FLIGHT_FIELD_NUMBER: _ClassVar[int]
    RECONNECT_SPREAD_MS_FIELD_NUMBER: _ClassVar[int]
    max_frame_bytes: int
    max_message_bytes: int
    max_batch_records: int
    max_batches_in_flight: int
    reconnect_spread_ms: int
    def __init__(self, max_frame_bytes: _Optional[int] = ..., max_message_bytes: _Optional[int] = ..., max_batch_records: _Optional[int] = ..., max_batches_in_flight: _Optional[int] = ..., reconnect_spread_ms: _Optional[int] = ...) -> None: ...

class Welcome(_message.Message):
    __slots__ = ("major", "minor", "capabilities", "hub_time_us", "key_ids", "limits", "heartbeat_interval_ms", "committed", "catalogue_id")
    MAJOR_FIELD_NUMBER: _ClassVar[int]
    MINOR_FIELD_NUMBER: _ClassVar[int]
    CAPABILITIES_FIELD_NUMBER: _ClassVar[int]
    HUB_TIME_US_FIELD_NUMBER: _ClassVar[int]
    KEY_IDS_FIELD_NUMBER: _ClassVar[int]
    LIMITS_FIELD_NUMBER: _ClassVar[int]
    HEARTBEAT_INTERVAL_MS_FIELD_NUMBER: _ClassVar[int]
    COMMITTED_FIELD_NUMBER: _ClassVar[int]
    CATALOGUE_ID_FIELD_NUMBER: _ClassVar[int]
    major: int
    minor: int
    capabilities: _containers.RepeatedScalarFieldContainer[str]
    hub_time_us: int
    key_ids: _containers.RepeatedScalarFieldContainer[int]
    limits: Limits
    heartbeat_interval_ms: int
    committed: _containers.RepeatedCompositeFieldContainer[RecordRange]
    catalogue_id: bytes
    def __init__(self, major: _Optional[int] = ..., minor: _Optional[int] = ..., capabilities: _Optional[_Iterable[str]] = ..., hub_time_us: _Optional[int] = ..., key_ids: _Optional[_Iterable[int]] = ..., limits: _Optional[_Union[Limits, _Mapping]] = ..., heartbeat_interval_ms: _Optional[int] = ..., committed: _Optional[_Iterable[_Union[RecordRange, _Mapping]]] = ..., catalogue_id: _Optional[bytes] = ...) -> None: ...

class Refusal(_message.Message):
    __slots__ = ("code", "text", "supported_majors", "accepted_key_ids", "retry_after_ms", "refused_type", "refused_sequence")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    SUPPORTED_MAJORS_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_KEY_IDS_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_MS_FIELD_NUMBER: _ClassVar[int]
    REFUSED_TYPE_FIELD_NUMBER: _ClassVar[int]
    REFUSED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    code: RefusalCode
    text: str
    supported_majors: _containers.RepeatedScalarFieldContainer[int]
    accepted_key_ids: _containers.RepeatedScalarFieldContainer[int]
    retry_after_ms: int
    refused_type: int
    refused_sequence: int
    def __init__(self, code: _Optional[_Union[RefusalCode, str]] = ..., text: _Optional[str] = ..., supported_majors: _Optional[_Iterable[int]] = ..., accepted_key_ids: _Optional[_Iterable[int]] = ..., retry_after_ms: _Optional[int] = ..., refused_type: _Optional[int] = ..., refused_sequence: _Optional[int] = ...) -> None: ...

class RecordRange(_message.Message):
    __slots__ = ("first", "last")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    LAST_FIELD_NUMBER: _ClassVar[int]
    first: int
    last: int
    def __init__(self, first: _Optional[int] = ..., last: _Optional[int] = ...) -> None: ...

class Presence(_message.Message):
    __slots__ = ("state", "epoch", "since_us")
    STATE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    SINCE_US_FIELD_NUMBER: _ClassVar[int]
    state: PresenceState
    epoch: int
    since_us: int
    def __init__(self, state: _Optional[_Union[PresenceState, str]] = ..., epoch: _Optional[int] = ..., since_us: _Optional[int] = ...) -> None: ...

class Heartbeat(_message.Message):
    __slots__ = ("number", "phase", "queued_records", "queued_bytes", "oldest_captured_us", "last_record_seq", "acknowledged_to", "dropped_records", "dead_letters", "drain_per_s", "config_revision", "sync_cursor", "clock_offset_us", "round_trip_us", "disk_free_bytes", "recorded_per_s")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    PHASE_FIELD_NUMBER: _ClassVar[int]
    QUEUED_RECORDS_FIELD_NUMBER: _ClassVar[int]
    QUEUED_BYTES_FIELD_NUMBER: _ClassVar[int]
    OLDEST_CAPTURED_US_FIELD_NUMBER: _ClassVar[int]
    LAST_RECORD_SEQ_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_TO_FIELD_NUMBER: _ClassVar[int]
    DROPPED_RECORDS_FIELD_NUMBER: _ClassVar[int]
    DEAD_LETTERS_FIELD_NUMBER: _ClassVar[int]
    DRAIN_PER_S_FIELD_NUMBER: _ClassVar[int]
    CONFIG_REVISION_FIELD_NUMBER: _ClassVar[int]
    SYNC_CURSOR_FIELD_NUMBER: _ClassVar[int]
    CLOCK_OFFSET_US_FIELD_NUMBER: _ClassVar[int]
    ROUND_TRIP_US_FIELD_NUMBER: _ClassVar[int]
    DISK_FREE_BYTES_FIELD_NUMBER: _ClassVar[int]
    RECORDED_PER_S_FIELD_NUMBER: _ClassVar[int]
    number: int
    phase: LinkPhase
    queued_records: int
    queued_bytes: int
    oldest_captured_us: int
    last_record_seq: int
    acknowledged_to: int
    dropped_records: int
    dead_letters: int
    drain_per_s: float
    config_revision: int
    sync_cursor: int
    clock_offset_us: int
    round_trip_us: int
    disk_free_bytes: int
    recorded_per_s: float
    def __init__(self, number: _Optional[int] = ..., phase: _Optional[_Union[LinkPhase, str]] = ..., queued_records: _Optional[int] = ..., queued_bytes: _Optional[int] = ..., oldest_captured_us: _Optional[int] = ..., last_record_seq: _Optional[int] = ..., acknowledged_to: _Optional[int] = ..., dropped_records: _Optional[int] = ..., dead_letters: _Optional[int] = ..., drain_per_s: _Optional[float] = ..., config_revision: _Optional[int] = ..., sync_cursor: _Optional[int] = ..., clock_offset_us: _Optional[int] = ..., round_trip_us: _Optional[int] = ..., disk_free_bytes: _Optional[int] = ..., recorded_per_s: _Optional[float] = ...) -> None: ...

class HeartbeatReply(_message.Message):
    __slots__ = ("number", "client_sent_us", "hub_received_us", "hub_sent_us", "credit")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CLIENT_SENT_US_FIELD_NUMBER: _ClassVar[int]
    HUB_RECEIVED_US_FIELD_NUMBER: _ClassVar[int]
    HUB_SENT_US_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    number: int
    client_sent_us: int
    hub_received_us: int
    hub_sent_us: int
    credit: int
    def __init__(self, number: _Optional[int] = ..., client_sent_us: _Optional[int] = ..., hub_received_us: _Optional[int] = ..., hub_sent_us: _Optional[int] = ..., credit: _Optional[int] = ...) -> None: ...
