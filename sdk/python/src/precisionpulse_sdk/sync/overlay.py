"""What a client shows: what the hub has committed, with the client's own waiting changes made again on top (PP-SY-5).

So an own change never seems to revert and come back. Only what is certain to lose is not shown: a waiting change to
something whose removal it had not seen, and a renewed hash of a password that is another one by now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from precisionpulse_sdk.sync.change import Change
from precisionpulse_sdk.sync.fields import DEFAULTS
from precisionpulse_sdk.sync.kinds import Kind
from precisionpulse_sdk.sync.merge import Outcome, outcome_of, saw_every_removal, unseen
from precisionpulse_sdk.sync.state import Stamp, State


def overlay(committed: State | None, waiting: Iterable[Change]) -> State | None:
    """The entity as the client shows it. Its version stays the committed one; 0 for what the hub does not have."""
    shown = committed
    for change in waiting:
        shown = _again(shown, change)
    return shown


def _again(shown: State | None, change: Change) -> State | None:
    outcome = outcome_of(shown, change)
    version = shown.version if shown else 0
    if outcome is Outcome.DELETE and shown is not None:
        return State(shown.kind, shown.id, shown.incarnation, version, removals=shown.removals, deleted_at=change.at)
    if outcome is Outcome.CREATE:
        removals = shown.removals if shown else {}
        shown = State(change.kind, change.entity_id, change.incarnation, version, DEFAULTS[change.kind], {}, removals)
    elif outcome is not Outcome.SET or shown is None:
        return shown
    values = dict(change.values or {})
    if change.kind is Kind.USER and _disabled_unseen(shown, change):
        values.pop("enabled", None)
    stamp = shown.stamps.get("password_hash")
    if change.same_password and stamp is not None and unseen(stamp, change):
        values.pop("password_hash", None)
    stamps = {name: Stamp(change.at, version, change.actor) for name in values}
    return replace(shown, values={**shown.values, **values}, stamps={**shown.stamps, **stamps})


def _disabled_unseen(shown: State, change: Change) -> bool:
    stamp = shown.stamps.get("enabled")
    later = stamp is not None and stamp.at > change.at
    return not shown.values["enabled"] and (later or not saw_every_removal(shown, change))
