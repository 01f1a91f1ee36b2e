from precisionpulse.v1 import config_pb2 as _config_pb2
from precisionpulse.v1 import identity_pb2 as _identity_pb2
from precisionpulse.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Mapping as _Mapping, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ChangeOp(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANGE_OP_UNSPECIFIED: _ClassVar[ChangeOp]
    CHANGE_OP_SET: _ClassVar[ChangeOp]
    CHANGE_OP_DELETE: _ClassVar[ChangeOp]

class ChangeRefusalCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHANGE_REFUSAL_CODE_UNSPECIFIED: _ClassVar[ChangeRefusalCode]
    CHANGE_REFUSAL_CODE_FORBIDDEN: _ClassVar[ChangeRefusalCode]
    CHANGE_REFUSAL_CODE_LAST_ADMINISTRATOR: _ClassVar[ChangeRefusalCode]
    CHANGE_REFUSAL_CODE_CLOCK_AHEAD: _ClassVar[ChangeRefusalCode]
    CHANGE_REFUSAL_CODE_INVALID: _ClassVar[ChangeRefusalCode]
    CHANGE_REFUSAL_CODE_DELETED: _ClassVar[ChangeRefusalCode]
    CHANGE_REFUSAL_CODE_BUILT_IN: _ClassVar[ChangeRefusalCode]
CHANGE_OP_UNSPECIFIED: ChangeOp
CHANGE_OP_SET: ChangeOp
CHANGE_OP_DELETE: ChangeOp
CHANGE_REFUSAL_CODE_UNSPECIFIED: ChangeRefusalCode
CHANGE_REFUSAL_CODE_FORBIDDEN: ChangeRefusalCode
CHANGE_REFUSAL_CODE_LAST_ADMINISTRATOR: ChangeRefusalCode
CHANGE_REFUSAL_CODE_CLOCK_AHEAD: ChangeRefusalCode
CHANGE_REFUSAL_CODE_INVALID: ChangeRefusalCode
CHANGE_REFUSAL_CODE_DELETED: ChangeRefusalCode
CHANGE_REFUSAL_CODE_BUILT_IN: ChangeRefusalCode

class HybridTime(_message.Message):
    __slots__ = ("wall_us", "logical", "node")
    WALL_US_FIELD_NUMBER: _ClassVar[int]
    LOGICAL_FIELD_NUMBER: _ClassVar[int]
    NODE_FIELD_NUMBER: _ClassVar[int]
    wall_us: int
    logical: int
    node: str
    def __init__(self, wall_us: _Optional[int] = ..., logical: _Optional[int] = ..., node: _Optional[str] = ...) -> None: ...

class Entity(_message.Message):
    __slots__ = ("user", "role", "permission", "role_grant", "permission_grant", "config_value")
    USER_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    ROLE_GRANT_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_GRANT_FIELD_NUMBER: _ClassVar[int]
    CONFIG_VALUE_FIELD_NUMBER: _ClassVar[int]
    user: _identity_pb2.User
    role: _identity_pb2.Role
    permission: _identity_pb2.Permission
    role_grant: _identity_pb2.RoleGrant
    permission_grant: _identity_pb2.PermissionGrant
    config_value: _config_pb2.ConfigValue
    def __init__(self, user: _Optional[_Union[_identity_pb2.User, _Mapping]] = ..., role: _Optional[_Union[_identity_pb2.Role, _Mapping]] = ..., permission: _Optional[_Union[_identity_pb2.Permission, _Mapping]] = ..., role_grant: _Optional[_Union[_identity_pb2.RoleGrant, _Mapping]] = ..., permission_grant: _Optional[_Union[_identity_pb2.PermissionGrant, _Mapping]] = ..., config_value: _Optional[_Union[_config_pb2.ConfigValue, _Mapping]] = ...) -> None: ...

class Change(_message.Message):
    __slots__ = ("id", "entity_id", "incarnation", "op", "base_version", "at", "actor_id", "fields", "entity", "same_password")
    ID_FIELD_NUMBER: _ClassVar[int]
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    OP_FIELD_NUMBER: _ClassVar[int]
    BASE_VERSION_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    ACTOR_ID_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    SAME_PASSWORD_FIELD_NUMBER: _ClassVar[int]
    id: bytes
    entity_id: bytes
    incarnation: int
    op: ChangeOp
    base_version: int
    at: HybridTime
    actor_id: bytes
    fields: _containers.RepeatedScalarFieldContainer[str]
    entity: Entity
    same_password: bool
    def __init__(self, id: _Optional[bytes] = ..., entity_id: _Optional[bytes] = ..., incarnation: _Optional[int] = ..., op: _Optional[_Union[ChangeOp, str]] = ..., base_version: _Optional[int] = ..., at: _Optional[_Union[HybridTime, _Mapping]] = ..., actor_id: _Optional[bytes] = ..., fields: _Optional[_Iterable[str]] = ..., entity: _Optional[_Union[Entity, _Mapping]] = ..., same_password: bool = ...) -> None: ...

class ChangeUpload(_message.Message):
    __slots__ = ("changes",)
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[Change]
    def __init__(self, changes: _Optional[_Iterable[_Union[Change, _Mapping]]] = ...) -> None: ...

class ChangeVerdict(_message.Message):
    __slots__ = ("change_id", "refusal", "text", "current", "cursor")
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    REFUSAL_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    CURRENT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    change_id: bytes
    refusal: ChangeRefusalCode
    text: str
    current: EntityState
    cursor: int
    def __init__(self, change_id: _Optional[bytes] = ..., refusal: _Optional[_Union[ChangeRefusalCode, str]] = ..., text: _Optional[str] = ..., current: _Optional[_Union[EntityState, _Mapping]] = ..., cursor: _Optional[int] = ...) -> None: ...

class ChangeVerdicts(_message.Message):
    __slots__ = ("verdicts",)
    VERDICTS_FIELD_NUMBER: _ClassVar[int]
    verdicts: _containers.RepeatedCompositeFieldContainer[ChangeVerdict]
    def __init__(self, verdicts: _Optional[_Iterable[_Union[ChangeVerdict, _Mapping]]] = ...) -> None: ...

class FieldTime(_message.Message):
    __slots__ = ("field", "at")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    field: str
    at: HybridTime
    def __init__(self, field: _Optional[str] = ..., at: _Optional[_Union[HybridTime, _Mapping]] = ...) -> None: ...

class EntityState(_message.Message):
    __slots__ = ("entity_id", "incarnation", "version", "entity", "field_times", "deleted_at")
    ENTITY_ID_FIELD_NUMBER: _ClassVar[int]
    INCARNATION_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ENTITY_FIELD_NUMBER: _ClassVar[int]
    FIELD_TIMES_FIELD_NUMBER: _ClassVar[int]
    DELETED_AT_FIELD_NUMBER: _ClassVar[int]
    entity_id: bytes
    incarnation: int
    version: int
    entity: Entity
    field_times: _containers.RepeatedCompositeFieldContainer[FieldTime]
    deleted_at: HybridTime
    def __init__(self, entity_id: _Optional[bytes] = ..., incarnation: _Optional[int] = ..., version: _Optional[int] = ..., entity: _Optional[_Union[Entity, _Mapping]] = ..., field_times: _Optional[_Iterable[_Union[FieldTime, _Mapping]]] = ..., deleted_at: _Optional[_Union[HybridTime, _Mapping]] = ...) -> None: ...

class CommittedChange(_message.Message):
    __slots__ = ("cursor", "change", "lost_fields", "overruled_fields")
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    CHANGE_FIELD_NUMBER: _ClassVar[int]
    LOST_FIELDS_FIELD_NUMBER: _ClassVar[int]
    OVERRULED_FIELDS_FIELD_NUMBER: _ClassVar[int]
    cursor: int
    change: Change
    lost_fields: _containers.RepeatedScalarFieldContainer[str]
    overruled_fields: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, cursor: _Optional[int] = ..., change: _Optional[_Union[Change, _Mapping]] = ..., lost_fields: _Optional[_Iterable[str]] = ..., overruled_fields: _Optional[_Iterable[str]] = ...) -> None: ...

