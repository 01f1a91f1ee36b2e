"""The kinds of entities, and the ids of those whose content is their identity."""

from __future__ import annotations

import enum
import uuid

NAMESPACE = uuid.UUID("7a0d4d8e-2f8f-5c41-9d55-6a1f0c3be7a1")
"""Derived ids are the same at every site and on every replica."""

SYSTEM = uuid.uuid5(NAMESPACE, "system")
"""The author of what the product itself writes: built-in entities, and what becomes of a name that two have."""


class Kind(enum.StrEnum):
    """A kind of entity; the value is the name in `Entity.kind`."""

    USER = "user"
    ROLE = "role"
    PERMISSION = "permission"
    ROLE_GRANT = "role_grant"
    PERMISSION_GRANT = "permission_grant"
    CONFIG_VALUE = "config_value"


ACCOUNTS = frozenset(Kind) - {Kind.CONFIG_VALUE}
"""What only those clients get that hold the site's accounts: who may log in, by what, and what for."""


def built_in_role_id(name: str) -> uuid.UUID:
    """The id of a role that is shipped with the product."""
    return uuid.uuid5(NAMESPACE, f"role/{name}")


def permission_id(name: str) -> uuid.UUID:
    """The id of the permission `name`, built in or not: two who create it at once create the same."""
    return uuid.uuid5(NAMESPACE, f"permission/{name}")


def role_grant_id(user_id: uuid.UUID, role_id: uuid.UUID, client: str = "") -> uuid.UUID:
    """The id of "this user has this role", for one client or, when `client` is empty, for all."""
    return uuid.uuid5(NAMESPACE, f"role-grant/{user_id}/{role_id}/{client}")


def permission_grant_id(role_id: uuid.UUID, permission: uuid.UUID) -> uuid.UUID:
    """The id of "this role has this permission"."""
    return uuid.uuid5(NAMESPACE, f"permission-grant/{role_id}/{permission}")


def config_value_id(key: str, client: str = "") -> uuid.UUID:
    """The id of the value of `key`, for one client or, when `client` is empty, for the site."""
    return uuid.uuid5(NAMESPACE, f"config-value/{key}/{client}")
