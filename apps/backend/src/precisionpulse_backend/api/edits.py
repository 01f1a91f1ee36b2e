"""Edits of the replica by the person who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from precisionpulse_backend import auth
from precisionpulse_backend.api import running
from precisionpulse_backend.errors import StaleError
from precisionpulse_sdk.errors import StaleEditError
from precisionpulse_sdk.replica import Edit


def edit(*edits: Edit, current: Callable[[], Mapping[str, object] | None] = lambda: None) -> None:
    """Make all edits, or none. `current`: the thing as its own route shows it, for the answer when somebody else
    changed it meanwhile. Raises a `ChangeRefusedError` or `StaleError`."""
    try:
        running.replica().edit(edits, actor=auth.person().id, address=auth.address())
    except StaleEditError as error:
        raise StaleError(error.text, current=current()) from error
