"""What log lines hold, and what they must not."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Literal

import pytest

from precisionpulse_backend import logs


@pytest.fixture(autouse=True)
def root() -> Iterator[None]:
    """The root logger as it was, afterwards."""
    logger = logging.getLogger()
    before = logger.handlers[:], logger.level
    yield
    logger.handlers[:] = before[0]
    logger.setLevel(before[1])


@pytest.mark.proves("PP-SY-7", "F6")
@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_names_the_place_and_shows_no_variable(
    capsys: pytest.CaptureFixture[str], form: Literal["json", "console"]
) -> None:
    logs.configure(form)

    def check(password: str) -> None:
        raise ValueError(f"{len(password)} letters")

    try:
        check("hunter2" * 3)
    except ValueError:
        logging.getLogger("backend").exception("a request failed")
    told = capsys.readouterr().err
    assert "a request failed" in told and "ValueError: 21 letters" in told and "in check" in told
    assert "hunter2hunter2" not in told
