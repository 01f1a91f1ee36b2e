"""/roles: named sets of permissions, and who has them."""

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
from precisionpulse_backend.api.edits import edit
from precisionpulse_backend.api.users import Name, Version, VersionQuery
from precisionpulse_backend.errors import NotFoundError
from precisionpulse_sdk.replica import DELETE, Edit, Kind
from precisionpulse_sdk.replica.directory import Role, find_members, list_roles, show_role
from precisionpulse_sdk.sync.edit import give_permission

blueprint = APIBlueprint("roles", __name__, url_prefix="/api/v1/roles")

Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]


class NewRole(BaseModel):
    """A role to come, with what it holds from the start."""

    name: Name
    description: Description = ""
    permission_ids: list[UUID] = Field(default_factory=list, max_length=500)


class RoleChange(BaseModel):
    """What to change, where `version` is what the author looked at."""

    version: Version
    name: Name | None = None
    description: Description | None = None


class MemberQuery(BaseModel):
    """Whom: part of a name, and `next` of the last page."""

    search: str = Field(default="", max_length=128)
    after: str = Field(default="", max_length=160)
    limit: int = Field(default=100, ge=1, le=500)


class HeldPermissionView(BaseModel):
    """A permission that a role holds: `id` is the grant's."""

    id: str
    permission_id: str
    permission: str


class RoleView(BaseModel):
    """A role. `users`: how many have it, for whichever clients; a `built_in` one can't be changed."""

    id: str
    name: str
    description: str
    built_in: bool
    version: int
    users: int
    permissions: list[HeldPermissionView]


class RoleList(BaseModel):
    """Every role, by name."""

    roles: list[RoleView]


class MemberView(BaseModel):
    """A user who has the role, for one client or for all (""): `id` is the grant's."""

    id: str
    user_id: str
    username: str
    display_name: str
    enabled: bool
    client: str


class MemberList(BaseModel):
    """A page of who has a role, by name."""

    members: list[MemberView]
    total: int
    next: str | None


@blueprint.get("")
@auth.requires("role:read", for_all=True)
@blueprint.output(RoleList)
@blueprint.doc(summary="Every role with what it holds")
def list_all() -> Response:
    with running.engine().connect() as connection:
        found = list_roles(connection)
    return jsonify({"roles": [role_view(role) for role in found]})


@blueprint.post("")
@auth.requires("role:create", for_all=True)
@blueprint.input(NewRole, arg_name="new")
@blueprint.output(RoleView, status_code=201)
@blueprint.doc(summary="Create a role", responses={422: "The name is taken"})
def create(new: NewRole) -> Response:
    role_id = uuid.uuid4()
    fields = {"name": new.name, "description": new.description}
    edit(
        Edit(Kind.ROLE, role_id, fields, base_version=0),
        *(give_permission(role_id, permission) for permission in dict.fromkeys(new.permission_ids)),
    )
    response = jsonify(_require(role_id))
    response.status_code = 201
    return response


@blueprint.get("/<uuid:role_id>")
@auth.requires("role:read", for_all=True)
@blueprint.output(RoleView)
@blueprint.doc(summary="One role", responses={404: "No such role"})
def show(role_id: UUID) -> Response:
    return jsonify(_require(role_id))


@blueprint.patch("/<uuid:role_id>")
@auth.requires("role:update", for_all=True)
@blueprint.input(RoleChange, arg_name="change")
@blueprint.output(RoleView)
@blueprint.doc(summary="Change a role", responses={404: "No such role", 409: "Changed meanwhile, or built in"})
def change_role(role_id: UUID, change: RoleChange) -> Response:
    before = _require(role_id)
    wanted = change.model_dump(exclude={"version"}, exclude_none=True)
    fields = {name: value for name, value in wanted.items() if value != before[name]}
    if fields or change.version != before["version"]:
        edit(Edit(Kind.ROLE, role_id, fields, change.version), current=lambda: _show(role_id))
    return jsonify(_require(role_id))


@blueprint.delete("/<uuid:role_id>")
@auth.requires("role:delete", for_all=True)
@blueprint.input(VersionQuery, location="query", arg_name="query")
@blueprint.output({}, status_code=204)
@blueprint.doc(
    summary="Delete a role; whoever has it loses it",
    responses={404: "No such role", 409: "Changed meanwhile, or built in"},
)
def delete(role_id: UUID, query: VersionQuery) -> Response:
    _require(role_id)
    edit(Edit(Kind.ROLE, role_id, DELETE, query.version), current=lambda: _show(role_id))
    return Response(status=204)


@blueprint.get("/<uuid:role_id>/members")
@auth.requires("role:read", for_all=True)
@blueprint.input(MemberQuery, location="query", arg_name="query")
@blueprint.output(MemberList)
@blueprint.doc(summary="Who has the role, a page at a time", responses={404: "No such role"})
def list_members(role_id: UUID, query: MemberQuery) -> Response:
    _require(role_id)
    client, _, username = query.after.partition(":")
    after = (username, client) if query.after else None
    with running.engine().connect() as connection:
        page = find_members(connection, role_id, search=query.search.strip(), after=after, limit=query.limit)
    views = [
        {
            "id": str(member.grant_id),
            "user_id": str(member.user_id),
            "username": member.username,
            "display_name": member.display_name,
            "enabled": member.enabled,
            "client": member.client,
        }
        for member in page.members
    ]
    last = page.members[-1] if page.more else None
    following = f"{last.client}:{last.username}" if last else None
    return jsonify({"members": views, "total": page.total, "next": following})


def role_view(role: Role) -> dict[str, object]:
    """A role as `RoleView`."""
    return {
        "id": str(role.id),
        "name": role.name,
        "description": role.description,
        "built_in": role.built_in,
        "version": role.version,
        "users": role.users,
        "permissions": [
            {"id": str(held.grant_id), "permission_id": str(held.permission_id), "permission": held.permission}
            for held in role.permissions
        ],
    }


def _require(role_id: UUID) -> Mapping[str, object]:
    found = _show(role_id)
    if found is None:
        raise NotFoundError("There is no such role.")
    return found


def _show(role_id: UUID) -> dict[str, object] | None:
    with running.engine().connect() as connection:
        role = show_role(connection, role_id)
    return None if role is None else role_view(role)
