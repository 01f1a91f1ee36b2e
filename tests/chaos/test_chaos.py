"""The short form of `make chaos`: every kind of part is killed, frozen or cut off, and nothing is lost or doubled."""

from __future__ import annotations

import shutil

import pytest

from precisionpulse_stack.testing import temporary_layout

from .campaign import Campaign
from .faults import KINDS

SEED = 1
ROUNDS = -(-len(KINDS) // 2)
"""As many as it takes for each kind of fault to come once."""


@pytest.mark.proves("E1", "E3", "PP-TD-4", "PP-TD-6", "PP-TD-7", "PP-TD-10", "F4")
@pytest.mark.timeout(600, func_only=True)
def test_whatever_is_killed_frozen_or_cut_every_reading_is_stored_once_and_in_order() -> None:
    layout = temporary_layout()
    report = Campaign(layout, SEED, brief=True, say=print).run(rounds=ROUNDS)
    assert report.ok and report.verdict.recorded > 500
    layout.remove_outside()
    shutil.rmtree(layout.root, ignore_errors=True)
