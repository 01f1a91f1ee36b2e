"""`python -m precisionpulse_stack.containers prepare | password`: what the containers start from.

`prepare` draws the site's secrets at first run, as `make run` does, and keeps them in one directory that no other
container sees. From them it hands each service a directory of its own with exactly the files that it needs, readable by
that service's account alone. Running it again renews certificates and changes nothing else.

`password` prints the first administrator's password.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from precisionpulse_stack.access_list import read_access_list
from precisionpulse_stack.account import Account
from precisionpulse_stack.broker_files import BrokerPlace, broker_files
from precisionpulse_stack.credentials import Credentials, ensure_credentials
from precisionpulse_stack.pki import SitePki, ensure_pki, issue_client
from precisionpulse_stack.private_files import write_private

FILES = PurePosixPath("/run/precisionpulse")
"""Where every service finds its files."""

BROKER = BrokerPlace(FILES, PurePosixPath("/mosquitto/data"), "0.0.0.0", client_port=8883, hub_port=8884)
BROKER_HOST, API_HOST, DATABASE_HOST = "broker", "web", "database"
DATABASE = "precisionpulse"
"""The name of the database and of its user."""

_BACKEND = Account(10001, 10001)
ACCOUNTS = {
    "broker": Account(1883, 1883),
    "database": Account(999, 999),
    "setup": _BACKEND,
    "ingest": _BACKEND,
    "web": _BACKEND,
    "dashboard": Account(1000, 1000),
}
"""Whom each service's files belong to; the numbers are those of the images."""

_HEALTH_CHECK = "broker.health"  # no client can be called so: a client's id has no dot


@dataclass(frozen=True)
class Site:
    """The site's name and the hosts under which its servers are reached from outside."""

    name: str
    hosts: Sequence[str]


def main(argv: Sequence[str] | None = None) -> int:
    """Carries out one command; the result is the process's exit code."""
    parser = argparse.ArgumentParser(prog="precisionpulse-containers", description="Prepares the containers' files.")
    parser.add_argument("command", choices=["prepare", "password"])
    parser.add_argument("--site", default="main", help="the site's name")
    parser.add_argument("--host", action="append", default=[], help="a host that clients reach the servers by")
    parser.add_argument("--secrets", type=Path, default=Path("/secrets"), help="where the site's secrets are kept")
    parser.add_argument("--files", type=Path, default=Path("/files"), help="the directory of the services' directories")
    parser.add_argument("--checkout", type=Path, default=Path.cwd(), help="holds generated/acl")
    given = parser.parse_args(argv)
    if given.command == "password":
        return show_password(given.secrets)
    access_list = read_access_list(given.checkout)
    prepare(given.secrets, given.files, Site(given.site, given.host), access_list)
    print("Certificates, keys and passwords are in place.")
    return 0


def show_password(secrets: Path) -> int:
    """Prints the first administrator's password as it was drawn; a change of it in the dashboard is not known here."""
    file = secrets / "admin.password"
    if not file.exists():
        print("There is no password yet: it is drawn by the first `docker compose up`.", file=sys.stderr)
        return 1
    print(file.read_text().strip())
    return 0


def prepare(secrets: Path, files: Path, site: Site, access_list: str) -> None:
    """Makes what is missing in `secrets` and writes every service's files to `files`/<service>, mode 0400.

    They become the service's account's when we are root; else they stay ours.
    """
    pki = ensure_pki(secrets, hosts=[BROKER_HOST, API_HOST, *site.hosts])
    credentials = ensure_credentials(secrets)
    secrets.chmod(0o700)
    for service, contents in _services_files(secrets, site, access_list, pki, credentials).items():
        place = files / service
        place.mkdir(parents=True, exist_ok=True)
        owner = ACCOUNTS[service] if os.geteuid() == 0 else None
        for name, content in contents.items():
            write_private(place / name, content, owner, mode=0o400)


def _services_files(
    secrets: Path, site: Site, access_list: str, pki: SitePki, credentials: Credentials
) -> Mapping[str, Mapping[str, bytes]]:
    health = issue_client(secrets, pki.hub_ca, _HEALTH_CHECK)
    database_password = credentials.database_password.read_bytes()
    site_ca = {"site-ca.pem": pki.site_ca.certificate.read_bytes()}
    database_access = {"database.pgpass": _pgpass(database_password.decode().strip())}
    worker = {
        **site_ca,
        **database_access,
        "hub.pem": pki.hub.certificate.read_bytes(),
        "hub.key": pki.hub.key.read_bytes(),
        "key-encryption.key": credentials.key_encryption_key.read_bytes(),
    }
    return {
        "broker": {
            **broker_files(BROKER, pki, site.name, access_list),
            "health.pem": health.certificate.read_bytes(),
            "health.key": health.key.read_bytes(),
        },
        "database": {"database.password": database_password},
        "setup": {**database_access, "admin.password": credentials.admin_password.read_bytes()},
        "ingest": worker,
        "web": {
            **worker,
            "site-ca.key": pki.site_ca.key.read_bytes(),
            "api.pem": pki.api.certificate.read_bytes(),
            "api.key": pki.api.key.read_bytes(),
            "session.secret": credentials.session_secret.read_bytes(),
        },
        "dashboard": site_ca,
    }


def _pgpass(password: str) -> bytes:
    """The form that libpq reads a password in, so that it stands in no environment and no URL."""
    return f"{DATABASE_HOST}:*:{DATABASE}:{DATABASE}:{password}\n".encode()


if __name__ == "__main__":
    sys.exit(main())
