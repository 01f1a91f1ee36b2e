"""`python -m tests.chaos [--minutes N] [--seed N]`: kill and cut real programs that long, then compare every reading.

The exit status is 1 when a promise was not kept; the seed is printed, and logs and data are kept."""

from __future__ import annotations

import argparse
import random
import shutil
import sys

from precisionpulse_stack.errors import StackError
from precisionpulse_stack.testing import temporary_layout

from .campaign import Campaign, ChaosError


def main() -> int:
    """Run one campaign."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    options = parser.parse_args()
    layout = temporary_layout()
    print(f"chaos: seed {options.seed}, {options.minutes:g} minutes, in {layout.run}", flush=True)
    campaign = Campaign(layout, options.seed, brief=False, say=lambda line: print(line, flush=True))
    try:
        report = campaign.run(minutes=options.minutes)
    except (ChaosError, StackError) as error:
        print(f"chaos FAILED, seed {options.seed}: {error}\nlogs and data are kept in {layout.run}")
        return 1
    layout.remove_outside()
    shutil.rmtree(layout.root, ignore_errors=True)
    print(f"chaos: {report}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
