"""What a change must obey beside merging: the form of its fields, and the rights of its author (PP-SY-4).

Nobody gives, takes or touches more than he holds himself: who is not an administrator can neither become one nor get at
the account of one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, cast
from uuid import UUID

from precisionpulse_sdk.channels import check_name
from precisionpulse_sdk.errors import (
    BuiltInError,
    ConfigurationError,
    DeletedError,
    ForbiddenChangeError,
    InvalidChangeError,
)
from precisionpulse_sdk.sync.change import Change
from precisionpulse_sdk.sync.fields import DEFAULTS, IDENTITY, VALUE
from precisionpulse_sdk.sync.kinds import Kind, config_value_id, permission_grant_id, permission_id, role_grant_id
from precisionpulse_sdk.sync.names import MAX_NAME
from precisionpulse_sdk.sync.rights import Person, Right, covers, may
from precisionpulse_sdk.sync.settings import Settings
from precisionpulse_sdk.sync.state import State, Value

MAX_DISPLAY_NAME = 128
MAX_DESCRIPTION = 500

_PERMISSION = re.compile(r"(\*|[a-z0-9][a-z0-9-]{0,62}):(\*|[a-z0-9][a-z0-9-]{0,62})\Z")
_ARGON2ID = re.compile(
    r"\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$[A-Za-z0-9+/]{11,128}\$[A-Za-z0-9+/]{22,512}\Z"
)
_MAX_HASH_KIB, _MAX_HASH_PASSES, _MAX_HASH_LANES = 1 << 20, 32, 64
_MOST_ENDINGS_AT_ONCE = 10_000
"""How often a user's sessions may end at a client before the hub hears of it. A count at the end of its numbers would
leave no way to end them."""
_OWN_PASSWORD = frozenset(("password_hash", "must_change_password", "session_generation"))
_PERMISSION_OF: Mapping[Kind, tuple[str, str, str]] = {
    Kind.USER: ("user:create", "user:update", "user:delete"),
    Kind.ROLE: ("role:create", "role:update", "role:delete"),
    Kind.PERMISSION: ("permission:create", "permission:update", "permission:delete"),
    Kind.ROLE_GRANT: ("role:assign", "role:assign", "role:assign"),
    Kind.PERMISSION_GRANT: ("role:update", "role:update", "role:update"),
    Kind.CONFIG_VALUE: ("config:update", "config:update", "config:update"),
}
"""To create, to change, to delete."""


class World(Protocol):
    """What the rules must know of everything else, as it is now."""

    def state(self, kind: Kind, id_: UUID) -> State | None:
        """An entity, dead or alive."""

    def user_rights(self, user_id: UUID) -> Iterable[Right]:
        """What the user's roles give, enabled or not."""

    def role_permissions(self, role_id: UUID) -> Iterable[str]:
        """What the role gives."""


def check_form(change: Change, present: State | None, settings: Settings) -> None:
    """Raises `InvalidChangeError` unless every field of `change` is what the schema says that it must be."""
    if change.values is None:
        return
    creates = present is None or not present.lives
    faults: dict[str, str] = {}
    if "built_in" in change.values:
        faults["built_in"] = "Only the product itself ships built-in entities."
    for name in IDENTITY[change.kind]:
        if creates and name not in change.values and not _may_be_empty(change.kind, name):
            faults[name] = "Needed."
        elif (
            not creates
            and present is not None
            and change.values.get(name, present.values[name]) != present.values[name]
        ):
            faults[name] = "It can't be changed: delete this one and create another."
    if creates and change.kind in (Kind.USER, Kind.ROLE):
        required = "username" if change.kind is Kind.USER else "name"
        if required not in change.values:
            faults[required] = "Needed."
    for name, value in change.values.items():
        fault = _CHECKS.get((change.kind, name), _no_fault)(value)
        if fault:
            faults.setdefault(name, fault)
    if change.kind is Kind.USER and "session_generation" in change.values:
        before = 0 if present is None or not present.lives else cast(int, present.values["session_generation"])
        if cast(int, change.values["session_generation"]) > before + _MOST_ENDINGS_AT_ONCE:
            faults["session_generation"] = "It counts: one more at a time."
    if change.same_password and (
        creates
        or change.kind is not Kind.USER
        or change.actor != change.entity_id
        or set(change.values) != {"password_hash"}
        or not change.values["password_hash"]
    ):
        raise InvalidChangeError("Only a user's own password can stay the same, with nothing else changed.")
    if not faults and creates and _derived_id(change) not in (None, change.entity_id):
        raise InvalidChangeError("The id does not follow from what the entity is.")
    if faults:
        raise InvalidChangeError("; ".join(f"{name}: {text}" for name, text in faults.items()), faults)
    if change.kind is Kind.CONFIG_VALUE and VALUE in change.values:
        key = cast(str, change.values.get("key") or (present.values["key"] if present and present.lives else ""))
        settings.check(key, change.values[VALUE])


