"""The first start of the containers: who is given what, and that a second one changes nothing that must stay."""

import os
import stat
from pathlib import Path

import pytest

from precisionpulse_stack import containers
from precisionpulse_stack.access_list import read_access_list

CHECKOUT = Path(__file__).resolve().parents[3]


def _prepare(place: Path, *arguments: str) -> int:
    return containers.main(
        [
            "prepare",
            *("--secrets", str(place / "secrets")),
            *("--files", str(place / "files")),
            *("--checkout", str(CHECKOUT)),
            *arguments,
        ]
    )


def _holders(files: Path, name: str) -> set[str]:
    return {file.parent.name for file in files.glob(f"*/{name}")}


@pytest.mark.proves("F3")
def test_each_secret_goes_to_those_alone_who_use_it(files: Path) -> None:
    assert _holders(files, "site-ca.key") == {"web"}
    assert _holders(files, "hub-ca.key") == set()
    assert _holders(files, "session.secret") == {"web"}
    assert _holders(files, "api.key") == {"web"}
    assert _holders(files, "broker.key") == {"broker"}
    assert _holders(files, "admin.password") == {"setup"}
    assert _holders(files, "database.password") == {"database"}
    assert _holders(files, "database.pgpass") == {"setup", "ingest", "web"}
    assert _holders(files, "key-encryption.key") == {"ingest", "web"}
    assert {file.name for file in (files / "dashboard").iterdir()} == {"site-ca.pem"}


def test_every_file_can_be_read_by_its_services_account_alone(files: Path) -> None:
    for file in files.glob("*/*"):
        status = file.stat()
        assert stat.S_IMODE(status.st_mode) == 0o400, file
        if os.geteuid() == 0:
            account = containers.ACCOUNTS[file.parent.name]
            assert (status.st_uid, status.st_gid) == (account.uid, account.gid), file


def test_two_sites_have_no_secret_in_common(tmp_path: Path) -> None:
    for name in ("one", "other"):
        assert _prepare(tmp_path / name) == 0
    for file in (tmp_path / "one" / "secrets").iterdir():
        assert file.read_bytes() != (tmp_path / "other" / "secrets" / file.name).read_bytes(), file.name


def test_another_start_keeps_every_secret_and_writes_the_files_again(tmp_path: Path) -> None:
    _prepare(tmp_path)
    kept = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and "health" not in file.name}
    (tmp_path / "files" / "broker" / "access.acl").unlink()
    assert _prepare(tmp_path) == 0
    assert {file: file.read_bytes() for file in kept} == kept


def test_a_new_public_host_renews_the_servers_certificates_and_no_authority(tmp_path: Path) -> None:
    _prepare(tmp_path)
    secrets = tmp_path / "secrets"
    before = {name: (secrets / name).read_bytes() for name in ("site-ca.pem", "hub-ca.pem", "broker.pem", "api.pem")}
    _prepare(tmp_path, "--host", "telemetry.example.com")
    changed = {name for name, content in before.items() if (secrets / name).read_bytes() != content}
    assert changed == {"broker.pem", "api.pem"}


def test_the_access_list_is_the_generated_one_for_this_site(tmp_path: Path) -> None:
    _prepare(tmp_path, "--site", "north")
    given = (tmp_path / "files" / "broker" / "access.acl").read_text()
    assert given == read_access_list(CHECKOUT).replace("{site}", "north")


def test_the_first_password_is_printed_on_request(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _prepare(tmp_path)
    capsys.readouterr()
    assert containers.main(["password", "--secrets", str(tmp_path / "secrets")]) == 0
    shown = capsys.readouterr().out.strip()
    assert shown == (tmp_path / "files" / "setup" / "admin.password").read_text().strip()
    assert len(shown) >= 20


def test_asking_for_the_password_before_the_first_start_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert containers.main(["password", "--secrets", str(tmp_path)]) == 1
    assert "docker compose up" in capsys.readouterr().err
