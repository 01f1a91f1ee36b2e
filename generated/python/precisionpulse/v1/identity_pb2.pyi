from precisionpulse.v1 import options_pb2 as _options_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional

DESCRIPTOR: _descriptor.FileDescriptor

class User(_message.Message):
    __slots__ = ("username", "display_name", "password_hash", "enabled", "must_change_password", "session_generation", "wanted_username")
    USERNAME_FIELD_NUMBER: _ClassVar[int]
    DISPLAY_NAME_FIELD_NUMBER: _ClassVar[int]
    PASSWORD_HASH_FIELD_NUMBER: _ClassVar[int]
    ENABLED_FIELD_NUMBER: _ClassVar[int]
    MUST_CHANGE_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    SESSION_GENERATION_FIELD_NUMBER: _ClassVar[int]
    WANTED_USERNAME_FIELD_NUMBER: _ClassVar[int]
    username: str
    display_name: str
    password_hash: str
    enabled: bool
    must_change_password: bool
    session_generation: int
    wanted_username: str
    def __init__(self, username: _Optional[str] = ..., display_name: _Optional[str] = ..., password_hash: _Optional[str] = ..., enabled: bool = ..., must_change_password: bool = ..., session_generation: _Optional[int] = ..., wanted_username: _Optional[str] = ...) -> None: ...

class Role(_message.Message):
    __slots__ = ("name", "description", "built_in")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    BUILT_IN_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    built_in: bool
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., built_in: bool = ...) -> None: ...

class Permission(_message.Message):
    __slots__ = ("name", "description", "built_in")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    BUILT_IN_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    built_in: bool
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., built_in: bool = ...) -> None: ...

class RoleGrant(_message.Message):
    __slots__ = ("user_id", "role_id", "client")
    USER_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    user_id: bytes
    role_id: bytes
    client: str
    def __init__(self, user_id: _Optional[bytes] = ..., role_id: _Optional[bytes] = ..., client: _Optional[str] = ...) -> None: ...

class PermissionGrant(_message.Message):
    __slots__ = ("role_id", "permission_id")
    ROLE_ID_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_ID_FIELD_NUMBER: _ClassVar[int]
    role_id: bytes
    permission_id: bytes
    def __init__(self, role_id: _Optional[bytes] = ..., permission_id: _Optional[bytes] = ...) -> None: ...
