"""What the first start hands out works with a real PostgreSQL and a real broker, by the composition's own commands.

The containers' host names mean nothing here: where the servers are is added to what the composition says.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from precisionpulse_stack import containers
from precisionpulse_stack.access_list import read_access_list
from precisionpulse_stack.pki import issue_client
from precisionpulse_stack.testing import BrokerSite, DatabaseServer

CHECKOUT = Path(__file__).resolve().parents[3]
INSIDE = str(containers.FILES)

Services = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Services:
    """The composition's services, resolved by Compose with no variable set."""
    program = Path(sys.executable).with_name("docker-compose")
    done = subprocess.run(
        [program, "--env-file", os.devnull, "config", "--format", "json"],
        cwd=CHECKOUT,
        env={"PATH": os.defpath, "HOME": str(tmp_path_factory.mktemp("home"))},
        capture_output=True,
        check=True,
    )
    found: Services = json.loads(done.stdout)["services"]
    return found


@pytest.fixture
def files(tmp_path: Path) -> Path:
    site = containers.Site("main", ["localhost"])
    containers.prepare(tmp_path / "secrets", tmp_path / "files", site, read_access_list(CHECKOUT))
    return tmp_path / "files"


@pytest.mark.proves("F3")
def test_an_empty_database_gets_its_schema_and_the_first_administrator_with_the_drawn_passwords(
    services: Services, files: Path, own_database: DatabaseServer
) -> None:
    _set_up_as_the_image_does(own_database, files / "database" / "database.password")
    for job in ("migrate", "bootstrap"):
        told = {
            name: value.replace(INSIDE, str(files / "setup")) for name, value in services[job]["environment"].items()
        }
        told["PP_DATABASE_URL"] += f"&hostaddr=127.0.0.1&port={own_database.server.port}"
        done = subprocess.run(
            [sys.executable, "-m", "precisionpulse_backend", *services[job]["command"]],
            env={"PATH": os.defpath, **told},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    with psycopg.connect(told["PP_DATABASE_URL"]) as connection:
        assert connection.execute("SELECT username FROM users").fetchall() == [("admin",)]


@pytest.mark.proves("F1", "F3")
@pytest.mark.skipif(shutil.which("mosquitto_sub") is None, reason="needs mosquitto_sub (Debian: mosquitto-clients)")
def test_the_brokers_health_check_tells_a_working_broker_from_a_dead_one(
    services: Services, tmp_path: Path, own_broker: BrokerSite
) -> None:
    health = issue_client(tmp_path, own_broker.pki.hub_ca, "broker.health")
    health.certificate.rename(tmp_path / "health.pem")
    health.key.rename(tmp_path / "health.key")
    shutil.copy(own_broker.pki.site_ca.certificate, tmp_path / "site-ca.pem")
    port = str(containers.BROKER.hub_port)
    written = services["broker"]["healthcheck"]["test"][1:]
    check = [str(own_broker.hub_port) if word == port else word.replace(INSIDE, str(tmp_path)) for word in written]

    assert subprocess.run(check, capture_output=True, check=False).returncode == 0
    own_broker.kill()
    assert subprocess.run(check, capture_output=True, check=False).returncode != 0


def _set_up_as_the_image_does(database: DatabaseServer, password_file: Path) -> None:
    """Gives the user its password and makes the database, as the image does with POSTGRES_PASSWORD_FILE."""
    database.server.ensure_exists(containers.DATABASE)
    password = sql.Literal(password_file.read_text().strip())
    with psycopg.connect(database.server.url(containers.DATABASE)) as connection:
        connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(containers.DATABASE), password))
