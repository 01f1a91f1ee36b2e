"""Decimals in PostgreSQL's binary COPY format. That PostgreSQL reads rows is tested with PostgreSQL."""

from __future__ import annotations

import struct
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precisionpulse_backend import copy_rows


def _read_numeric(field: bytes) -> Decimal:
    """PostgreSQL's own definition of the binary form: digits to base 10,000, the first with weight `weight`."""
    length, count, weight, sign, scale = struct.unpack_from(">iHhHH", field)
    digits = struct.unpack_from(f">{count}H", field, 12)
    assert length == len(field) - 4
    assert all(digit < 10_000 for digit in digits)
    power = 4 * (weight - count + 1)
    unscaled = 0
    for digit in digits:
        unscaled = unscaled * 10_000 + digit
    shifted = unscaled * 10 ** (scale + power) if scale + power >= 0 else unscaled // 10 ** -(scale + power)
    text = tuple(int(letter) for letter in str(shifted))
    return Decimal((1 if sign else 0, text, -scale))


@pytest.mark.proves("PP-TD-1")
@given(unscaled=st.integers(-(2**511), 2**511 - 1), scale=st.integers(0, 38))
def test_every_decimal_that_the_contract_allows_is_encoded_exactly(unscaled: int, scale: int) -> None:
    expected = Decimal((1 if unscaled < 0 else 0, tuple(int(digit) for digit in str(abs(unscaled))), -scale))
    assert _read_numeric(copy_rows.numeric(unscaled, scale)) == expected


@pytest.mark.parametrize("scale", [0, 1, 4, 38])
def test_zero_keeps_its_scale(scale: int) -> None:
    assert copy_rows.numeric(0, scale) == struct.pack(">iHhHH", 8, 0, 0, 0, scale)
