"""Empties and refills `generated/` from `proto/`: `uv run --project codegen python codegen/generate.py`.

The same schema and toolchain give the same bytes. Files that would not change are left alone, so that running
programs and build caches see only what did change."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from precisionpulse_codegen.errors import ToolError
from precisionpulse_codegen.toolchain import Toolchain
from precisionpulse_codegen.tree import refill


def main() -> int:
    """Generate; 0 on success, 1 with the compiler's words on standard error."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help="the checkout")
    root = parser.parse_args().root.resolve()
    toolchain = Toolchain(root)
    try:
        with tempfile.TemporaryDirectory() as fresh:
            toolchain.generate(Path(fresh))
            changed = refill(root / "generated", Path(fresh))
    except ToolError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"generated/ is up to date; {changed} file(s) changed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
