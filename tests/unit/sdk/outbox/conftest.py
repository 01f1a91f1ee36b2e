"""An outbox for the tests of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from precisionpulse_sdk.outbox import Outbox

from .records import open_outbox


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    opened = open_outbox(tmp_path)
    yield opened
    opened.close()
