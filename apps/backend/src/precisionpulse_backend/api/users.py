"""/users: who may log in, and what each one's roles allow."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel, Field, StringConstraints

from precisionpulse_backend import auth
from precisionpulse_backend.api import running
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.api.edits import edit
from precisionpulse_backend.errors import InvalidInputError, NotFoundError
from precisionpulse_backend.login import Lockout, find_lockouts
from precisionpulse_sdk.moments import to_us
from precisionpulse_sdk.replica import DELETE, Edit, Kind, password_rules, passwords
from precisionpulse_sdk.replica.access import paths_of
from precisionpulse_sdk.replica.directory import User, find_users, list_permissions, show_user
from precisionpulse_sdk.sync.edit import give_role
from precisionpulse_sdk.sync.rights import Right, covers

blueprint = APIBlueprint("users", __name__, url_prefix="/api/v1/users")

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
DisplayName = Annotated[str, StringConstraints(strip_whitespace=True, max_length=128)]
Password = Annotated[str, StringConstraints(min_length=1, max_length=password_rules.MAX_LENGTH)]
ClientScope = Annotated[str, StringConstraints(max_length=63)]
Version = Annotated[int, Field(ge=1, lt=2**63)]


class RoleChoice(BaseModel):
    """A role, for one client or, when `client` is empty, for all."""

    role_id: UUID
    client: ClientScope = ""


class NewUser(BaseModel):
    """A user to come. Without a password one is generated and shown once; it must be changed at the first log-in."""

    username: Name
    display_name: DisplayName = ""
    enabled: bool = True
    password: Password | None = None
    roles: list[RoleChoice] = Field(default_factory=list, max_length=100)


class UserChange(BaseModel):
    """What to change, where `version` is what the author looked at."""

    version: Version
    username: Name | None = None
    display_name: DisplayName | None = None
    enabled: bool | None = None


class FirstPassword(BaseModel):
    """A password to hand over; without one it is generated. It must be changed at the next log-in."""

    password: Password | None = None


class VersionQuery(BaseModel):
    """The version that the author looked at."""

    version: Version


class UserQuery(BaseModel):
    """Whom: part of a user name or display name, and the user name that the last page ended with."""

    search: str = Field(default="", max_length=128)
    after: str = Field(default="", max_length=64)
    limit: int = Field(default=100, ge=1, le=500)


class HeldRoleView(BaseModel):
    """A role that a user has: `id` is the grant's."""

    id: str
    role_id: str
    role: str
    client: str


class UserDetail(BaseModel):
    """A user. `wanted_username`: not empty when another one had that name first; `failures`: wrong passwords that still
    count; `locked_until_us`: no log-in before."""

    id: str
    username: str
    display_name: str
    enabled: bool
    must_change_password: bool
    has_password: bool
    wanted_username: str
    version: int
    roles: list[HeldRoleView]
    failures: int
    locked_until_us: Number | None


class UserList(BaseModel):
    """A page of users by name; `next` is its last user name when others follow, `total` how many match."""

    users: list[UserDetail]
    total: int
    next: str | None


class NewUserView(BaseModel):
    """The new user, and the password that was generated, which is shown this once."""

    user: UserDetail
    password: str | None


class PathView(BaseModel):
    """One way to a permission: a role, for one client or for all (""), holds a permission that covers it."""

    role_id: str
    role: str
    client: str
    permission_id: str
    permission: str


class AccessView(BaseModel):
    """One permission, and every way by which the user has it; none when the user may not."""

    permission: str
    description: str
    paths: list[PathView]


class UserAccess(BaseModel):
    """Why a user may do what. Whoever is not `enabled` may do nothing, whatever the roles give."""

    enabled: bool
    access: list[AccessView]


@blueprint.get("")
@auth.requires("user:read", for_all=True)
@blueprint.input(UserQuery, location="query", arg_name="query")
@blueprint.output(UserList)
@blueprint.doc(summary="Users by name, a page at a time")
def list_users(query: UserQuery) -> Response:
    with running.engine().connect() as connection:
        page = find_users(connection, search=query.search.strip(), after=query.after, limit=query.limit)
        lockouts = find_lockouts(connection, [user.username for user in page.users])
    views = [user_view(user, lockouts.get(user.username)) for user in page.users]
    return jsonify({"users": views, "total": page.total, "next": page.users[-1].username if page.more else None})


@blueprint.post("")
@auth.requires("user:create", for_all=True)
@blueprint.input(NewUser, arg_name="new")
@blueprint.output(NewUserView, status_code=201)
@blueprint.doc(summary="Create a user", responses={409: "It can't be", 422: "Name taken, or a weak password"})
def create(new: NewUser) -> Response:
    user_id = uuid.uuid4()
    password, hashed = _password(new.password, new.username, new.display_name)
    fields = {
        "username": new.username,
        "display_name": new.display_name,
        "enabled": new.enabled,
        "password_hash": hashed,
        "must_change_password": True,
    }
    edit(
        Edit(Kind.USER, user_id, fields, base_version=0),
        *(give_role(user_id, choice.role_id, choice.client) for choice in new.roles),
    )
    response = jsonify({"user": _show(user_id), "password": password})
    response.status_code = 201
    return response


