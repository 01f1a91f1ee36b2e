"""/permissions: what can be granted, and by which roles it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel, StringConstraints

from precisionpulse_backend import auth
from precisionpulse_backend.api import running
from precisionpulse_backend.api.edits import edit
from precisionpulse_backend.api.roles import Description
from precisionpulse_backend.api.users import Version, VersionQuery
from precisionpulse_backend.errors import ConflictError, NotFoundError
from precisionpulse_sdk.replica import DELETE, Edit, Kind
from precisionpulse_sdk.replica.directory import Permission, list_permissions, show_permission
from precisionpulse_sdk.sync.edit import create_permission
from precisionpulse_sdk.sync.kinds import permission_id as id_of

blueprint = APIBlueprint("permissions", __name__, url_prefix="/api/v1/permissions")


class NewPermission(BaseModel):
    """A permission to come: `resource:action`, either part may be `*`. Its name can't be changed later."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=127)]
    description: Description = ""


class PermissionChange(BaseModel):
    """What to change, where `version` is what the author looked at."""

    version: Version
    description: Description


class HolderView(BaseModel):
    """A role that holds the permission: `id` is the grant's."""

    id: str
    role_id: str
    role: str


class PermissionView(BaseModel):
    """A permission; a `built_in` one can't be changed."""

    id: str
    name: str
    description: str
    built_in: bool
    version: int
    roles: list[HolderView]


class PermissionList(BaseModel):
    """Every permission, by name."""

    permissions: list[PermissionView]


@blueprint.get("")
@auth.requires("permission:read", for_all=True)
@blueprint.output(PermissionList)
@blueprint.doc(summary="Every permission, and which roles hold it")
def list_all() -> Response:
    with running.engine().connect() as connection:
        found = list_permissions(connection)
    return jsonify({"permissions": [permission_view(permission) for permission in found]})


@blueprint.post("")
@auth.requires("permission:create", for_all=True)
@blueprint.input(NewPermission, arg_name="new")
@blueprint.output(PermissionView, status_code=201)
@blueprint.doc(summary="Create a permission", responses={409: "There is one of that name"})
def create(new: NewPermission) -> Response:
    if _show(id_of(new.name)) is not None:
        raise ConflictError(f"There is a permission {new.name} already.", code="exists")
    edit(create_permission(new.name, new.description))
    response = jsonify(_require(id_of(new.name)))
    response.status_code = 201
    return response


@blueprint.get("/<uuid:permission_id>")
@auth.requires("permission:read", for_all=True)
@blueprint.output(PermissionView)
@blueprint.doc(summary="One permission", responses={404: "No such permission"})
def show(permission_id: UUID) -> Response:
    return jsonify(_require(permission_id))


@blueprint.patch("/<uuid:permission_id>")
@auth.requires("permission:update", for_all=True)
@blueprint.input(PermissionChange, arg_name="change")
@blueprint.output(PermissionView)
@blueprint.doc(
    summary="Describe a permission", responses={404: "No such permission", 409: "Changed meanwhile, or built in"}
)
def describe(permission_id: UUID, change: PermissionChange) -> Response:
    _require(permission_id)
    fields = {"description": change.description}
    edit(Edit(Kind.PERMISSION, permission_id, fields, change.version), current=lambda: _show(permission_id))
    return jsonify(_require(permission_id))


@blueprint.delete("/<uuid:permission_id>")
@auth.requires("permission:delete", for_all=True)
@blueprint.input(VersionQuery, location="query", arg_name="query")
@blueprint.output({}, status_code=204)
@blueprint.doc(
    summary="Delete a permission; every role loses it",
    responses={404: "No such permission", 409: "Changed meanwhile, or built in"},
)
def delete(permission_id: UUID, query: VersionQuery) -> Response:
    _require(permission_id)
    edit(Edit(Kind.PERMISSION, permission_id, DELETE, query.version), current=lambda: _show(permission_id))
    return Response(status=204)


def permission_view(permission: Permission) -> dict[str, object]:
    """A permission as `PermissionView`."""
    return {
        "id": str(permission.id),
        "name": permission.name,
        "description": permission.description,
        "built_in": permission.built_in,
        "version": permission.version,
        "roles": [
            {"id": str(held.grant_id), "role_id": str(held.role_id), "role": held.role} for held in permission.roles
        ],
    }


def _require(permission_id: UUID) -> Mapping[str, object]:
    found = _show(permission_id)
    if found is None:
        raise NotFoundError("There is no such permission.")
    return found


def _show(permission_id: UUID) -> dict[str, object] | None:
    with running.engine().connect() as connection:
        permission = show_permission(connection, permission_id)
    return None if permission is None else permission_view(permission)
