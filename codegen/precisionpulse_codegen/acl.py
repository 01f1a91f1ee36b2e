"""What the broker must allow, worked out from the channels: whole branches of the topic tree (PP-CH-2)."""

from __future__ import annotations

from dataclasses import dataclass

from precisionpulse_codegen.contract_version import MAJOR
from precisionpulse_codegen.errors import SchemaError
from precisionpulse_codegen.model import Schema

_BRANCHES = {
    "DIRECTION_UP": f"pp/{MAJOR}/{{site}}/c/{{client}}/up/#",
    "DIRECTION_DOWN": f"pp/{MAJOR}/{{site}}/c/{{client}}/down/#",
    "DIRECTION_HUB": f"pp/{MAJOR}/{{site}}/hub/#",
}

SHARED = "$share/+/"
"""Prefix of a shared subscription's filter, for any group."""


@dataclass(frozen=True)
class Branches:
    """The three branches as templates over `{site}` and `{client}`."""

    up: str
    down: str
    hub: str


def branches(schema: Schema) -> Branches:
    """The branches that the schema's channels lie in. Raises `SchemaError` for a channel outside of them."""
    for channel in schema.channels():
        branch = _BRANCHES[channel.direction]
        if not channel.topic.startswith(branch.removesuffix("#")):
            raise SchemaError(f"{channel.place}: channel {channel.name!r} lies outside of {branch}")
    return Branches(_BRANCHES["DIRECTION_UP"], _BRANCHES["DIRECTION_DOWN"], _BRANCHES["DIRECTION_HUB"])
