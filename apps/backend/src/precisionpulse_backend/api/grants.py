"""/role-grants and /permission-grants: a user has a role, a role has a permission. Each is given and taken alone."""

from __future__ import annotations

from uuid import UUID

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel

from precisionpulse_backend import auth
from precisionpulse_backend.api import running
from precisionpulse_backend.api.edits import edit
from precisionpulse_backend.api.users import ClientScope
from precisionpulse_backend.errors import NotFoundError
from precisionpulse_sdk.replica import DELETE, Edit, Kind
from precisionpulse_sdk.replica.entities import Entities
from precisionpulse_sdk.sync.edit import give_permission, give_role

blueprint = APIBlueprint("grants", __name__, url_prefix="/api/v1")


class NewRoleGrant(BaseModel):
    """The user gets the role, for one client or, when `client` is empty, for all."""

    user_id: UUID
    role_id: UUID
    client: ClientScope = ""


class NewPermissionGrant(BaseModel):
    """The role gets the permission."""

    role_id: UUID
    permission_id: UUID


class GrantView(BaseModel):
    """What was given: `id` takes it back."""

    id: str


@blueprint.post("/role-grants")
@auth.requires("role:assign")
@blueprint.input(NewRoleGrant, arg_name="new")
@blueprint.output(GrantView, status_code=201)
@blueprint.doc(summary="Give a user a role", responses={403: "One can't give what one does not hold"})
def give_a_role(new: NewRoleGrant) -> Response:
    return _give(give_role(new.user_id, new.role_id, new.client))


@blueprint.delete("/role-grants/<uuid:grant_id>")
@auth.requires("role:assign")
@blueprint.output({}, status_code=204)
@blueprint.doc(summary="Take a role from a user", responses={404: "No such grant", 409: "The last administrator"})
def take_a_role(grant_id: UUID) -> Response:
    return _take(Kind.ROLE_GRANT, grant_id)


@blueprint.post("/permission-grants")
@auth.requires("role:update", for_all=True)
@blueprint.input(NewPermissionGrant, arg_name="new")
@blueprint.output(GrantView, status_code=201)
@blueprint.doc(summary="Give a role a permission", responses={409: "The role is built in"})
def give_a_permission(new: NewPermissionGrant) -> Response:
    return _give(give_permission(new.role_id, new.permission_id))


@blueprint.delete("/permission-grants/<uuid:grant_id>")
@auth.requires("role:update", for_all=True)
@blueprint.output({}, status_code=204)
@blueprint.doc(summary="Take a permission from a role", responses={404: "No such grant", 409: "The role is built in"})
def take_a_permission(grant_id: UUID) -> Response:
    return _take(Kind.PERMISSION_GRANT, grant_id)


def _give(grant: Edit) -> Response:
    if not _lives(grant.kind, grant.entity_id):
        edit(grant)
    response = jsonify({"id": str(grant.entity_id)})
    response.status_code = 201
    return response


def _take(kind: Kind, grant_id: UUID) -> Response:
    if not _lives(kind, grant_id):
        raise NotFoundError("It was taken already, or never given.")
    edit(Edit(kind, grant_id, DELETE))
    return Response(status=204)


def _lives(kind: Kind, grant_id: UUID) -> bool:
    with running.engine().connect() as connection:
        state = Entities(connection).state(kind, grant_id)
    return state is not None and state.lives
