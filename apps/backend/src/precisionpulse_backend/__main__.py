"""`python -m precisionpulse_backend COMMAND`: migrate, bootstrap, ingest, web, issue-code or openapi."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from precisionpulse_backend import logs
from precisionpulse_backend.settings import (
    CodeSettings,
    DatabaseSettings,
    FirstStartSettings,
    IngestSettings,
    SettingsError,
    WebSettings,
)
from precisionpulse_sdk.errors import PrecisionPulseError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit code. 2 means that settings or arguments are wrong."""
    parsed = _parser().parse_args(arguments)
    try:
        parsed.run(parsed)
    except SettingsError as error:
        print(f"precisionpulse_backend {parsed.command}: {error}", file=sys.stderr)
        return 2
    except PrecisionPulseError as error:
        print(f"precisionpulse_backend {parsed.command}: {error}", file=sys.stderr)
        return 1
    return 0


def _migrate(_: argparse.Namespace) -> None:
    from precisionpulse_backend import database

    settings = DatabaseSettings.load()
    logs.configure(settings.log_format)
    database.migrate(settings.database_url.get_secret_value())


def _bootstrap(_: argparse.Namespace) -> None:
    from precisionpulse_backend import database, first_start

    settings = FirstStartSettings.load()
    logs.configure(settings.log_format)
    made = first_start.prepare(
        database.replica(database.engine(settings.database_url.get_secret_value(), pool_size=1)),
        admin=settings.admin_username,
        password=settings.admin_password_file.get_secret_value(),
    )
    print(f"administrator {settings.admin_username!r} {'was made' if made else 'exists; nothing was changed'}")


def _ingest(_: argparse.Namespace) -> None:
    from precisionpulse_backend import bootstrap

    settings = IngestSettings.load()
    logs.configure(settings.log_format)
    bootstrap.ingest(settings).run()


def _web(_: argparse.Namespace) -> None:
    from precisionpulse_backend import bootstrap
    from precisionpulse_backend.server import Server

    settings = WebSettings.load()
    logs.configure(settings.log_format)
    Server(settings, lambda: bootstrap.web(settings)).run()


def _issue_code(parsed: argparse.Namespace) -> None:
    from precisionpulse_backend import bootstrap

    issued = bootstrap.codes(CodeSettings.load()).issue(
        parsed.client, holds_accounts=parsed.accounts, valid_for_s=parsed.valid_for_s, actor="command line", address=""
    )
    print(issued.code)


def _openapi(_: argparse.Namespace) -> None:
    from precisionpulse_backend.specification import specification

    print(json.dumps(specification(), indent=2))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="precisionpulse_backend", description="The backend of PrecisionPulse.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, run, text in (
        ("migrate", _migrate, "bring the database schema to the newest revision"),
        ("bootstrap", _bootstrap, "make the built-in roles and the first administrator"),
        ("ingest", _ingest, "take readings in and acknowledge them"),
        ("web", _web, "serve REST and Socket.IO"),
        ("openapi", _openapi, "print the OpenAPI document of the REST interface"),
    ):
        commands.add_parser(name, help=text).set_defaults(run=run)
    code = commands.add_parser("issue-code", help="print a one-time code that enrols a client")
    code.add_argument("--client", required=True, help="the client's id: a-z, 0-9 and '-'")
    code.add_argument("--valid-for-s", type=int, default=3600, help="seconds until the code expires (default 3600)")
    code.add_argument(
        "--accounts",
        action="store_true",
        help="let it hold the site's accounts with their password hashes, so that people can log in there (a desktop)",
    )
    code.set_defaults(run=_issue_code)
    return parser


if __name__ == "__main__":
    sys.exit(main())
