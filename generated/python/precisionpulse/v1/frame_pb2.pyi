from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Suite(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SUITE_UNSPECIFIED: _ClassVar[Suite]
    SUITE_AES_256_GCM: _ClassVar[Suite]

class Compression(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COMPRESSION_UNSPECIFIED: _ClassVar[Compression]
    COMPRESSION_DEFLATE: _ClassVar[Compression]
    COMPRESSION_ZSTD: _ClassVar[Compression]
SUITE_UNSPECIFIED: Suite
SUITE_AES_256_GCM: Suite
COMPRESSION_UNSPECIFIED: Compression
COMPRESSION_DEFLATE: Compression
COMPRESSION_ZSTD: Compression

class Frame(_message.Message):
    __slots__ = ("header", "body")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    header: bytes
    body: bytes
    def __init__(self, header: _Optional[bytes] = ..., body: _Optional[bytes] = ...) -> None: ...

class Header(_message.Message):
    __slots__ = ("minor", "type", "epoch", "salt", "stream", "sequence", "sent_us", "suite", "key_id", "compression", "bound_salt")
    MINOR_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    SALT_FIELD_NUMBER: _ClassVar[int]
    STREAM_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SENT_US_FIELD_NUMBER: _ClassVar[int]
    SUITE_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    COMPRESSION_FIELD_NUMBER: _ClassVar[int]
    BOUND_SALT_FIELD_NUMBER: _ClassVar[int]
    minor: int
    type: int
    epoch: int
    salt: bytes
    stream: int
    sequence: int
    sent_us: int
    suite: Suite
    key_id: int
    compression: Compression
    bound_salt: bytes
    def __init__(self, minor: _Optional[int] = ..., type: _Optional[int] = ..., epoch: _Optional[int] = ..., salt: _Optional[bytes] = ..., stream: _Optional[int] = ..., sequence: _Optional[int] = ..., sent_us: _Optional[int] = ..., suite: _Optional[_Union[Suite, str]] = ..., key_id: _Optional[int] = ..., compression: _Optional[_Union[Compression, str]] = ..., bound_salt: _Optional[bytes] = ...) -> None: ...
