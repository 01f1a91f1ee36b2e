"""Values are exact or refused: never rounded, wrapped or converted."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precisionpulse_sdk.errors import ValueRangeError, ValueTypeError
from precisionpulse_sdk.values import ValueType, from_stored, to_stored

pytestmark = pytest.mark.proves("D1", "PP-TD-1", "PP-FR-7")


@given(st.integers(-(2**511) + 1, 2**511 - 1), st.integers(0, 38))
def test_a_decimal_comes_back_exactly_whatever_the_context(unscaled: int, scale: int) -> None:
    with localcontext() as context:
        context.prec = 3
        stored = to_stored("m", ValueType.DECIMAL, scale, from_stored(ValueType.DECIMAL, scale, unscaled))
    assert stored == unscaled


@given(st.floats())
def test_a_double_comes_back_bit_for_bit(value: float) -> None:
    assert repr(to_stored("m", ValueType.DOUBLE, 0, value)) == repr(value)


@pytest.mark.parametrize("value", [-(2**63), 2**63 - 1, 0, -1])
def test_64_bit_extremes_are_values(value: int) -> None:
    assert to_stored("m", ValueType.INT64, 0, value) == value


def test_false_zero_and_absent_are_different_things() -> None:
    stored = [to_stored("m", ValueType.BOOL, 0, value) for value in (False, None)]
    assert stored == [0, None]
    assert [from_stored(ValueType.BOOL, 0, value) for value in stored] == [False, None]
    assert to_stored("m", ValueType.INT64, 0, 0) == 0


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (ValueType.INT64, 1.0),
        (ValueType.INT64, True),
        (ValueType.INT64, "1"),
        (ValueType.DOUBLE, True),
        (ValueType.DOUBLE, Decimal(1)),
        (ValueType.DECIMAL, 1.5),
        (ValueType.DECIMAL, False),
        (ValueType.BOOL, 1),
    ],
)
def test_a_value_of_another_type_is_refused(type_: ValueType, value: object) -> None:
    with pytest.raises(ValueTypeError, match="'m' is"):
        to_stored("m", type_, 2, value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (ValueType.INT64, 2**63),
        (ValueType.INT64, -(2**63) - 1),
        (ValueType.DOUBLE, 2**53 + 1),
        (ValueType.DOUBLE, 10**400),
        (ValueType.DECIMAL, Decimal("1.234")),
        (ValueType.DECIMAL, Decimal("NaN")),
        (ValueType.DECIMAL, Decimal("Infinity")),
        (ValueType.DECIMAL, Decimal("1e999999")),
        (ValueType.DECIMAL, Decimal("1e-999999")),
        (ValueType.DECIMAL, 2**511),
    ],
)
def test_a_value_that_does_not_fit_is_refused(type_: ValueType, value: object) -> None:
    with pytest.raises(ValueRangeError, match="'m'"):
        to_stored("m", type_, 2, value)  # type: ignore[arg-type]
