"""/configuration: the keys, the values of the site and of its clients, and how far each client has come (W21)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify
from pydantic import BaseModel, Field
from sqlalchemy import Connection, text

from precisionpulse_backend import auth
from precisionpulse_backend import command_life as life
from precisionpulse_backend.api import running
from precisionpulse_backend.api.clients import Number
from precisionpulse_backend.api.edits import edit
from precisionpulse_backend.configuration import (
    Configuration,
    Difference,
    Slot,
    StoredValue,
    masked,
    shown,
    typed,
    visible_values,
)
from precisionpulse_backend.errors import ForbiddenError, NotFoundError, StaleError
from precisionpulse_sdk import messages as pb
from precisionpulse_sdk.replica.access import may, visible
from precisionpulse_sdk.sync.edit import set_config, unset_config
from precisionpulse_sdk.sync.settings import Setting, Settings, SettingType

blueprint = APIBlueprint("configuration", __name__, url_prefix="/api/v1/configuration")

APPLIED, PENDING, REJECTED, UNKNOWN = "applied", "pending", "rejected", "unknown"
_UPDATES = text("""
SELECT DISTINCT ON (client) client, body, state, detail, code FROM commands
WHERE client = ANY(:clients) AND kind = 'precisionpulse.v1.UpdateConfig' ORDER BY client, number DESC
""")


class NewValue(BaseModel):
    """A value for a key, where `version` is what the author looked at, None when it was not set; `client` is empty for
    the whole site. 64-bit integers and decimals may be text."""

    client: str = Field(default="", max_length=63)
    value: Any
    version: int | None = Field(default=None, ge=0, lt=2**63)


class UnsetQuery(BaseModel):
    """Which value is to go, where `version` is what the author looked at."""

    client: str = Field(default="", max_length=63)
    version: int = Field(ge=0, lt=2**63)


class KeyView(BaseModel):
    """A key. `type`: integer, float, decimal, boolean, text, enum, words or secret; integers are text."""

    key: str
    type: str
    description: str
    unit: str
    minimum: Number | None
    maximum: Number | None
    choices: list[str]
    default: Any


class ValueView(BaseModel):
    """What is set for the site, or for a client. `value` is None when it is not set, and for secrets, which are never
    shown; `version` is what a change gives as its base."""

    key: str
    client: str
    type: str
    value: Any
    is_set: bool
    version: int
    changed_us: Number
    changed_by: str


class DifferenceView(BaseModel):
    """A key that a client has otherwise than it should. `is_known` is false when what it had can't be told any more."""

    key: str
    reported: Any
    is_known: bool
    desired: Any


class ClientStateView(BaseModel):
    """How far a client has come. `reported`: the revision that its last heartbeat said is in effect, None when the hub
    has heard none since its start; `state`: applied, pending, rejected or unknown, which it also is while the client
    says 0, as one does that never tells a revision."""

    client: str
    display_name: str
    reported: Number | None
    state: str
    reason: str
    differences: list[DifferenceView]


class ConfigurationView(BaseModel):
    """All that the user may see of the configuration. `revision` counts every change."""

    revision: Number
    keys: list[KeyView]
    values: list[ValueView]
    clients: list[ClientStateView]


@blueprint.get("")
@auth.requires("config:read")
@blueprint.output(ConfigurationView)
@blueprint.doc(summary="The configuration, and how far each client has come")
def show() -> Response:
    overviews = {overview.client: overview for overview in running.overviews().all() if not overview.revoked}
    seen = visible(auth.person(), "config:read", overviews)
    replica = running.replica()
    with replica.engine.connect() as connection:
        configuration = Configuration(connection, replica.settings)
        reported = {client: _reported(client) for client in seen}
        differences = {
            client: configuration.differences(client, revision) if revision else []
            for client, revision in reported.items()
            if revision is not None and revision < configuration.revision
        }
        rejected = _rejections(connection, list(differences), configuration.revision)
        values = visible_values(configuration.values(), seen)
    return jsonify(
        {
            "revision": str(configuration.revision),
            "keys": [_key_view(setting) for setting in replica.settings.by_key.values()],
            "values": [_value_view(value, replica.settings) for value in values],
            "clients": [
                {
                    "client": client,
                    "display_name": overviews[client].display_name,
                    "reported": None if revision is None else str(revision),
                    "state": _state(client, revision, differences, rejected),
                    "reason": rejected.get(client, ""),
                    "differences": [_difference_view(each) for each in differences.get(client, ())],
                }
                for client, revision in reported.items()
            ],
        }
    )


