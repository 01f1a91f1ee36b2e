"""EMQX's access rules: the content of its `acl.conf`, with the placeholder `{site}` to be filled in at its start."""

from __future__ import annotations

from collections.abc import Mapping

from precisionpulse_codegen.acl import SHARED, branches
from precisionpulse_codegen.model import Schema

_HEAD = """\
%% Access rules of the broker (file authorization source), generated from the schema; do not edit.
%% Replace {site} by the site's name. The user name is the certificate's common name (peer_cert_as_username = cn):
%% a client's id, or "hub" on the hub's own listener.
"""


def render(schema: Schema, parameters: Mapping[str, str]) -> dict[str, str]:
    """`emqx.conf`."""
    allowed = branches(schema)
    own_up = allowed.up.replace("{client}", "${username}")
    own_down = allowed.down.replace("{client}", "${username}")
    any_up = allowed.up.replace("{client}", "+")
    any_down = allowed.down.replace("{client}", "+")
    readable = [any_up, allowed.hub, SHARED + any_up, SHARED + allowed.hub]
    lines = [
        _HEAD,
        f'{{allow, {{username, "hub"}}, subscribe, {_list(readable)}}}.',
        f'{{allow, {{username, "hub"}}, publish, {_list([any_down, allowed.hub])}}}.',
        '{deny, {username, "hub"}}.',
        "",
        "%% A client writes its own up branch and reads its own down branch.",
        f"{{allow, all, publish, {_list([own_up])}}}.",
        f"{{allow, all, subscribe, {_list([own_down])}}}.",
        "{deny, all}.",
    ]
    return {"emqx.conf": "\n".join(lines) + "\n"}


def _list(topics: list[str]) -> str:
    return "[" + ", ".join(f'"{topic}"' for topic in topics) + "]"
