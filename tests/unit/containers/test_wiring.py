"""What docker-compose.yml tells each program is what the program reads, and each file it names is there."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography import x509

from precisionpulse_backend.settings import (
    CodeSettings,
    DatabaseSettings,
    FirstStartSettings,
    IngestSettings,
    WebSettings,
)
from precisionpulse_stack import containers

CHECKOUT = Path(__file__).resolve().parents[3]
BACKEND = {
    "migrate": DatabaseSettings,
    "bootstrap": FirstStartSettings,
    "ingest": IngestSettings,
    "web": WebSettings,
}
FILES_OF = {"migrate": "setup", "bootstrap": "setup"}
INSIDE = str(containers.FILES)

Services = dict[str, dict[str, Any]]


def _files_of(service: str) -> str:
    return FILES_OF.get(service, service)


def _names(settings: type[DatabaseSettings]) -> dict[str, bool]:
    """Each environment variable of a program, and whether it must be set."""
    return {f"PP_{name}".upper(): field.is_required() for name, field in settings.model_fields.items()}


@pytest.mark.proves("F3")
@pytest.mark.parametrize(("service", "settings"), BACKEND.items())
def test_a_program_is_told_what_it_must_be_told_and_nothing_that_it_does_not_know(
    services: Services, service: str, settings: type[DatabaseSettings]
) -> None:
    told, known = set(services[service]["environment"]), _names(settings)
    assert told <= set(known)
    assert {name for name, required in known.items() if required} <= told


@pytest.mark.proves("F3")
@pytest.mark.parametrize(("service", "settings"), BACKEND.items())
def test_a_program_accepts_its_settings_with_the_files_of_the_first_start(
    services: Services,
    service: str,
    settings: type[DatabaseSettings],
    files: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in services[service]["environment"].items():
        monkeypatch.setenv(name, value.replace(INSIDE, str(files / _files_of(service))))
    settings.load()


def test_a_code_can_be_issued_where_the_api_runs(services: Services) -> None:
    assert set(_names(CodeSettings)) <= {*services["web"]["environment"], "PP_LOG_FORMAT"}


def test_the_backend_has_every_command_that_is_started(services: Services) -> None:
    for service in BACKEND:
        command = services[service]["command"]
        done = subprocess.run(
            [sys.executable, "-m", "precisionpulse_backend", *command, "--help"], capture_output=True, check=False
        )
        assert done.returncode == 0, done.stderr


def test_the_dashboard_is_told_what_it_reads(services: Services) -> None:
    source = (CHECKOUT / "apps" / "web" / "src" / "lib" / "env.ts").read_text()
    read = set(re.findall(r"process\.env\.(\w+)", source)) - {"NODE_ENV"}
    assert set(services["dashboard"]["environment"]) == read | {"HOSTNAME", "PORT", "NODE_EXTRA_CA_CERTS"}


@pytest.mark.proves("F3")
def test_no_password_stands_in_an_environment_or_a_command(services: Services) -> None:
    for name, service in services.items():
        for variable, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY|TOKEN", variable):
                assert variable.endswith("_FILE") and value.startswith(f"{INSIDE}/"), (name, variable)
            assert "://" not in value or urlsplit(value).password is None, (name, variable)


def test_every_file_that_a_service_names_is_one_that_it_is_given(services: Services, files: Path) -> None:
    for name, service in services.items():
        if name == "provision":
            continue
        words = [*service.get("environment", {}).values(), *service["command"]] if service["command"] else []
        words += service.get("healthcheck", {}).get("test", [])
        named = {found for word in words for found in re.findall(rf"{INSIDE}/([\w.-]+)", word)}
        given = {file.name for file in (files / _files_of(name)).iterdir()}
        assert named <= given, name


def test_each_service_sees_its_own_files_read_only_and_runs_as_their_owner(services: Services) -> None:
    for name, service in services.items():
        if name == "provision":
            continue
        own = _files_of(name)
        mounts = {mount["source"]: mount for mount in service["volumes"]}
        assert {source for source in mounts if source.endswith("-files")} == {f"{own}-files"}, name
        assert mounts[f"{own}-files"]["target"] == INSIDE, name
        assert mounts[f"{own}-files"]["read_only"] is True, name
        account = containers.ACCOUNTS[own]
        assert service["user"] == f"{account.uid}:{account.gid}", name


def test_only_the_first_start_sees_all_secrets_and_it_fills_every_services_directory(services: Services) -> None:
    holders = {
        name
        for name, service in services.items()
        if any(mount["source"] == "secrets" for mount in service.get("volumes", []))
    }
    assert holders == {"provision"}
    filled = {mount["target"]: mount["source"] for mount in services["provision"]["volumes"]}
    assert filled == {"/secrets": "secrets", **{f"/files/{name}": f"{name}-files" for name in containers.ACCOUNTS}}


def test_addresses_inside_agree(services: Services) -> None:
    web, ingest, place = services["web"], services["ingest"], containers.BROKER
    for program in (web["environment"], ingest["environment"]):
        assert program["PP_HUB_BROKER_HOST"] == containers.BROKER_HOST
        assert program["PP_HUB_BROKER_PORT"] == str(place.hub_port)
    assert web["ports"][0]["target"] == int(web["environment"]["PP_API_PORT"])
    assert services["broker"]["ports"][0]["target"] == place.client_port
    assert services["dashboard"]["environment"]["API_ORIGIN"] == (
        f"https://{containers.API_HOST}:{web['environment']['PP_API_PORT']}"
    )
    database = urlsplit(web["environment"]["PP_DATABASE_URL"])
    assert (database.hostname, database.username, database.path) == (
        containers.DATABASE_HOST,
        containers.DATABASE,
        f"/{containers.DATABASE}",
    )
    assert parse_qs(database.query) == {"passfile": [f"{INSIDE}/database.pgpass"]}
    assert services["database"]["environment"]["POSTGRES_USER"] == containers.DATABASE


def test_servers_certificates_name_the_hosts_that_others_call_them_by(services: Services, files: Path) -> None:
    for certificate, callers in {
        files / "broker" / "broker.pem": {containers.BROKER_HOST, services["web"]["environment"]["PP_BROKER_HOST"]},
        files / "web" / "api.pem": {containers.API_HOST, "localhost"},
    }.items():
        parsed = x509.load_pem_x509_certificate(certificate.read_bytes())
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        assert callers <= set(names.get_values_for_type(x509.DNSName))


def test_the_health_checks_ask_the_ports_that_the_programs_serve(services: Services) -> None:
    asked = {name: " ".join(service.get("healthcheck", {}).get("test", [])) for name, service in services.items()}
    ingest, web = services["ingest"]["environment"], services["web"]["environment"]
    assert f"http://{ingest['PP_INGEST_HTTP_HOST']}:{ingest['PP_INGEST_HTTP_PORT']}/readyz" in asked["ingest"]
    assert f"https://localhost:{web['PP_API_PORT']}/readyz" in asked["web"]
    assert f"http://127.0.0.1:{services['dashboard']['environment']['PORT']}/login" in asked["dashboard"]
    assert f"-p {containers.BROKER.hub_port} " in asked["broker"]
