"""Closed ranges of `record_seq`, and sets of them: what is committed, what is acknowledged, what is missing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Range(NamedTuple):
    """The numbers `first` to `last`, both included; `last` is never below `first`."""

    first: int
    last: int

    @property
    def size(self) -> int:
        """How many numbers the range holds."""
        return self.last - self.first + 1


def ranges_of(numbers: Iterable[int]) -> tuple[Range, ...]:
    """The ascending `numbers` as the fewest ranges; a repeated number counts once."""
    found: list[Range] = []
    first = last = None
    for number in numbers:
        if last is not None and number <= last + 1:
            last = max(last, number)
            continue
        if first is not None and last is not None:
            found.append(Range(first, last))
        first = last = number
    if first is not None and last is not None:
        found.append(Range(first, last))
    return tuple(found)


class RangeSet:
    """A set of positive numbers, kept as disjoint, ascending, non-adjacent ranges. Not thread-safe."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self, ranges: Iterable[tuple[int, int]] = ()) -> None:
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for first, last in ranges:
            self.add(first, last)

    def __iter__(self) -> Iterator[Range]:
        return (Range(first, last) for first, last in zip(self._firsts, self._lasts, strict=True))

    def __len__(self) -> int:
        return len(self._firsts)

    def __bool__(self) -> bool:
        return bool(self._firsts)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RangeSet):
            return NotImplemented
        return self._firsts == other._firsts and self._lasts == other._lasts

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"RangeSet({[tuple(piece) for piece in self]})"

    @property
    def count(self) -> int:
        """How many numbers the set holds."""
        return sum(self._lasts) - sum(self._firsts) + len(self._firsts)

    @property
    def first(self) -> int:
        """The lowest number, 0 when the set is empty."""
        return self._firsts[0] if self._firsts else 0

    @property
    def last(self) -> int:
        """The highest number, 0 when the set is empty."""
        return self._lasts[-1] if self._lasts else 0

    @property
    def complete_to(self) -> int:
        """The highest number up to which, from 1, every number is in the set; 0 when 1 is not."""
        return self._lasts[0] if self._firsts and self._firsts[0] == 1 else 0

    def __contains__(self, number: int) -> bool:
        at = bisect_right(self._firsts, number) - 1
        return at >= 0 and self._lasts[at] >= number

    def covers(self, first: int, last: int) -> bool:
        """Whether every number from `first` to `last` is in the set."""
        at = bisect_right(self._firsts, first) - 1
        return at >= 0 and self._lasts[at] >= last

    def add(self, first: int, last: int) -> int:
        """Add `first` to `last`; the result is how many of these numbers were new."""
        if last < first:
            raise ValueError(f"a range can't end ({last}) before it begins ({first})")
        low = bisect_left(self._lasts, first - 1)
        high = bisect_right(self._firsts, last + 1)
        already = sum(max(0, min(self._lasts[at], last) - max(self._firsts[at], first) + 1) for at in range(low, high))
        if low < high:
            joined_first = min(first, self._firsts[low])
            joined_last = max(last, self._lasts[high - 1])
        else:
            joined_first, joined_last = first, last
        self._firsts[low:high] = [joined_first]
        self._lasts[low:high] = [joined_last]
        return last - first + 1 - already

    def remove(self, first: int, last: int) -> int:
        """Take `first` to `last` out; the result is how many of these numbers were in the set."""
        low, high = bisect_left(self._lasts, first), bisect_right(self._firsts, last)
        if low >= high:
            return 0
        gone = sum(min(self._lasts[at], last) - max(self._firsts[at], first) + 1 for at in range(low, high))
        before, behind = self._firsts[low], self._lasts[high - 1]
        kept = [piece for piece in ((before, first - 1), (last + 1, behind)) if piece[0] <= piece[1]]
        self._firsts[low:high] = [piece[0] for piece in kept]
        self._lasts[low:high] = [piece[1] for piece in kept]
        return gone

    def within(self, first: int, last: int) -> tuple[Range, ...]:
        """The parts of the set that are in `first` to `last`."""
        low, high = bisect_left(self._lasts, first), bisect_right(self._firsts, last)
        return tuple(Range(max(self._firsts[at], first), min(self._lasts[at], last)) for at in range(low, high))

    def missing(self, first: int, last: int) -> tuple[Range, ...]:
        """The parts of `first` to `last` that are not in the set."""
        found: list[Range] = []
        at = first
        for index in range(bisect_left(self._lasts, first), len(self._firsts)):
            if self._firsts[index] > last:
                break
            if self._firsts[index] > at:
                found.append(Range(at, self._firsts[index] - 1))
            at = max(at, self._lasts[index] + 1)
        if at <= last:
            found.append(Range(at, last))
        return tuple(found)
