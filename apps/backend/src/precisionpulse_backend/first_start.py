"""What a site has from its first start: built-in permissions and roles, and one administrator. Safe to run again."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator

from precisionpulse_sdk.replica import DELETE, Edit, Kind, Replica, passwords
from precisionpulse_sdk.replica.access import find_user
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.sync.edit import give_permission, give_role
from precisionpulse_sdk.sync.kinds import built_in_role_id, permission_id

PERMISSIONS = {
    "*:*": "Everything",
    "audit:read": "See the audit log",
    "client:read": "See clients, their live values and their history",
    "client:revoke": "Revoke a client",
    "client:command": "Send commands to a client",
    "client:sync": "Make a client synchronise",
    "client:diagnose": "Collect diagnostics from a client",
    "config:read": "See configuration",
    "config:update": "Change configuration",
    "conflict:read": "See changes that lost or were refused",
    "enrolment:create": "Issue and withdraw enrolment codes",
    "enrolment:read": "See enrolment codes",
    "permission:create": "Create permissions",
    "permission:delete": "Delete permissions",
    "permission:read": "See permissions",
    "permission:update": "Change permissions",
    "role:assign": "Give users roles and take them away",
    "role:create": "Create roles",
    "role:delete": "Delete roles",
    "role:read": "See roles and what they hold",
    "role:update": "Change roles and what they hold",
    "session:end": "End anybody's sessions",
    "session:read": "See who is logged in",
    "user:create": "Create users",
    "user:delete": "Delete users",
    "user:read": "See users and why they may do what",
    "user:update": "Change users, their passwords, and whether they may log in",
}
ROLES = {
    "administrator": ("May do everything", ["*:*"]),
    "operator": (
        "Watches clients and works with them",
        ["client:read", "client:command", "client:sync", "client:diagnose", "config:read", "config:update"],
    ),
    "viewer": ("Watches clients", ["client:read"]),
}


def prepare(replica: Replica, *, admin: str, password: str) -> bool:
    """Make what is missing; whether the administrator was made. An administrator who exists is left alone."""
    replica.provide(_missing(replica, _built_in()))
    with replica.engine.connect() as connection:
        if find_user(connection, admin) is not None:
            return False
    user_id = uuid.uuid4()
    account = {"username": admin, "password_hash": passwords.hash_password(password), "enabled": True}
    replica.provide(
        [Edit(Kind.USER, user_id, account), give_role(user_id, built_in_role_id("administrator"))],
    )
    return True


def _built_in() -> Iterator[Edit]:
    for name, description in PERMISSIONS.items():
        fields = {"name": name, "description": description, "built_in": True}
        yield Edit(Kind.PERMISSION, permission_id(name), fields)
    for name, (description, held) in ROLES.items():
        role_id = built_in_role_id(name)
        yield Edit(Kind.ROLE, role_id, {"name": name, "description": description, "built_in": True})
        for permission in held:
            yield give_permission(role_id, permission_id(permission))


def _missing(replica: Replica, edits: Iterable[Edit]) -> list[Edit]:
    """Those of `edits` whose entities are not there as they should be."""
    with replica.engine.connect() as connection:
        entities = Entities(connection)
        present = ((edit, entities.state(edit.kind, edit.entity_id)) for edit in edits)
        return [
            edit
            for edit, state in present
            if state is None or edit.fields is DELETE or not edit.fields.items() <= state.values.items()
        ]
