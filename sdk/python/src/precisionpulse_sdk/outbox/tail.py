"""The newest records, as they were committed a moment ago: what a client that is online sends next. SQLite would give
up the interpreter's lock at each row, and wait to get it back."""

from __future__ import annotations

from collections import deque

from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.outbox import rows

_LIMIT_RECORDS = 16_384
_COLUMNS = 5


class Tail:
    """Committed records with consecutive numbers up to the newest. Not thread-safe."""

    def __init__(self) -> None:
        self._pieces: deque[tuple[int, list[rows.Cell]]] = deque()
        self._next = 0

    def add(self, first: int, cells: list[rows.Cell]) -> None:
        """Records were committed, `first` being the number of the first; `cells` as `rows.cells` makes them."""
        count = len(cells) // _COLUMNS
        if first != self._next or count > _LIMIT_RECORDS:
            self._pieces.clear()
        self._next = first + count
        if count <= _LIMIT_RECORDS:
            self._pieces.append((first, cells))
        while len(self._pieces) > 1 and self._next - self._pieces[1][0] >= _LIMIT_RECORDS:
            self._pieces.popleft()

    def forget_before(self, number: int) -> None:
        """Records below `number` are no longer stored."""
        while self._pieces and self._end(0) <= number:
            self._pieces.popleft()

    def read(self, first: int, last: int) -> list[Row] | None:
        """The records `first` to `last`, or as far as there are any; None when the oldest of them are not here."""
        if not self._pieces or first < self._pieces[0][0]:
            return None
        found: list[Row] = []
        for at, (start, cells) in enumerate(self._pieces):
            if start > last:
                break
            low, high = max(first, start), min(last + 1, self._end(at))
            for number in range(low, high):
                offset = (number - start) * _COLUMNS
                found.append(rows.row_of(number, cells[offset : offset + _COLUMNS]))
        return found

    def _end(self, at: int) -> int:
        first, cells = self._pieces[at]
        return first + len(cells) // _COLUMNS