def check_author(author: Person | None, change: Change, present: State | None, world: World) -> None:
    """Raises `ForbiddenChangeError` unless `author` may make `change` where `present` is, `BuiltInError` when nobody
    may, and `DeletedError` for a grant between things that are not there."""
    if author is None:
        raise ForbiddenChangeError("Its author is not a user who may log in.")
    if present is not None and present.lives and present.values.get("built_in"):
        raise BuiltInError("It is shipped with the product, and can't be changed or deleted.")
    if _is_own_password(author, change, present):
        return
    values = {**(present.values if present is not None and present.lives else {}), **(change.values or {})}
    client = str(values.get("client", "")) if change.kind in (Kind.ROLE_GRANT, Kind.CONFIG_VALUE) else ""
    create, update, delete = _PERMISSION_OF[change.kind]
    needed = delete if change.deletes else update if present is not None and present.lives else create
    if not may(author, needed, client) and not _only_ends_sessions(author, change):
        for_client = f" for {client}" if client else ""
        raise ForbiddenChangeError(f"{author.username} needs the permission {needed}{for_client}.")
    touched = _rights_touched(change, values, world)
    beyond = [right for right in touched if not any(covers(held, right) for held in author.rights)]
    if beyond:
        raise ForbiddenChangeError(
            f"{author.username} does not hold {', '.join(sorted({right.permission for right in beyond}))}, and can "
            "neither give nor take it, nor change who holds it."
        )


def may_edit_user(author: Person | None, user_id: UUID, world: World) -> bool:
    """Whether `author` may change every field of the user."""
    return (
        author is not None
        and may(author, "user:update")
        and all(any(covers(held, right) for held in author.rights) for right in world.user_rights(user_id))
    )


def takes_power(change: Change) -> bool:
    """Whether `change` could leave the site without an administrator."""
    if change.deletes:
        return change.kind not in (Kind.CONFIG_VALUE,)
    values = change.values or {}
    return change.kind is Kind.USER and (values.get("enabled") is False or values.get("password_hash") == "")


def is_argon2id(value: str) -> bool:
    """Whether `value` is an Argon2id hash in PHC string form, with parameters that a log-in can afford."""
    found = _ARGON2ID.match(value)
    return found is not None and all(
        int(given) <= most
        for given, most in zip(found.groups(), (_MAX_HASH_KIB, _MAX_HASH_PASSES, _MAX_HASH_LANES), strict=True)
    )


def _rights_touched(change: Change, values: Mapping[str, Value], world: World) -> Iterable[Right]:
    """The rights that the change gives, takes, or gets at."""
    match change.kind:
        case Kind.USER:
            return world.user_rights(change.entity_id)
        case Kind.ROLE if change.deletes:
            return [Right(name) for name in world.role_permissions(change.entity_id)]
        case Kind.PERMISSION if change.deletes and "name" in values:
            return [Right(str(values["name"]))]
        case Kind.ROLE_GRANT if "role_id" in values:
            if not change.deletes:
                _living(world, Kind.USER, values["user_id"])
                _living(world, Kind.ROLE, values["role_id"])
            client = str(values["client"])
            return [Right(name, client) for name in world.role_permissions(cast(UUID, values["role_id"]))]
        case Kind.PERMISSION_GRANT if "role_id" in values:
            role = world.state(Kind.ROLE, cast(UUID, values["role_id"]))
            if role is not None and role.lives and role.values["built_in"]:
                raise BuiltInError("The role is shipped with the product: what it holds can't be changed.")
            if not change.deletes:
                _living(world, Kind.ROLE, values["role_id"])
                _living(world, Kind.PERMISSION, values["permission_id"])
            permission = world.state(Kind.PERMISSION, cast(UUID, values["permission_id"]))
            return [Right(str(permission.values["name"]))] if permission is not None and permission.lives else []
        case _:
            return []