@blueprint.put("/<key>")
@auth.requires("config:update")
@blueprint.input(NewValue, arg_name="new")
@blueprint.output(ValueView)
@blueprint.doc(
    summary="Set a key, for the site or for one client",
    responses={404: "No such client", 409: "Changed meanwhile: see `current`", 422: "Not a value of this key"},
)
def set_value(key: str, new: NewValue) -> Response:
    _check_may_update(new.client)
    if new.client and running.overviews().one(new.client) is None:
        raise NotFoundError("There is no such client.")
    settings = running.replica().settings
    present = _value(key, new.client)
    if new.version is None and present.scalar is not None:
        raise StaleError("It was changed since you looked.", current=_value_view(present, settings))
    version = present.version if new.version is None else new.version
    edit(
        set_config(key, typed(settings, key, new.value, present), new.client, base_version=version),
        current=lambda: _value_view(_value(key, new.client), settings),
    )
    return jsonify(_value_view(_value(key, new.client), settings))


@blueprint.delete("/<key>")
@auth.requires("config:update")
@blueprint.input(UnsetQuery, location="query", arg_name="query")
@blueprint.output(ValueView)
@blueprint.doc(
    summary="Unset a key: what stands behind it counts again",
    responses={404: "It is not set", 409: "Changed meanwhile: see `current`"},
)
def unset_value(key: str, query: UnsetQuery) -> Response:
    _check_may_update(query.client)
    settings = running.replica().settings
    if _value(key, query.client).scalar is None:
        raise NotFoundError("The key is not set here.")
    edit(
        unset_config(key, query.client, base_version=query.version),
        current=lambda: _value_view(_value(key, query.client), settings),
    )
    return jsonify(_value_view(_value(key, query.client), settings))


def _check_may_update(client: str) -> None:
    """Before anything else: the answer to a conflict shows what is set."""
    if not may(auth.person(), "config:update", client):
        where = "for this client" if client else "for the whole site"
        raise ForbiddenError(f"You need the permission config:update {where}.")


def _state(
    client: str,
    revision: int | None,
    differences: Mapping[str, Sequence[Difference]],
    rejected: Mapping[str, str],
) -> str:
    if revision is None:
        return UNKNOWN
    if client not in differences:
        return APPLIED
    if client in rejected:
        return REJECTED
    return PENDING if revision else UNKNOWN


def _rejections(connection: Connection, clients: Sequence[str], revision: int) -> dict[str, str]:
    """Why a client said no to this revision, by client: its last word on an UpdateConfig that asked for it."""
    found = {}
    for row in connection.execute(_UPDATES, {"clients": clients}):
        asked = pb.UpdateConfig.FromString(bytes(row.body))
        if row.state in (life.FAILED, life.REFUSED) and asked.revision == revision:
            found[row.client] = row.detail or row.code
    return found


def _reported(client: str) -> int | None:
    room = running.live().room(client)
    with room.lock:
        return room.heartbeat.config_revision if room.heartbeat else None


def _value(key: str, client: str) -> StoredValue:
    replica = running.replica()
    with replica.engine.connect() as connection:
        return Configuration(connection, replica.settings).value(Slot(key, client))


def _key_view(setting: Setting) -> dict[str, object]:
    return {
        "key": setting.key,
        "type": setting.type.name.lower(),
        "description": setting.description,
        "unit": setting.unit,
        "minimum": None if setting.minimum is None else str(setting.minimum),
        "maximum": None if setting.maximum is None else str(setting.maximum),
        "choices": list(setting.choices),
        "default": masked(setting.default),
    }


def _value_view(value: StoredValue, settings: Settings) -> dict[str, object]:
    setting = settings.by_key.get(value.slot.key)
    kind = SettingType(value.scalar.member) if value.scalar else setting.type if setting else SettingType.TEXT
    return {
        "key": value.slot.key,
        "client": value.slot.client,
        "type": kind.name.lower(),
        "value": masked(value.scalar),
        "is_set": value.scalar is not None,
        "version": value.version,
        "changed_us": str(value.changed_us),
        "changed_by": value.actor,
    }


def _difference_view(difference: Difference) -> dict[str, object]:
    return {
        "key": difference.key,
        "reported": shown(difference.reported),
        "is_known": difference.is_known,
        "desired": shown(difference.desired),
    }
