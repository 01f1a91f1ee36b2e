"""Waiting for a condition, with a deadline."""

import time
from collections.abc import Callable

from precisionpulse_stack.errors import NotReadyError

_BETWEEN_LOOKS_S = 0.02


def wait_until(
    what: str, condition: Callable[[], bool], timeout_s: float, *, still_alive: Callable[[], bool] = lambda: True
) -> None:
    """Returns as soon as `condition` holds.

    NotReadyError, begun with `what`, when it does not within the time, or when the program that should make it true has
    ended.
    """
    deadline = time.monotonic() + timeout_s
    while not condition():
        if not still_alive():
            raise NotReadyError(f"{what} ended while starting")
        if time.monotonic() > deadline:
            raise NotReadyError(f"{what} was not ready within {timeout_s:.0f} s")
        time.sleep(_BETWEEN_LOOKS_S)
