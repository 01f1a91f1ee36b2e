"""The composition as Compose itself understands it, and the files that its containers find."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from precisionpulse_stack import containers
from precisionpulse_stack.access_list import read_access_list

CHECKOUT = Path(__file__).resolve().parents[3]
PROGRAMS = Path(sys.executable).parent


@pytest.fixture(scope="session")
def compose(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """`docker-compose.yml` with no variable set, resolved by Compose."""
    done = subprocess.run(
        [PROGRAMS / "docker-compose", "--env-file", os.devnull, "config", "--format", "json"],
        cwd=CHECKOUT,
        env={"PATH": os.defpath, "HOME": str(tmp_path_factory.mktemp("home"))},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.fixture(scope="session")
def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = compose["services"]
    return found


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with every service's files, as the job `provision` writes them."""
    place = tmp_path_factory.mktemp("provisioned")
    site = containers.Site("main", ["localhost"])
    containers.prepare(place / "secrets", place / "files", site, read_access_list(CHECKOUT))
    return place / "files"
