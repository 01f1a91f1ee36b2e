"""The fields of each kind of entity: what they are called, where they come from in the schema, and what is secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast
from uuid import UUID

from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.errors import InvalidChangeError
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.state import ConfigScalar, Value

VALUE = "value"
"""The one name for the alternatives of a configuration value, here and on the wire: that of the oneof."""

MASK = "•••"
"""What is shown of a secret."""

DEFAULTS: Mapping[Kind, Mapping[str, Value]] = {
    Kind.USER: {
        "username": "",
        "display_name": "",
        "password_hash": "",
        "enabled": False,
        "must_change_password": False,
        "session_generation": 0,
        "wanted_username": "",
    },
    Kind.ROLE: {"name": "", "description": "", "built_in": False},
    Kind.PERMISSION: {"name": "", "description": "", "built_in": False},
    Kind.ROLE_GRANT: {"user_id": UUID(int=0), "role_id": UUID(int=0), "client": ""},
    Kind.PERMISSION_GRANT: {"role_id": UUID(int=0), "permission_id": UUID(int=0)},
    Kind.CONFIG_VALUE: {"key": "", "client": "", VALUE: None},
}
"""Every field of every kind, with the value that it has when nobody set it."""

IDENTITY: Mapping[Kind, tuple[str, ...]] = {
    Kind.USER: (),
    Kind.ROLE: (),
    Kind.PERMISSION: ("name",),
    Kind.ROLE_GRANT: ("user_id", "role_id", "client"),
    Kind.PERMISSION_GRANT: ("role_id", "permission_id"),
    Kind.CONFIG_VALUE: ("key", "client"),
}
"""Fields from which the entity's id is derived: set when it is created, never changed."""

NAME: Mapping[Kind, str] = {Kind.USER: "username", Kind.ROLE: "name"}
"""The field that must be unique among the living, without regard to case."""

_CONFIG_MEMBERS = tuple(field.name for field in pb.ConfigValue.DESCRIPTOR.oneofs_by_name["value"].fields)


def typed(kind: Kind, given: Mapping[str, object]) -> dict[str, Value]:
    """Fields of `kind` as a program hands them in. Raises `InvalidChangeError` for a name or type that is wrong."""
    faults: dict[str, str] = {}
    for name, value in given.items():
        if name not in DEFAULTS[kind]:
            faults[name] = f"There is no such field in a {kind.value}."
        elif name != VALUE and type(value) is not type(DEFAULTS[kind][name]):
            faults[name] = f"Expected {type(DEFAULTS[kind][name]).__name__}."
    if faults:
        raise InvalidChangeError("; ".join(f"{name}: {text}" for name, text in faults.items()), faults)
    return dict(given)


def kind_of(entity: pb.Entity) -> Kind:
    """Which kind `entity` is. Raises `InvalidChangeError` when it is none that this replica knows."""
    name = entity.WhichOneof("kind")
    if name is None:
        raise InvalidChangeError("The change is about a kind of entity that is not known here.")
    return Kind(name)


def read(entity: pb.Entity, wanted: Iterable[str] | None = None, *, known_only: bool = False) -> dict[str, Value]:
    """The values of the fields `wanted`; of all when None. With `known_only`, a field of a newer schema is passed over.

    Raises `InvalidChangeError` for a field that the kind does not have."""
    kind = kind_of(entity)
    content: Any = getattr(entity, kind.value)
    values: dict[str, Value] = {}
    for name in DEFAULTS[kind] if wanted is None else names(kind, wanted):
        if name not in DEFAULTS[kind]:
            if known_only:
                continue
            raise InvalidChangeError(f"There is no field {name[:64]!r} in a {kind.value}.")
        if kind is Kind.CONFIG_VALUE and name == VALUE:
            values[VALUE] = _read_config(content)
        else:
            values[name] = _read_plain(name, getattr(content, name), DEFAULTS[kind][name])
    return values


def write(kind: Kind, values: Mapping[str, Value]) -> pb.Entity:
    """An entity with these fields."""
    entity = pb.Entity()
    content: Any = getattr(entity, kind.value)
    content.SetInParent()
    for name, value in values.items():
        if name == VALUE and kind is Kind.CONFIG_VALUE:
            if value is not None:
                _write_config(content, cast(ConfigScalar, value))
        else:
            setattr(content, name, value.bytes if isinstance(value, UUID) else value)
    return entity


def own_name(kind: Kind, given: str) -> str:
    """The field that a peer named: a configuration value's alternatives are `VALUE`. Every name that comes from outside
    goes through here; everything that goes out is named so."""
    return VALUE if kind is Kind.CONFIG_VALUE and given in _CONFIG_MEMBERS else given


def names(kind: Kind, given: Iterable[str]) -> tuple[str, ...]:
    """The fields that a peer named, each once."""
    return tuple(dict.fromkeys(own_name(kind, name) for name in given))


def shown(kind: Kind, values: Mapping[str, Value]) -> dict[str, object]:
    """`values` for logs that people read: JSON-ready, secrets masked (PP-SY-7)."""
    return {name: shown_value(kind, name, value) for name, value in values.items()}


def shown_value(kind: Kind, name: str, value: Value) -> object:
    """One value for logs that people read."""
    if kind is Kind.USER and name == "password_hash":
        return MASK if value else ""
    if isinstance(value, ConfigScalar):
        if value.member == "secret_value":
            return MASK
        return list(value.value) if isinstance(value.value, tuple) else value.value
    return str(value) if isinstance(value, UUID) else value


def _read_plain(name: str, value: Any, default: Value) -> Value:
    if isinstance(default, UUID):
        if len(value) != 16:
            raise InvalidChangeError(f"{name} is not an id.", {name: "An id has 16 bytes."})
        return UUID(bytes=value)
    return cast(Value, value)


def _read_config(content: pb.ConfigValue) -> ConfigScalar | None:
    member = content.WhichOneof("value")
    if member is None:
        return None
    value = getattr(content, member)
    return ConfigScalar(member, tuple(value.values) if member == "list_value" else value)


def _write_config(content: pb.ConfigValue, scalar: ConfigScalar) -> None:
    if scalar.member == "list_value":
        content.list_value.SetInParent()
        content.list_value.values.extend(cast("tuple[str, ...]", scalar.value))
    else:
        setattr(content, scalar.member, scalar.value)
