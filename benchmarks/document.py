"""`python -m benchmarks.document`: the results in `docs/performance.md`, between its two marks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.report import RESULTS, number

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
BEGIN = "<!-- results: written by `make performance` from benchmarks/results/ -->"
END = "<!-- end of the results -->"

_HEAD = """\
| id | what | measured | floor | target | wall | × naive peer | reaches | remark |
| --- | --- | ---: | ---: | ---: | ---: | ---: | --- | --- |
"""


def filled(text: str, results: Path) -> str:
    """`text` with what is between its marks replaced by the results in the directory. ValueError without marks."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the document has not both marks: {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{_content(results)}{END}{after}"


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(filled(DOCUMENT.read_text(), RESULTS))
    print(f"wrote {DOCUMENT.relative_to(Path.cwd())}")


def _content(results: Path) -> str:
    lines = results / "latest.json"
    if not lines.exists():
        return "\nNothing was measured yet: `make bench`, then `make performance`.\n\n"
    rows = "".join(f"| {' | '.join(_cells(line))} |\n".replace("|  |", "| |") for line in json.loads(lines.read_text()))
    return f"\n{_machine(json.loads((results / 'machine.json').read_text()))}\n\n{_HEAD}{rows}\n"


def _machine(machine: Mapping[str, Any]) -> str:
    names = ("cpu", "cores", "memory_gb", "kernel", "python", "postgresql", "mosquitto", "load_1m")
    cpu, cores, memory, kernel, python, postgresql, mosquitto, load = (machine[name] for name in names)
    return (
        f"Measured on {machine['date'][:10]} at commit {machine['commit']}: {cpu}, {cores} cores, {memory} GB, "
        f"Linux {kernel}, Python {python}, PostgreSQL {postgresql}, Mosquitto {mosquitto}; "
        f"{load} programs wanted a core before it began."
    )


def _cells(line: Mapping[str, Any]) -> list[str]:
    ratio = line["peer_ratio"]
    marks = ["" if line[name] is None else number(line[name]) for name in ("floor", "target", "wall")]
    value = number(line["value"]) + ("" if line["value"] is None else f" {line['unit']}")
    texts = [str(line[name]).replace("|", "\\|") for name in ("id", "what", "note")]
    return [*texts[:2], value, *marks, "" if ratio is None else number(ratio), line["verdict"], texts[2]]


if __name__ == "__main__":
    main()
