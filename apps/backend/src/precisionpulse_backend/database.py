"""The database's two doors, an SQLAlchemy engine for most things and psycopg for the hot path; and its migrations."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

from precisionpulse_sdk.replica import Replica
from precisionpulse_sdk.replica import database as replica_database

_MIGRATIONS = Path(__file__).parent / "migrations"


def engine(url: str, *, pool_size: int = 10) -> Engine:
    """An engine for `url`; `postgresql://` means psycopg 3, `postgresql+psycopg2://` is respected."""
    parsed = make_url(url)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    return create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,  # they would stand in logs with the error
        connect_args={"connect_timeout": 5, "options": "-c statement_timeout=30000 -c lock_timeout=10000"},
    )


def conninfo(url: str) -> str:
    """The same `url` for psycopg and libpq."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def migrate(url: str) -> None:
    """Bring the schema to the newest revision, the replica's first; safe to run at any time and by several programs at
    once."""
    migrating = engine(url, pool_size=1)
    replica_database.migrate(migrating)
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["engine"] = migrating
    command.upgrade(config, "head")


def replica(on: Engine) -> Replica:
    """The hub's replica in a database."""
    return Replica(on, node="hub", is_hub=True)
