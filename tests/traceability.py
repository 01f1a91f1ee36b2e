"""Writes docs/traceability.md: every promise of docs/promises.md with the tests that prove it.

Python tests name promises with `@pytest.mark.proves(...)`, TypeScript tests with ids in brackets in their titles. A
test that names a promise which does not exist is an error.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
PROMISES = CHECKOUT / "docs" / "promises.md"
REPORT = CHECKOUT / "docs" / "traceability.md"

_ROW = re.compile(r"^\| ([A-Z][A-Z0-9-]*\d) \| (.+) \|$")
_IDS_IN_TITLE = re.compile(r"\[((?:[A-Z][A-Z0-9-]*\d)(?:,\s*[A-Z][A-Z0-9-]*\d)*)\]")
_TITLE = re.compile(r"\b(?:it|test|describe)(?:\.\w+)*\(\s*([\"'`])(.+?)\1", re.DOTALL)
_WEB_TESTS = ("apps/web/test", "apps/web/src", "sdk/typescript/tests", "sdk/typescript/src", "tests")


class Collector:
    """A pytest plugin that notes which collected test proves what."""

    def __init__(self) -> None:
        self.proofs: dict[str, set[str]] = defaultdict(set)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            where = item.nodeid.split("[", 1)[0]
            for mark in item.iter_markers("proves"):
                for promise in mark.args:
                    self.proofs[str(promise)].add(where)


def main() -> int:
    """Collects, writes the report; 1 when a test names an unknown promise or cannot be collected."""
    collector = Collector()
    options = [
        "--collect-only",
        "-p",
        "no:terminal",
        "-p",
        "no:xdist",
        "--override-ini=addopts=--import-mode=importlib",
    ]
    code = pytest.main([*options, str(CHECKOUT / "tests")], plugins=[collector])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        print("Not all tests can be collected: run pytest --collect-only", file=sys.stderr)
        return 1
    proofs = collector.proofs
    for promise, where in web_proofs(CHECKOUT / place for place in _WEB_TESTS):
        proofs[promise].add(where)
    sections = read_promises(PROMISES.read_text())
    known = {promise for rows in sections.values() for promise, _ in rows}
    unknown = sorted(set(proofs) - known)
    for promise in unknown:
        tests = ", ".join(sorted(proofs[promise]))
        print(f"{promise} is not in {PROMISES.relative_to(CHECKOUT)}, but is named by {tests}", file=sys.stderr)
    REPORT.write_text(report(sections, proofs))
    proven = sum(1 for promise in known if proofs.get(promise))
    print(f"{REPORT.relative_to(CHECKOUT)}: {proven} of {len(known)} promises have a test")
    return 1 if unknown else 0


def read_promises(text: str) -> dict[str, list[tuple[str, str]]]:
    """The rows (id, promise) under each heading."""
    sections: dict[str, list[tuple[str, str]]] = {}
    heading = ""
    for line in text.splitlines():
        if line.startswith("## "):
            heading = line[3:]
        elif (row := _ROW.match(line)) is not None:
            sections.setdefault(heading, []).append((row[1], row[2]))
    return sections


def web_proofs(places: Iterable[Path]) -> Iterable[tuple[str, str]]:
    """(id, test) for each id in the title of a TypeScript test."""
    for place in places:
        for file in sorted(place.rglob("*.test.ts*")):
            if "node_modules" in file.parts:
                continue
            for title in _TITLE.finditer(file.read_text()):
                for ids in _IDS_IN_TITLE.finditer(title[2]):
                    name = _IDS_IN_TITLE.sub("", title[2]).strip()
                    for promise in re.split(r",\s*", ids[1]):
                        yield promise, f"{file.relative_to(CHECKOUT)}::{name}"


def report(sections: dict[str, list[tuple[str, str]]], proofs: dict[str, set[str]]) -> str:
    """The whole document."""
    lines = [
        "# Traceability",
        "",
        "Written by `make traceability` from the tests; the promises are in [promises.md](promises.md).",
        "",
    ]
    missing = [promise for rows in sections.values() for promise, _ in rows if not proofs.get(promise)]
    count = sum(len(rows) for rows in sections.values())
    lines += [
        f"{count - len(missing)} of {count} promises have a test. Without one: {', '.join(missing) or 'none'}.",
        "",
    ]
    for heading, rows in sections.items():
        lines += [f"## {heading}", "", "| id | promise | tests |", "| --- | --- | --- |"]
        for promise, title in rows:
            tests = "<br>".join(f"`{where.removeprefix('tests/')}`" for where in sorted(proofs.get(promise, ())))
            lines.append(f"| {promise} | {title} | {tests or '—'} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
