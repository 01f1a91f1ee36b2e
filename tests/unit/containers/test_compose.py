"""docker-compose.yml is valid, and each of its containers is closed, bounded, watched and waited for."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).resolve().parents[3]
FILE = CHECKOUT / "docker-compose.yml"
JOBS = {"provision", "migrate", "bootstrap"}

Service = dict[str, Any]
Services = dict[str, Service]


def _is_job(service: Service) -> bool:
    return service["restart"] == "no"


@pytest.mark.proves("F3")
def test_it_has_the_parts_that_make_run_starts(services: Services) -> None:
    assert set(services) - JOBS == {"broker", "database", "ingest", "web", "dashboard"}


@pytest.mark.proves("F3")
def test_it_follows_the_compose_specification() -> None:
    checker = Path(sys.executable).parent / "check-jsonschema"
    done = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", FILE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.proves("F3")
def test_every_service_is_watched_and_every_job_ends(services: Services) -> None:
    assert {name for name, service in services.items() if _is_job(service)} == JOBS
    for name, service in services.items():
        if _is_job(service):
            assert "healthcheck" not in service, name
            continue
        check = service["healthcheck"]
        assert service["restart"] == "unless-stopped", name
        assert check["test"][0] == "CMD", name
        assert {"interval", "timeout", "retries", "start_period"} <= set(check), name


@pytest.mark.proves("F3")
def test_nothing_starts_before_what_it_needs_is_ready(services: Services) -> None:
    for name, service in services.items():
        for other, need in service.get("depends_on", {}).items():
            expected = "service_completed_successfully" if _is_job(services[other]) else "service_healthy"
            assert need["condition"] == expected, (name, other)


@pytest.mark.proves("F3")
def test_who_uses_a_file_of_the_first_start_waits_for_it(services: Services) -> None:
    def awaited(name: str) -> set[str]:
        direct = set(services[name].get("depends_on", {}))
        return direct.union(*(awaited(other) for other in direct))

    for name in set(services) - {"provision"}:
        assert "provision" in awaited(name), name


def test_every_container_is_read_only_without_capabilities_and_can_gain_none(services: Services) -> None:
    for name, service in services.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "privileged" not in service, name


def test_none_is_root_but_the_job_that_hands_out_files_which_has_no_network(services: Services) -> None:
    roots = {name for name, service in services.items() if service["user"].split(":")[0] == "0"}
    assert roots == {"provision"}
    assert services["provision"]["network_mode"] == "none"
    assert {name: service["cap_add"] for name, service in services.items() if "cap_add" in service} == {
        "provision": ["CHOWN"]
    }


def test_every_container_has_bounds_for_memory_processors_processes_and_logs(services: Services) -> None:
    for name, service in services.items():
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}, name
        assert set(service["logging"]["options"]) == {"max-size", "max-file"}, name


def test_every_image_is_built_here_or_pinned_to_a_version(services: Services) -> None:
    for name, service in services.items():
        _, _, tag = service["image"].partition(":")
        assert re.match(r"\d", tag), (name, service["image"])


@pytest.mark.proves("F3")
def test_only_the_dashboard_and_what_clients_need_are_published_and_on_loopback(services: Services) -> None:
    published = {
        (name, port["target"], port["host_ip"])
        for name, service in services.items()
        for port in service.get("ports", [])
    }
    assert published == {
        ("dashboard", 3000, "127.0.0.1"),
        ("broker", 8883, "127.0.0.1"),
        ("web", 8443, "127.0.0.1"),
    }


def test_the_database_is_on_a_network_of_its_own_that_the_dashboard_and_the_broker_are_not_on(
    compose: dict[str, Any], services: Services
) -> None:
    members = {name for name, service in services.items() if "database" in service.get("networks", {})}
    assert members == {"database", "migrate", "bootstrap", "ingest", "web"}
    assert set(services["database"]["networks"]) == {"database"}
    assert compose["networks"]["database"]["internal"] is True


def test_who_publishes_nothing_has_no_way_out(compose: dict[str, Any], services: Services) -> None:
    open_networks = {name for name, network in compose["networks"].items() if not network.get("internal")}
    for name, service in services.items():
        is_open = bool(open_networks & set(service.get("networks", {})))
        assert is_open == ("ports" in service), name


def test_every_variable_that_can_be_set_is_explained_and_none_is_a_secret() -> None:
    text = FILE.read_text()
    used = set(re.findall(r"\$\{([A-Z_]+)", text))
    explained = set(re.findall(r"[A-Z]+(?:_[A-Z]+)*", " ".join(re.findall(r"^#   ([A-Z_, ]+?)  ", text, re.MULTILINE))))
    assert used == explained
    assert not [name for name in used if re.search("PASSWORD|SECRET|KEY|TOKEN", name)]


def test_every_volume_is_used_and_nothing_of_the_host_is_mounted(compose: dict[str, Any], services: Services) -> None:
    mounts = [mount for service in services.values() for mount in service.get("volumes", [])]
    assert {mount["type"] for mount in mounts} == {"volume"}
    assert {mount["source"] for mount in mounts} == set(compose["volumes"])
