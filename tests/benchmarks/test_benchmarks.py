"""Every benchmark on real programs, in a form too short for its figures to mean anything: each gives its lines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import document, machine, report
from benchmarks.__main__ import chosen
from benchmarks.bench import Bench
from benchmarks.result import Result, Row
from benchmarks.site import CHECKOUT, running_site

pytestmark = [pytest.mark.xdist_group("benchmarks"), pytest.mark.timeout(600)]

_LINES = {
    "L1": {"L1", "L1.p99", "L6.wire", "L6.stored", "L13"},
    "L2": {"L2", "L2.p99"},
    "L3": {"L3.1k", "L3.10k"},
    "L4": {"L4"},
    "L5": {"L5", "L5.memory"},
    "L7": {"L7.one", "L7.many", "L7.singles"},
    "L11": {"L11.run", "L11.test"},
    "L12": {"L12.client", "L12.headless", "L12.window"},
}
_FIELDS = {"id", "what", "value", "unit", "floor", "target", "wall", "peer_ratio", "verdict", "note"}


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    """One database server, one broker and one backend for all."""
    with running_site() as site, Bench(site, quick=True) as bench:
        yield bench


@pytest.mark.parametrize("wanted", _LINES)
def test_a_benchmark_gives_its_lines_and_each_has_a_figure_or_says_why_not(bench: Bench, wanted: str) -> None:
    results = [result for benchmark in chosen(wanted) for result in benchmark.measure(bench)]
    assert {result.row.id for result in results} == _LINES[wanted]
    for result in results:
        line = result.as_json()
        assert line.keys() == _FIELDS
        assert line["what"] and line["unit"]
        assert (isinstance(line["value"], int | float) and line["value"] >= 0) or line["note"], line
    assert json.loads(json.dumps([result.as_json() for result in results], allow_nan=False))


def test_the_table_marks_what_is_reached() -> None:
    faster = Row("L1", "how many", "1/s", 10, 20, 40, more_is_better=True)
    sooner = Row("L2", "how soon", "ms", 20, 10)
    lines = [faster.measured(25.0, peer_ratio=3.0), sooner.measured(15.0), sooner.measured(30.0, note="slow")]
    head, *told = report.table(lines).splitlines()
    assert head.split() == ["id", "value", "unit", "floor", "target", "wall", "×", "peer", "what"]
    assert [line.split()[0] for line in told] == ["✔", "~", "✘"]
    assert told[0].split()[1:] == ["L1", "25", "1/s", "10", "20", "40", "3", "how", "many"]
    assert told[2].endswith("how soon (slow)")
    assert report.table([sooner.measured(float("nan"))]).splitlines()[1].split()[:2] == ["L2", "–"]


def test_results_are_kept_line_by_line_with_the_machine_described(tmp_path: Path) -> None:
    described = machine.describe("18.6", CHECKOUT)
    assert {"cpu", "cores", "memory_gb", "python", "postgresql", "mosquitto", "commit", "load_1m"} <= described.keys()
    first, second = Row("L1", "one", "1/s"), Row("L2", "two", "ms")
    report.write([first.measured(1.0), second.measured(2.0)], described, tmp_path)
    report.write([second.measured(3.0)], described, tmp_path)
    lines = json.loads((tmp_path / "latest.json").read_text())
    assert [(line["id"], line["value"]) for line in lines] == [("L1", 1.0), ("L2", 3.0)]
    assert json.loads((tmp_path / "machine.json").read_text()) == described


def test_the_document_has_the_results_between_its_marks(tmp_path: Path) -> None:
    described = machine.describe("18.6", CHECKOUT)
    results: list[Result] = [Row("L5", "a flush | fast", "1/s", 1e5, 4e5, 1e6, True).measured(2e5, note="one core")]
    report.write(results, described, tmp_path)
    text = f"before\n{document.BEGIN}\nold\n{document.END}\nafter\n"
    written = document.filled(text, tmp_path)
    assert written.startswith(f"before\n{document.BEGIN}\n")
    assert written.endswith(f"{document.END}\nafter\n")
    assert "| L5 | a flush \\| fast | 200,000 1/s | 100,000 | 400,000 | 1,000,000 | | floor | one core |" in written
    assert str(described["cpu"]) in written
    assert document.filled(written, tmp_path) == written


def test_the_document_says_so_where_nothing_was_measured_yet(tmp_path: Path) -> None:
    text = f"{document.BEGIN}\n{document.END}\n"
    assert "Nothing was measured yet" in document.filled(text, tmp_path)
