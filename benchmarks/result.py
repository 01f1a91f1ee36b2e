"""One line of the table: what was measured, and what it is measured against."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """What a line is about. `floor`: the least that is acceptable; `target`: what is wanted; `wall`: what the hardware
    gives at best. None where none was set. `more_is_better` says in which direction."""

    id: str
    what: str
    unit: str
    floor: float | None = None
    target: float | None = None
    wall: float | None = None
    more_is_better: bool = False

    def measured(self, value: float | None, *, peer_ratio: float | None = None, note: str = "") -> Result:
        """The line with its figure; NaN is none. `peer_ratio`: how many times better than the naive peer in the same
        run."""
        if value is not None and math.isnan(value):
            value, note = None, note or "nothing was measured"
        return Result(self, value, peer_ratio, note)


@dataclass(frozen=True)
class Result:
    """A line with its figure; None when it could not be measured, and `note` says why."""

    row: Row
    value: float | None
    peer_ratio: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        """`target`, `floor` or `short` for what it reaches; empty where nothing was set or measured."""
        if self.value is None or (self.row.target is None and self.row.floor is None):
            return ""
        if self._reaches(self.row.target):
            return "target"
        return "floor" if self._reaches(self.row.floor) else "short"

    def as_json(self) -> dict[str, object]:
        """The line as `results/latest.json` has it."""
        row = self.row
        return {
            "id": row.id,
            "what": row.what,
            "value": self.value,
            "unit": row.unit,
            "floor": row.floor,
            "target": row.target,
            "wall": row.wall,
            "peer_ratio": self.peer_ratio,
            "verdict": self.verdict,
            "note": self.note,
        }

    def _reaches(self, mark: float | None) -> bool:
        if mark is None or self.value is None:
            return False
        return self.value >= mark if self.row.more_is_better else self.value <= mark
