"""Mosquitto's access rules: an `acl_file` with the placeholder `{site}` to be filled in at its start."""

from __future__ import annotations

from collections.abc import Mapping

from precisionpulse_codegen.acl import SHARED, branches
from precisionpulse_codegen.model import Schema

_HEAD = """\
# Access rules of the broker, generated from the schema; do not edit. Replace {site} by the site's name.
# The user name is the certificate's common name: a client's id, or "hub" on the hub's own listener.
"""


def render(schema: Schema, parameters: Mapping[str, str]) -> dict[str, str]:
    """`mosquitto.acl`."""
    allowed = branches(schema)
    any_up = allowed.up.replace("{client}", "+")
    any_down = allowed.down.replace("{client}", "+")
    lines = [
        _HEAD,
        "# A client writes its own up branch and reads its own down branch.",
        f"pattern write {allowed.up.replace('{client}', '%u')}",
        f"pattern read {allowed.down.replace('{client}', '%u')}",
        "",
        "user hub",
        f"topic read {any_up}",
        f"topic write {any_down}",
        f"topic readwrite {allowed.hub}",
        "# Shared subscriptions need rules of their own.",
        f"topic read {SHARED}{any_up}",
        f"topic read {SHARED}{allowed.hub}",
    ]
    return {"mosquitto.acl": "\n".join(lines) + "\n"}
