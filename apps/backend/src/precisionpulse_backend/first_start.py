"""What a site has from its first start: built-in permissions and roles, and one administrator. Safe to run again."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.dialects.postgresql import insert

from precisionpulse_backend import audit
from precisionpulse_backend.tables import permission_grants, permissions, role_grants, roles, users
from precisionpulse_sdk.replica import passwords

_NAMESPACE = uuid.UUID("7a0d4d8e-2f8f-5c41-9d55-6a1f0c3be7a1")
"""Built-in entities have the same id at every site and on every replica."""

PERMISSIONS = {
    "*:*": "Everything",
    "client:read": "See clients, their live values and their history",
    "client:revoke": "Revoke a client",
    "client:command": "Send commands to a client",
    "client:sync": "Make a client synchronise",
    "client:diagnose": "Collect diagnostics from a client",
    "config:read": "See configuration",
    "config:update": "Change configuration",
    "enrolment:create": "Issue and withdraw enrolment codes",
    "enrolment:read": "See enrolment codes",
}
ROLES = {
    "administrator": ("May do everything", ["*:*"]),
    "operator": (
        "Watches clients and works with them",
        ["client:read", "client:command", "client:sync", "client:diagnose", "config:read", "config:update"],
    ),
    "viewer": ("Watches clients", ["client:read"]),
}


def built_in_id(kind: str, name: str) -> uuid.UUID:
    """The id of a built-in entity; `kind` is "role", "permission" or a grant's."""
    return uuid.uuid5(_NAMESPACE, f"{kind}/{name}")


def prepare(engine: Engine, *, admin: str, password: str) -> bool:
    """Make what is missing; whether the administrator was made. An administrator who exists is left alone."""
    with engine.begin() as connection:
        _make_roles(connection)
        present = connection.scalar(
            select(users.c.id).where(func.lower(users.c.username) == admin.lower(), users.c.deleted_at.is_(None))
        )
        if present is not None:
            return False
        user_id = uuid.uuid4()
        connection.execute(
            insert(users).values(
                id=user_id, username=admin, password_hash=passwords.hash_password(password), enabled=True
            )
        )
        grant(connection, user_id, "administrator")
        audit.record(
            connection,
            actor="bootstrap",
            address="",
            action="user:create",
            subject=admin,
            after={"role": "administrator"},
        )
    return True


def grant(connection: Connection, user_id: uuid.UUID, role: str, client: str = "") -> None:
    """Give a user a built-in role, for one client or, when `client` is empty, for all."""
    connection.execute(
        insert(role_grants).values(id=uuid.uuid4(), user_id=user_id, role_id=built_in_id("role", role), client=client)
    )


def _make_roles(connection: Connection) -> None:
    for name, description in PERMISSIONS.items():
        row = {"id": built_in_id("permission", name), "name": name, "description": description, "built_in": True}
        connection.execute(insert(permissions).values(row).on_conflict_do_nothing())
    for name, (description, held) in ROLES.items():
        role_id = built_in_id("role", name)
        row = {"id": role_id, "name": name, "description": description, "built_in": True}
        connection.execute(insert(roles).values(row).on_conflict_do_nothing())
        for permission in held:
            row = {
                "id": built_in_id("permission-grant", f"{name}/{permission}"),
                "role_id": role_id,
                "permission_id": built_in_id("permission", permission),
            }
            connection.execute(insert(permission_grants).values(row).on_conflict_do_nothing())
