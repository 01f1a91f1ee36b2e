"""What somebody wants changed, before it has a time, a place in the log, or anybody's consent."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal
from uuid import UUID

from precisionpulse_sdk.sync.kinds import Kind, config_value_id, permission_grant_id, permission_id, role_grant_id


class _Delete(enum.Enum):
    DELETE = "delete"


DELETE: Final = _Delete.DELETE
"""In place of fields: the entity is to be deleted."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One entity's change. `fields`: the fields to set, by their names in the schema, ids as `UUID`; a configuration
    value's is called `value`. An entity that does not exist (any more) is created. `base_version`: the version that the
    author looked at; None takes the present one, whatever it is. `same_password`: as in `Change`."""

    kind: Kind
    entity_id: UUID
    fields: Mapping[str, object] | Literal[_Delete.DELETE] = field(repr=False)
    base_version: int | None = None
    same_password: bool = False


def renew_hash(user_id: UUID, password_hash: str, *, base_version: int) -> Edit:
    """The user's password, as it is, has that hash from now on; `base_version`: the user's when it was verified."""
    return Edit(Kind.USER, user_id, {"password_hash": password_hash}, base_version, same_password=True)


def give_role(user_id: UUID, role_id: UUID, client: str = "") -> Edit:
    """The user gets the role, for one client or, when `client` is empty, for all."""
    entity_id = role_grant_id(user_id, role_id, client)
    return Edit(Kind.ROLE_GRANT, entity_id, {"user_id": user_id, "role_id": role_id, "client": client})


def take_role(user_id: UUID, role_id: UUID, client: str = "") -> Edit:
    """The user loses what `give_role` gave."""
    return Edit(Kind.ROLE_GRANT, role_grant_id(user_id, role_id, client), DELETE)


def give_permission(role_id: UUID, permission: UUID) -> Edit:
    """The role gets the permission of that id."""
    entity_id = permission_grant_id(role_id, permission)
    return Edit(Kind.PERMISSION_GRANT, entity_id, {"role_id": role_id, "permission_id": permission})


def take_permission(role_id: UUID, permission: UUID) -> Edit:
    """The role loses what `give_permission` gave."""
    return Edit(Kind.PERMISSION_GRANT, permission_grant_id(role_id, permission), DELETE)


def create_permission(name: str, description: str = "") -> Edit:
    """There is a permission `name`."""
    return Edit(Kind.PERMISSION, permission_id(name), {"name": name, "description": description})


def set_config(key: str, value: object, client: str = "", *, base_version: int | None = None) -> Edit:
    """The key has that value, for one client or, when `client` is empty, for the site. Lists are lists of str."""
    fields = {"key": key, "client": client, "value": value}
    return Edit(Kind.CONFIG_VALUE, config_value_id(key, client), fields, base_version)


def unset_config(key: str, client: str = "", *, base_version: int | None = None) -> Edit:
    """The key is not set here any more: what stands behind it counts again."""
    return Edit(Kind.CONFIG_VALUE, config_value_id(key, client), DELETE, base_version)
