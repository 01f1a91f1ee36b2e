"""Node from the wheel, and when something must be built anew."""

import subprocess
from pathlib import Path

import pytest

from precisionpulse_stack.layout import Layout
from precisionpulse_stack.node import Dashboard, Node, find_node


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path)
    made.make()
    return made


@pytest.fixture
def dashboard(layout: Layout) -> Dashboard:
    """A checkout whose dashboard was just built from one page."""
    for path, content in {
        "package-lock.json": "{}",
        "package.json": "{}",
        "apps/web/package.json": "{}",
        "apps/web/src/page.tsx": "one",
        "apps/web/.next/standalone/apps/web/server.js": "",
        "generated/typescript/frame.ts": "",
    }.items():
        (layout.root / path).parent.mkdir(parents=True, exist_ok=True)
        (layout.root / path).write_text(content)
    made = Dashboard(Node(layout, layout.cache / "node"))
    made.note_build()
    return made


def test_node_is_the_pinned_one_and_npm_works_with_it(layout: Layout) -> None:
    node = find_node(layout)
    environment = node.environment()
    version = subprocess.check_output(["node", "--version"], env=environment, text=True)
    assert version.startswith("v24.")
    assert subprocess.check_output([node.npm, "--version"], env=environment, text=True).strip()


def test_a_build_is_current_until_a_source_changes(dashboard: Dashboard) -> None:
    assert dashboard.build_is_current
    (dashboard.node.layout.root / "apps/web/src/page.tsx").write_text("two")
    assert not dashboard.build_is_current


def test_the_contract_is_a_source_of_the_dashboard(dashboard: Dashboard) -> None:
    (dashboard.node.layout.root / "generated/typescript/telemetry.ts").write_text("")
    assert not dashboard.build_is_current


def test_tests_and_built_files_are_no_sources(dashboard: Dashboard) -> None:
    for path in ("apps/web/test/page.test.tsx", "apps/web/next-env.d.ts", "apps/web/node_modules/x.js"):
        (dashboard.node.layout.root / path).parent.mkdir(parents=True, exist_ok=True)
        (dashboard.node.layout.root / path).write_text("new")
    assert dashboard.build_is_current


def test_packages_that_were_never_installed_are_not_current(dashboard: Dashboard) -> None:
    assert not dashboard.packages_are_current
