from precisionpulse.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Iterable as _Iterable, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HpkeSuite(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HPKE_SUITE_UNSPECIFIED: _ClassVar[HpkeSuite]
    HPKE_SUITE_X25519: _ClassVar[HpkeSuite]
    HPKE_SUITE_MLKEM768_X25519: _ClassVar[HpkeSuite]

class EnrolmentRefusalCode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENROLMENT_REFUSAL_CODE_UNSPECIFIED: _ClassVar[EnrolmentRefusalCode]
    ENROLMENT_REFUSAL_CODE_INVALID: _ClassVar[EnrolmentRefusalCode]
    ENROLMENT_REFUSAL_CODE_EXPIRED: _ClassVar[EnrolmentRefusalCode]
    ENROLMENT_REFUSAL_CODE_USED: _ClassVar[EnrolmentRefusalCode]
    ENROLMENT_REFUSAL_CODE_RATE_LIMITED: _ClassVar[EnrolmentRefusalCode]
    ENROLMENT_REFUSAL_CODE_MALFORMED: _ClassVar[EnrolmentRefusalCode]
    ENROLMENT_REFUSAL_CODE_UNAVAILABLE: _ClassVar[EnrolmentRefusalCode]
HPKE_SUITE_UNSPECIFIED: HpkeSuite
HPKE_SUITE_X25519: HpkeSuite
HPKE_SUITE_MLKEM768_X25519: HpkeSuite
ENROLMENT_REFUSAL_CODE_UNSPECIFIED: EnrolmentRefusalCode
ENROLMENT_REFUSAL_CODE_INVALID: EnrolmentRefusalCode
ENROLMENT_REFUSAL_CODE_EXPIRED: EnrolmentRefusalCode
ENROLMENT_REFUSAL_CODE_USED: EnrolmentRefusalCode
ENROLMENT_REFUSAL_CODE_RATE_LIMITED: EnrolmentRefusalCode
ENROLMENT_REFUSAL_CODE_MALFORMED: EnrolmentRefusalCode
ENROLMENT_REFUSAL_CODE_UNAVAILABLE: EnrolmentRefusalCode

class EnrolmentRequest(_message.Message):
    __slots__ = ("code_lookup", "certificate_request", "hpke_public_key", "hpke_suite", "install_id", "sdk_name", "sdk_version", "proof")
    CODE_LOOKUP_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_REQUEST_FIELD_NUMBER: _ClassVar[int]
    HPKE_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    HPKE_SUITE_FIELD_NUMBER: _ClassVar[int]
    INSTALL_ID_FIELD_NUMBER: _ClassVar[int]
    SDK_NAME_FIELD_NUMBER: _ClassVar[int]
    SDK_VERSION_FIELD_NUMBER: _ClassVar[int]
    PROOF_FIELD_NUMBER: _ClassVar[int]
    code_lookup: bytes
    certificate_request: bytes
    hpke_public_key: bytes
    hpke_suite: HpkeSuite
    install_id: bytes
    sdk_name: str
    sdk_version: str
    proof: bytes
    def __init__(self, code_lookup: _Optional[bytes] = ..., certificate_request: _Optional[bytes] = ..., hpke_public_key: _Optional[bytes] = ..., hpke_suite: _Optional[_Union[HpkeSuite, str]] = ..., install_id: _Optional[bytes] = ..., sdk_name: _Optional[str] = ..., sdk_version: _Optional[str] = ..., proof: _Optional[bytes] = ...) -> None: ...

class EnrolmentGrant(_message.Message):
    __slots__ = ("client", "site", "certificate", "ca_certificates", "broker_host", "broker_port", "sealed_key", "hub_public_key", "certificate_expires_us")
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    SITE_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_FIELD_NUMBER: _ClassVar[int]
    CA_CERTIFICATES_FIELD_NUMBER: _ClassVar[int]
    BROKER_HOST_FIELD_NUMBER: _ClassVar[int]
    BROKER_PORT_FIELD_NUMBER: _ClassVar[int]
    SEALED_KEY_FIELD_NUMBER: _ClassVar[int]
    HUB_PUBLIC_KEY_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_EXPIRES_US_FIELD_NUMBER: _ClassVar[int]
    client: str
    site: str
    certificate: bytes
    ca_certificates: _containers.RepeatedScalarFieldContainer[bytes]
    broker_host: str
    broker_port: int
    sealed_key: bytes
    hub_public_key: bytes
    certificate_expires_us: int
    def __init__(self, client: _Optional[str] = ..., site: _Optional[str] = ..., certificate: _Optional[bytes] = ..., ca_certificates: _Optional[_Iterable[bytes]] = ..., broker_host: _Optional[str] = ..., broker_port: _Optional[int] = ..., sealed_key: _Optional[bytes] = ..., hub_public_key: _Optional[bytes] = ..., certificate_expires_us: _Optional[int] = ...) -> None: ...

class SealedKey(_message.Message):
    __slots__ = ("key_id", "master_key")
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    MASTER_KEY_FIELD_NUMBER: _ClassVar[int]
    key_id: int
    master_key: bytes
    def __init__(self, key_id: _Optional[int] = ..., master_key: _Optional[bytes] = ...) -> None: ...

class EnrolmentRefusal(_message.Message):
    __slots__ = ("code", "text")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    code: EnrolmentRefusalCode
    text: str
    def __init__(self, code: _Optional[_Union[EnrolmentRefusalCode, str]] = ..., text: _Optional[str] = ...) -> None: ...

class KeyUpdate(_message.Message):
    __slots__ = ("sealed_key", "old_key_until_us")
    SEALED_KEY_FIELD_NUMBER: _ClassVar[int]
    OLD_KEY_UNTIL_US_FIELD_NUMBER: _ClassVar[int]
    sealed_key: bytes
    old_key_until_us: int
    def __init__(self, sealed_key: _Optional[bytes] = ..., old_key_until_us: _Optional[int] = ...) -> None: ...

class KeyAccepted(_message.Message):
    __slots__ = ("key_id",)
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    key_id: int
    def __init__(self, key_id: _Optional[int] = ...) -> None: ...
