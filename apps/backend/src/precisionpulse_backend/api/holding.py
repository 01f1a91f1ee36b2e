"""/clients/…/accounts: whether a client holds the site's accounts, or configuration only."""

from __future__ import annotations

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel
from sqlalchemy import select, update

from precisionpulse_backend import audit, auth
from precisionpulse_backend.api import running
from precisionpulse_backend.errors import ForbiddenError, NotFoundError
from precisionpulse_backend.tables import clients
from precisionpulse_sdk.replica.access import may
from precisionpulse_sdk.sync.rights import EVERYTHING

blueprint = APIBlueprint("holding", __name__, url_prefix="/api/v1/clients")


class Holding(BaseModel):
    """Whether the client gets users with their password hashes, roles, permissions and grants: then people can log in
    there, also without a network. Otherwise it gets configuration only."""

    holds_accounts: bool


@blueprint.put("/<client>/accounts")
@auth.requires("client:revoke")
@blueprint.input(Holding, arg_name="wanted")
@blueprint.output(Holding)
@blueprint.doc(
    summary="Let a client hold the site's accounts, or take them away",
    description="To give them needs the right to do everything. What is taken away is erased at the client's next "
    "contact; a client that has fallen into wrong hands keeps what it copied: change the passwords.",
    responses={404: "No such client"},
)
def change(client: str, wanted: Holding) -> Response:
    if wanted.holds_accounts:
        check_may_give_accounts()
    with running.engine().begin() as connection:
        before = connection.scalar(select(clients.c.holds_accounts).where(clients.c.client == client).with_for_update())
        if before is None:
            raise NotFoundError("There is no such client.")
        if before is not wanted.holds_accounts:
            values = {"holds_accounts": wanted.holds_accounts}
            connection.execute(update(clients).where(clients.c.client == client).values(values))
            audit.record(
                connection,
                actor=auth.person().username,
                address=auth.address(),
                action="client:accounts",
                subject=client,
                before={"holds_accounts": before},
                after=values,
            )
    return jsonify(wanted.model_dump())


def check_may_give_accounts() -> None:
    """Raises `ForbiddenError` unless the person may do everything: the hashes of administrators are among them."""
    if not may(auth.person(), EVERYTHING):
        raise ForbiddenError("Only an administrator can let a client hold the site's accounts.")
