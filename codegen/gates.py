"""The schema's gates: `uv run --project codegen python codegen/gates.py lint | drift | breaking | freeze`.

`lint`      the schema keeps buf's STANDARD and COMMENTS rules
`drift`     what is checked in under generated/ is what the schema generates
`breaking`  nothing that a release promised was changed, for each image under proto/releases/
`freeze`    writes the image of the present version there; never over an older one"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from precisionpulse_codegen.contract_version import MAJOR, MINOR
from precisionpulse_codegen.errors import GateError, ToolError
from precisionpulse_codegen.releases import broken_promises, read_image
from precisionpulse_codegen.toolchain import Toolchain
from precisionpulse_codegen.tree import refill


def lint(root: Path) -> str:
    """Raises `ToolError` with buf's findings."""
    Toolchain(root).buf("lint")
    return "the schema is clean"


def drift(root: Path) -> str:
    """Regenerates. Raises `GateError` naming what differs from the checked-in files."""
    with tempfile.TemporaryDirectory() as fresh:
        Toolchain(root).generate(Path(fresh))
        refill(root / "generated", Path(fresh))
    status = subprocess.run(
        ["git", "status", "--porcelain", "--", "generated"], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    if status:
        raise GateError(
            f"generated/ differs from what is checked in; look at the change and commit it:\n{status.rstrip()}"
        )
    return "generated/ is what the schema generates"


def breaking(root: Path) -> str:
    """Raises `GateError` naming each promise of each release that the present schema breaks."""
    images = sorted((root / "proto" / "releases").glob("*.binpb"))
    if not images:
        return "no release is frozen yet under proto/releases/; nothing to compare with"
    toolchain = Toolchain(root)
    with tempfile.TemporaryDirectory() as scratch:
        present_path = Path(scratch) / "present.binpb"
        toolchain.image(present_path)
        present = read_image(present_path)
    faults: list[str] = []
    for image in images:
        try:
            toolchain.buf("breaking", "--against", str(image))
        except ToolError as error:
            faults.append(f"against {image.name}: {error}")
        faults += [f"against {image.name}: {fault}" for fault in broken_promises(read_image(image), present)]
    if faults:
        raise GateError("the schema breaks what was released:\n" + "\n".join(faults))
    return f"nothing is broken against {', '.join(image.stem for image in images)}"


def freeze(root: Path) -> str:
    """Raises `GateError` when the present version was frozen before."""
    image = root / "proto" / "releases" / f"v{MAJOR}.{MINOR}.binpb"
    if image.exists():
        raise GateError(f"{image.relative_to(root)} exists: a release is frozen for ever; raise MINOR for the next one")
    image.parent.mkdir(parents=True, exist_ok=True)
    Toolchain(root).image(image)
    return f"froze {image.relative_to(root)}"


_GATES = {gate.__name__: gate for gate in (lint, drift, breaking, freeze)}


def main() -> int:
    """Run the gates that are named, in order; 1 when one of them fails, with its reason on standard error."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gates", nargs="+", choices=sorted(_GATES))
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent, help="the checkout")
    arguments = parser.parse_args()
    failed = False
    for name in arguments.gates:
        try:
            print(f"{name}: {_GATES[name](arguments.root.resolve())}")
        except (GateError, ToolError) as error:
            failed = True
            print(f"{name}: FAILED: {error}", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