class ChangeFeed(_message.Message):
    __slots__ = ("after_cursor", "changes", "latest_cursor", "accounts_withheld")
    AFTER_CURSOR_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    LATEST_CURSOR_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_WITHHELD_FIELD_NUMBER: _ClassVar[int]
    after_cursor: int
    changes: _containers.RepeatedCompositeFieldContainer[CommittedChange]
    latest_cursor: int
    accounts_withheld: bool
    def __init__(self, after_cursor: _Optional[int] = ..., changes: _Optional[_Iterable[_Union[CommittedChange, _Mapping]]] = ..., latest_cursor: _Optional[int] = ..., accounts_withheld: bool = ...) -> None: ...

class FeedRequest(_message.Message):
    __slots__ = ("after_cursor",)
    AFTER_CURSOR_FIELD_NUMBER: _ClassVar[int]
    after_cursor: int
    def __init__(self, after_cursor: _Optional[int] = ...) -> None: ...

class SnapshotChunk(_message.Message):
    __slots__ = ("snapshot_id", "index", "count", "cursor", "entities", "valid_until_us", "accounts_withheld")
    SNAPSHOT_ID_FIELD_NUMBER: _ClassVar[int]
    INDEX_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    ENTITIES_FIELD_NUMBER: _ClassVar[int]
    VALID_UNTIL_US_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_WITHHELD_FIELD_NUMBER: _ClassVar[int]
    snapshot_id: bytes
    index: int
    count: int
    cursor: int
    entities: _containers.RepeatedCompositeFieldContainer[EntityState]
    valid_until_us: int
    accounts_withheld: bool
    def __init__(self, snapshot_id: _Optional[bytes] = ..., index: _Optional[int] = ..., count: _Optional[int] = ..., cursor: _Optional[int] = ..., entities: _Optional[_Iterable[_Union[EntityState, _Mapping]]] = ..., valid_until_us: _Optional[int] = ..., accounts_withheld: bool = ...) -> None: ...
