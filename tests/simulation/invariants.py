"""What a simulation says when a promise is broken."""

from __future__ import annotations


class InvariantError(AssertionError):
    """Something happened that must never happen."""