@blueprint.get("/<uuid:user_id>")
@auth.requires("user:read", for_all=True)
@blueprint.output(UserDetail)
@blueprint.doc(summary="One user", responses={404: "No such user"})
def show(user_id: UUID) -> Response:
    return jsonify(_require(user_id))


@blueprint.patch("/<uuid:user_id>")
@auth.requires("user:update", for_all=True)
@blueprint.input(UserChange, arg_name="change")
@blueprint.output(UserDetail)
@blueprint.doc(
    summary="Change a user", responses={404: "No such user", 409: "Changed meanwhile, or the last administrator"}
)
def change_user(user_id: UUID, change: UserChange) -> Response:
    before = _require(user_id)
    wanted = change.model_dump(exclude={"version"}, exclude_none=True)
    fields = {name: value for name, value in wanted.items() if value != before[name]}
    if before["wanted_username"] and "username" in fields:
        fields["wanted_username"] = ""
    if fields or change.version != before["version"]:
        edit(Edit(Kind.USER, user_id, fields, change.version), current=lambda: _show(user_id))
    return jsonify(_require(user_id))


@blueprint.delete("/<uuid:user_id>")
@auth.requires("user:delete", for_all=True)
@blueprint.input(VersionQuery, location="query", arg_name="query")
@blueprint.output({}, status_code=204)
@blueprint.doc(
    summary="Delete a user", responses={404: "No such user", 409: "Changed meanwhile, or the last administrator"}
)
def delete(user_id: UUID, query: VersionQuery) -> Response:
    _require(user_id)
    edit(Edit(Kind.USER, user_id, DELETE, query.version), current=lambda: _show(user_id))
    return Response(status=204)


@blueprint.put("/<uuid:user_id>/password")
@auth.requires("user:update", for_all=True)
@blueprint.input(FirstPassword, arg_name="wanted")
@blueprint.output(NewUserView)
@blueprint.doc(summary="Set a user's password; all sessions of the user end", responses={404: "No such user"})
def set_password(user_id: UUID, wanted: FirstPassword) -> Response:
    user = _require(user_id)
    password, hashed = _password(wanted.password, str(user["username"]), str(user["display_name"]))
    edit(Edit(Kind.USER, user_id, {"password_hash": hashed, "must_change_password": True}))
    return jsonify({"user": _require(user_id), "password": password})


@blueprint.get("/<uuid:user_id>/access")
@auth.requires("user:read", for_all=True)
@blueprint.output(UserAccess)
@blueprint.doc(summary="Why the user may do what", responses={404: "No such user"})
def access(user_id: UUID) -> Response:
    with running.engine().connect() as connection:
        user = show_user(connection, user_id)
        if user is None:
            raise NotFoundError("There is no such user.")
        paths = paths_of(connection, user_id)
        known = list_permissions(connection)
    listed = [
        {
            "permission": permission.name,
            "description": permission.description,
            "paths": [
                {
                    "role_id": str(path.role_id),
                    "role": path.role,
                    "client": path.client,
                    "permission_id": str(path.permission_id),
                    "permission": path.permission,
                }
                for path in paths
                if covers(Right(path.permission), Right(permission.name))
            ],
        }
        for permission in known
    ]
    return jsonify({"enabled": user.enabled, "access": listed})


def user_view(user: User, lockout: Lockout | None) -> dict[str, object]:
    """A user as `UserDetail`, with the failed log-ins under the name."""
    locked_until = lockout.locked_until if lockout else None
    return {
        "id": str(user.id),
        "username": user.username,
        "display_name": user.display_name,
        "enabled": user.enabled,
        "must_change_password": user.must_change_password,
        "has_password": user.has_password,
        "wanted_username": user.wanted_username,
        "version": user.version,
        "roles": [
            {"id": str(held.grant_id), "role_id": str(held.role_id), "role": held.role, "client": held.client}
            for held in user.roles
        ],
        "failures": lockout.failures if lockout else 0,
        "locked_until_us": None if locked_until is None else str(to_us(locked_until)),
    }


def _password(given: str | None, *names: str) -> tuple[str | None, str]:
    """The password that was generated, if it was, and the hash of whichever it is."""
    if given is None:
        generated = passwords.generate()
        return generated, passwords.hash_password(generated)
    weakness = password_rules.weakness(given, *names, running.site())
    if weakness:
        raise InvalidInputError(weakness, errors={"json": {"password": [weakness]}})
    return None, passwords.hash_password(given)


def _require(user_id: UUID) -> Mapping[str, object]:
    found = _show(user_id)
    if found is None:
        raise NotFoundError("There is no such user.")
    return found


def _show(user_id: UUID) -> dict[str, object] | None:
    with running.engine().connect() as connection:
        user = show_user(connection, user_id)
        lockouts = find_lockouts(connection, [user.username]) if user else {}
    return None if user is None else user_view(user, lockouts.get(user.username))
