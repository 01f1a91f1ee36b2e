from precisionpulse.v1 import options_pb2 as _options_pb2
from precisionpulse.v1 import session_pb2 as _session_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ValueType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VALUE_TYPE_UNSPECIFIED: _ClassVar[ValueType]
    VALUE_TYPE_INT64: _ClassVar[ValueType]
    VALUE_TYPE_DOUBLE: _ClassVar[ValueType]
    VALUE_TYPE_DECIMAL: _ClassVar[ValueType]
    VALUE_TYPE_BOOL: _ClassVar[ValueType]

class Quality(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    QUALITY_UNSPECIFIED: _ClassVar[Quality]
    QUALITY_LIVE: _ClassVar[Quality]
    QUALITY_STALE: _ClassVar[Quality]
    QUALITY_BACKFILL: _ClassVar[Quality]
    QUALITY_OFFLINE: _ClassVar[Quality]
    QUALITY_BAD: _ClassVar[Quality]

class ClockState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CLOCK_STATE_UNSPECIFIED: _ClassVar[ClockState]
    CLOCK_STATE_SYNCHRONISED: _ClassVar[ClockState]
    CLOCK_STATE_UNSYNCHRONISED: _ClassVar[ClockState]

class GapCause(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GAP_CAUSE_UNSPECIFIED: _ClassVar[GapCause]
    GAP_CAUSE_BUFFER_BOUND: _ClassVar[GapCause]
    GAP_CAUSE_DISK_FULL: _ClassVar[GapCause]
    GAP_CAUSE_CORRUPTION: _ClassVar[GapCause]
    GAP_CAUSE_REJECTED: _ClassVar[GapCause]

class NackCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NACK_CODE_UNSPECIFIED: _ClassVar[NackCode]
    NACK_CODE_UNAVAILABLE: _ClassVar[NackCode]
    NACK_CODE_UNKNOWN_CATALOGUE: _ClassVar[NackCode]
    NACK_CODE_RECORD_REUSED: _ClassVar[NackCode]
    NACK_CODE_MALFORMED: _ClassVar[NackCode]
    NACK_CODE_UNSUPPORTED: _ClassVar[NackCode]
    NACK_CODE_OVERLOADED: _ClassVar[NackCode]
VALUE_TYPE_UNSPECIFIED: ValueType
VALUE_TYPE_INT64: ValueType
VALUE_TYPE_DOUBLE: ValueType
VALUE_TYPE_DECIMAL: ValueType
VALUE_TYPE_BOOL: ValueType
QUALITY_UNSPECIFIED: Quality
QUALITY_LIVE: Quality
QUALITY_STALE: Quality
QUALITY_BACKFILL: Quality
QUALITY_OFFLINE: Quality
QUALITY_BAD: Quality
CLOCK_STATE_UNSPECIFIED: ClockState
CLOCK_STATE_SYNCHRONISED: ClockState
CLOCK_STATE_UNSYNCHRONISED: ClockState
GAP_CAUSE_UNSPECIFIED: GapCause
GAP_CAUSE_BUFFER_BOUND: GapCause
GAP_CAUSE_DISK_FULL: GapCause
GAP_CAUSE_CORRUPTION: GapCause
GAP_CAUSE_REJECTED: GapCause
NACK_CODE_UNSPECIFIED: NackCode
NACK_CODE_UNAVAILABLE: NackCode
NACK_CODE_UNKNOWN_CATALOGUE: NackCode
NACK_CODE_RECORD_REUSED: NackCode
NACK_CODE_MALFORMED: NackCode
NACK_CODE_UNSUPPORTED: NackCode
NACK_CODE_OVERLOADED: NackCode

class Metric(_message.Message):
    __slots__ = ("id", "name", "type", "unit", "scale", "description", "interval_ms", "retired")
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    SCALE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    INTERVAL_MS_FIELD_NUMBER: _ClassVar[int]
    RETIRED_FIELD_NUMBER: _ClassVar[int]
    id: int
    name: str
    type: ValueType
    unit: str
    scale: int
    description: str
    interval_ms: int
    retired: bool
    def __init__(self, id: _Optional[int] = ..., name: _Optional[str] = ..., type: _Optional[_Union[ValueType, str]] = ..., unit: _Optional[str] = ..., scale: _Optional[int] = ..., description: _Optional[str] = ..., interval_ms: _Optional[int] = ..., retired: bool = ...) -> None: ...

class CatalogueContent(_message.Message):
    __slots__ = ("metrics",)
    METRICS_FIELD_NUMBER: _ClassVar[int]
    metrics: _containers.RepeatedCompositeFieldContainer[Metric]
    def __init__(self, metrics: _Optional[_Iterable[_Union[Metric, _Mapping]]] = ...) -> None: ...

class Catalogue(_message.Message):
    __slots__ = ("id", "content", "install_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    INSTALL_ID_FIELD_NUMBER: _ClassVar[int]
    id: bytes
    content: bytes
    install_id: bytes
    def __init__(self, id: _Optional[bytes] = ..., content: _Optional[bytes] = ..., install_id: _Optional[bytes] = ...) -> None: ...

class CatalogueRequest(_message.Message):
    __slots__ = ("catalogue_id",)
    CATALOGUE_ID_FIELD_NUMBER: _ClassVar[int]
    catalogue_id: bytes
    def __init__(self, catalogue_id: _Optional[bytes] = ...) -> None: ...

class Int64Values(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, values: _Optional[_Iterable[int]] = ...) -> None: ...

class DoubleValues(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[float]
    def __init__(self, values: _Optional[_Iterable[float]] = ...) -> None: ...

class DecimalValues(_message.Message):
    __slots__ = ("unscaled",)
    UNSCALED_FIELD_NUMBER: _ClassVar[int]
    unscaled: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, unscaled: _Optional[_Iterable[int]] = ...) -> None: ...

class BigDecimalValues(_message.Message):
    __slots__ = ("unscaled",)
    UNSCALED_FIELD_NUMBER: _ClassVar[int]
    unscaled: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, unscaled: _Optional[_Iterable[bytes]] = ...) -> None: ...

class BoolValues(_message.Message):
    __slots__ = ("values",)
    VALUES_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[bool]
    def __init__(self, values: _Optional[_Iterable[bool]] = ...) -> None: ...

class Column(_message.Message):
    __slots__ = ("metric_id", "record_seq_delta", "captured_delta_us", "int64_values", "double_values", "decimal_values", "big_decimal_values", "bool_values", "quality", "null_positions")
    METRIC_ID_FIELD_NUMBER: _ClassVar[int]
    RECORD_SEQ_DELTA_FIELD_NUMBER: _ClassVar[int]
    CAPTURED_DELTA_US_FIELD_NUMBER: _ClassVar[int]
    INT64_VALUES_FIELD_NUMBER: _ClassVar[int]
    DOUBLE_VALUES_FIELD_NUMBER: _ClassVar[int]
    DECIMAL_VALUES_FIELD_NUMBER: _ClassVar[int]
    BIG_DECIMAL_VALUES_FIELD_NUMBER: _ClassVar[int]
    BOOL_VALUES_FIELD_NUMBER: _ClassVar[int]
    QUALITY_FIELD_NUMBER: _ClassVar[int]
    NULL_POSITIONS_FIELD_NUMBER: _ClassVar[int]
    metric_id: int
    record_seq_delta: _containers.RepeatedScalarFieldContainer[int]
    captured_delta_us: _containers.RepeatedScalarFieldContainer[int]
    int64_values: Int64Values
    double_values: DoubleValues
    decimal_values: DecimalValues
    big_decimal_values: BigDecimalValues
    bool_values: BoolValues
    quality: _containers.RepeatedScalarFieldContainer[Quality]
    null_positions: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, metric_id: _Optional[int] = ..., record_seq_delta: _Optional[_Iterable[int]] = ..., captured_delta_us: _Optional[_Iterable[int]] = ..., int64_values: _Optional[_Union[Int64Values, _Mapping]] = ..., double_values: _Optional[_Union[DoubleValues, _Mapping]] = ..., decimal_values: _Optional[_Union[DecimalValues, _Mapping]] = ..., big_decimal_values: _Optional[_Union[BigDecimalValues, _Mapping]] = ..., bool_values: _Optional[_Union[BoolValues, _Mapping]] = ..., quality: _Optional[_Iterable[_Union[Quality, str]]] = ..., null_positions: _Optional[_Iterable[int]] = ...) -> None: ...

class Batch(_message.Message):
    __slots__ = ("install_id", "catalogue_id", "first_record_seq", "base_captured_us", "clock", "columns", "flush_mark")
    INSTALL_ID_FIELD_NUMBER: _ClassVar[int]
    CATALOGUE_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_RECORD_SEQ_FIELD_NUMBER: _ClassVar[int]
    BASE_CAPTURED_US_FIELD_NUMBER: _ClassVar[int]
    CLOCK_FIELD_NUMBER: _ClassVar[int]
    COLUMNS_FIELD_NUMBER: _ClassVar[int]
    FLUSH_MARK_FIELD_NUMBER: _ClassVar[int]
    install_id: bytes
    catalogue_id: bytes
    first_record_seq: int
    base_captured_us: int
    clock: ClockState
    columns: _containers.RepeatedCompositeFieldContainer[Column]
    flush_mark: int
    def __init__(self, install_id: _Optional[bytes] = ..., catalogue_id: _Optional[bytes] = ..., first_record_seq: _Optional[int] = ..., base_captured_us: _Optional[int] = ..., clock: _Optional[_Union[ClockState, str]] = ..., columns: _Optional[_Iterable[_Union[Column, _Mapping]]] = ..., flush_mark: _Optional[int] = ...) -> None: ...

class Gap(_message.Message):
    __slots__ = ("range", "cause", "count", "from_us", "to_us", "gap_seq")
    RANGE_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    FROM_US_FIELD_NUMBER: _ClassVar[int]
    TO_US_FIELD_NUMBER: _ClassVar[int]
    GAP_SEQ_FIELD_NUMBER: _ClassVar[int]
    range: _session_pb2.RecordRange
    cause: GapCause
    count: int
    from_us: int
    to_us: int
    gap_seq: int
    def __init__(self, range: _Optional[_Union[_session_pb2.RecordRange, _Mapping]] = ..., cause: _Optional[_Union[GapCause, str]] = ..., count: _Optional[int] = ..., from_us: _Optional[int] = ..., to_us: _Optional[int] = ..., gap_seq: _Optional[int] = ...) -> None: ...

class GapReport(_message.Message):
    __slots__ = ("install_id", "gaps")
    INSTALL_ID_FIELD_NUMBER: _ClassVar[int]
    GAPS_FIELD_NUMBER: _ClassVar[int]
    install_id: bytes
    gaps: _containers.RepeatedCompositeFieldContainer[Gap]
    def __init__(self, install_id: _Optional[bytes] = ..., gaps: _Optional[_Iterable[_Union[Gap, _Mapping]]] = ...) -> None: ...

class Nack(_message.Message):
    __slots__ = ("range", "code", "retryable", "detail")
    RANGE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    RETRYABLE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    range: _session_pb2.RecordRange
    code: NackCode
    retryable: bool
    detail: str
    def __init__(self, range: _Optional[_Union[_session_pb2.RecordRange, _Mapping]] = ..., code: _Optional[_Union[NackCode, str]] = ..., retryable: bool = ..., detail: _Optional[str] = ...) -> None: ...

class Ack(_message.Message):
    __slots__ = ("install_id", "ranges", "nacks", "gap_seqs", "credit")
    INSTALL_ID_FIELD_NUMBER: _ClassVar[int]
    RANGES_FIELD_NUMBER: _ClassVar[int]
    NACKS_FIELD_NUMBER: _ClassVar[int]
    GAP_SEQS_FIELD_NUMBER: _ClassVar[int]
    CREDIT_FIELD_NUMBER: _ClassVar[int]
    install_id: bytes
    ranges: _containers.RepeatedCompositeFieldContainer[_session_pb2.RecordRange]
    nacks: _containers.RepeatedCompositeFieldContainer[Nack]
    gap_seqs: _containers.RepeatedScalarFieldContainer[int]
    credit: int
    def __init__(self, install_id: _Optional[bytes] = ..., ranges: _Optional[_Iterable[_Union[_session_pb2.RecordRange, _Mapping]]] = ..., nacks: _Optional[_Iterable[_Union[Nack, _Mapping]]] = ..., gap_seqs: _Optional[_Iterable[int]] = ..., credit: _Optional[int] = ...) -> None: ...

class AckQuery(_message.Message):
    __slots__ = ("install_id", "range")
    INSTALL_ID_FIELD_NUMBER: _ClassVar[int]
    RANGE_FIELD_NUMBER: _ClassVar[int]
    install_id: bytes
    range: _session_pb2.RecordRange
    def __init__(self, install_id: _Optional[bytes] = ..., range: _Optional[_Union[_session_pb2.RecordRange, _Mapping]] = ...) -> None: ...