def _living(world: World, kind: Kind, id_: object) -> State:
    found = world.state(kind, cast(UUID, id_))
    if found is None or not found.lives:
        raise DeletedError(f"The {kind.value} was deleted, or never existed.")
    return found


def _is_own_password(author: Person, change: Change, present: State | None) -> bool:
    return (
        change.kind is Kind.USER
        and change.entity_id == author.id
        and present is not None
        and change.values is not None
        and "password_hash" in change.values
        and change.values["password_hash"] != ""
        and not change.values.get("must_change_password", False)
        and _OWN_PASSWORD.issuperset(change.values)
    )


def _only_ends_sessions(author: Person, change: Change) -> bool:
    return (
        change.kind is Kind.USER
        and change.values is not None
        and set(change.values) == {"session_generation"}
        and may(author, "session:end")
    )


def _derived_id(change: Change) -> UUID | None:
    values = {**DEFAULTS[change.kind], **(change.values or {})}
    match change.kind:
        case Kind.PERMISSION:
            return permission_id(cast(str, values["name"]))
        case Kind.ROLE_GRANT:
            return role_grant_id(
                cast(UUID, values["user_id"]), cast(UUID, values["role_id"]), cast(str, values["client"])
            )
        case Kind.PERMISSION_GRANT:
            return permission_grant_id(cast(UUID, values["role_id"]), cast(UUID, values["permission_id"]))
        case Kind.CONFIG_VALUE:
            return config_value_id(cast(str, values["key"]), cast(str, values["client"]))
        case _:
            return None


def _may_be_empty(kind: Kind, name: str) -> bool:
    return name == "client"


def _no_fault(_: Value) -> str:
    return ""


def _name_fault(value: Value) -> str:
    name = cast(str, value)
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable() or name != name.strip():
        return f"1 to {MAX_NAME} printable characters, no space at either end."
    return ""


def _text_fault(longest: int) -> Callable[[Value], str]:
    def fault(value: Value) -> str:
        text = cast(str, value)
        return "" if len(text) <= longest and text.isprintable() else f"At most {longest} printable characters."

    return fault


def _hash_fault(value: Value) -> str:
    text = cast(str, value)
    return "" if not text or is_argon2id(text) else "Not an Argon2id hash in PHC string form."


def _permission_fault(value: Value) -> str:
    if _PERMISSION.match(cast(str, value)):
        return ""
    return "resource:action, each of a-z, 0-9 and '-', or a lone '*'."


def _client_fault(value: Value) -> str:
    client = cast(str, value)
    if client:
        try:
            check_name(client, "client")
        except ConfigurationError as error:
            return str(error)
    return ""


def _generation_fault(value: Value) -> str:
    return "" if 0 <= cast(int, value) < 1 << 62 else "Too large."


def _wanted_fault(value: Value) -> str:
    return "" if value == "" else "It can only be cleared."


_CHECKS: Mapping[tuple[Kind, str], Callable[[Value], str]] = {
    (Kind.USER, "username"): _name_fault,
    (Kind.USER, "display_name"): _text_fault(MAX_DISPLAY_NAME),
    (Kind.USER, "password_hash"): _hash_fault,
    (Kind.USER, "session_generation"): _generation_fault,
    (Kind.USER, "wanted_username"): _wanted_fault,
    (Kind.ROLE, "name"): _name_fault,
    (Kind.ROLE, "description"): _text_fault(MAX_DESCRIPTION),
    (Kind.PERMISSION, "name"): _permission_fault,
    (Kind.PERMISSION, "description"): _text_fault(MAX_DESCRIPTION),
    (Kind.ROLE_GRANT, "client"): _client_fault,
    (Kind.CONFIG_VALUE, "client"): _client_fault,
}
