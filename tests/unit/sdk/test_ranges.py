"""Sets of record numbers: what is committed, what is missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precisionpulse_sdk.ranges import Range, RangeSet, ranges_of

RANGES = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 9), st.booleans()).map(lambda t: (t[0], t[0] + t[1], t[2])),
    max_size=20,
)


@pytest.mark.proves("PP-TD-6")
@given(RANGES)
def test_a_range_set_is_a_set_of_numbers(steps: list[tuple[int, int, bool]]) -> None:
    found, expected = RangeSet(), set[int]()
    for first, last, adding in steps:
        numbers = set(range(first, last + 1))
        if adding:
            assert found.add(first, last) == len(numbers - expected)
            expected |= numbers
        else:
            found.remove(first, last)
            expected -= numbers
        assert tuple(found) == ranges_of(sorted(expected))
        assert found.count == len(expected)
        assert found.last == max(expected, default=0)
        assert all((number in found) == (number in expected) for number in range(1, 75))
        missing = {number for piece in found.missing(5, 50) for number in range(piece.first, piece.last + 1)}
        assert missing == set(range(5, 51)) - expected


def test_complete_to_counts_from_the_first_record() -> None:
    assert RangeSet([(2, 9)]).complete_to == 0
    assert RangeSet([(1, 4), (6, 9)]).complete_to == 4
    assert RangeSet([(1, 4), (6, 9)]).covers(6, 9)
    assert not RangeSet([(1, 4), (6, 9)]).covers(4, 6)


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        RangeSet().add(5, 4)
    assert Range(3, 7).size == 5
