"""Pauses between tries: growing, bounded and spread, so that many clients never come back at the same moment."""

from __future__ import annotations

import random


class Backoff:
    """Pauses from `first_s` to `longest_s`, each twice the one before, and each shortened by up to a half at random."""

    def __init__(self, first_s: float, longest_s: float, rng: random.Random) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._rng = rng
        self._pause_s = first_s
        self._spread_s = 0.0

    def next_s(self) -> float:
        """The next pause."""
        pause, spread = self._pause_s, self._spread_s
        self._pause_s, self._spread_s = min(pause * 2, self._longest_s), 0.0
        return self._rng.uniform(0.0, spread) if spread > pause else pause * self._rng.uniform(0.5, 1.0)

    def reset(self, spread_s: float = 0.0) -> None:
        """Begin again with the first pause; when that is shorter than `spread_s`, with any up to `spread_s` once."""
        self._pause_s, self._spread_s = self._first_s, spread_s

    def exhaust(self) -> None:
        """Go on with the longest pause."""
        self._pause_s = self._longest_s
