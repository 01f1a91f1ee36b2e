"""One commit for everybody who waits for one: the first caller writes for all, and there is no helper thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

from precisionpulse_sdk.batches import Row
from precisionpulse_sdk.errors import PrecisionPulseError, StorageError
from precisionpulse_sdk.outbox import rows


class Waiting:
    """One caller's records on their way into a commit. The committer sets `numbers` or `error`."""

    __slots__ = ("cells", "count", "error", "first_captured_us", "leads", "numbers", "settled", "turn")

    def __init__(self, records: Sequence[Row]) -> None:
        self.cells = rows.cells(records)
        self.count = len(records)
        self.first_captured_us = records[0].captured_us
        self.numbers = range(0)
        self.error: PrecisionPulseError | None = None
        self.settled = False
        self.leads = False
        self.turn: threading.Lock | None = None

    @property
    def captured_us(self) -> tuple[int, int]:
        """The earliest and the latest time of capture."""
        return rows.captured_us(self.cells)


class GroupCommit:
    """Collects callers. One of them calls `commit` for all that wait; those who come meanwhile form the next group."""

    def __init__(self, commit: Callable[[list[Waiting]], None]) -> None:
        self._commit = commit
        self._lock = threading.Lock()
        self._queue: deque[Waiting] = deque()
        self._led = False

    def submit(self, records: Sequence[Row]) -> range:
        """Wait until `records` (not empty) are committed; the result is their numbers. Raises the committer's error."""
        mine = Waiting(records)
        with self._lock:
            if self._led:
                mine.turn = threading.Lock()
                mine.turn.acquire()
            else:
                self._led = mine.leads = True
            self._queue.append(mine)
        interrupt = self._await_turn(mine)
        if not mine.settled:
            self._lead()
        if interrupt is not None:
            raise interrupt
        if mine.error is not None:
            raise mine.error
        return mine.numbers

    def _await_turn(self, mine: Waiting) -> BaseException | None:
        """Wait to be settled or to lead. An interrupt (Ctrl-C) is handed back, to be raised later: others may depend on
        this caller."""
        interrupt: BaseException | None = None
        while mine.turn is not None and not (mine.settled or mine.leads):
            try:
                mine.turn.acquire()
            except BaseException as error:  # noqa: BLE001 - raised by the caller
                interrupt = error
        return interrupt

    def _lead(self) -> None:
        with self._lock:
            group = list(self._queue)
            self._queue.clear()
        try:
            self._commit(group)
        finally:
            for waiting in group:
                if not waiting.numbers and waiting.error is None:
                    waiting.error = StorageError("the commit was interrupted and nothing was stored")
                waiting.settled = True
            with self._lock:
                heir = self._queue[0] if self._queue else None
                if heir is None:
                    self._led = False
                else:
                    heir.leads = True
            if heir is not None and heir.turn is not None:
                heir.turn.release()
            for waiting in group:
                if waiting.turn is not None and not waiting.leads:
                    waiting.turn.release()
