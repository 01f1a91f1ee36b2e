"""The table for people, and the files for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from benchmarks.result import Result

RESULTS = Path(__file__).resolve().parent / "results"
_MARKS = {"target": "✔", "floor": "~", "short": "✘", "": " "}
_HEAD = ("", "id", "value", "unit", "floor", "target", "wall", "× peer", "what")


def table(results: Iterable[Result]) -> str:
    """One line each, figures to the right; ✔ reaches the target, ~ the floor, ✘ neither."""
    lines = [_HEAD, *(_line(result) for result in results)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(_HEAD))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if at in (0, 1, 3, 8) else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def write(results: Sequence[Result], machine: Mapping[str, object], directory: Path) -> None:
    """`latest.json`: the lines; `machine.json`: what they were measured on. Lines that were not measured this time are
    kept as they are."""
    directory.mkdir(parents=True, exist_ok=True)
    lines = directory / "latest.json"
    measured = {result.row.id: result.as_json() for result in results}
    before = json.loads(lines.read_text()) if lines.exists() else []
    kept = {line["id"]: measured.pop(line["id"], line) for line in before}
    _save(lines, [*kept.values(), *measured.values()])
    _save(directory / "machine.json", dict(machine))


def number(value: float | None) -> str:
    """A figure with three digits that count, or a dash."""
    if value is None:
        return "–"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def _line(result: Result) -> tuple[str, ...]:
    row = result.row
    what = f"{row.what} ({result.note})" if result.note else row.what
    marks = (row.floor, row.target, row.wall, result.peer_ratio)
    shown = ["" if mark is None else number(mark) for mark in marks]
    return _MARKS[result.verdict], row.id, number(result.value), row.unit, *shown, what


def _save(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n")
