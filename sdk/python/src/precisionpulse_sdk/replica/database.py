"""The replica's database: opening it on SQLite, writing one transaction at a time, bringing its schema up to date."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError, OperationalError

from precisionpulse_sdk.errors import StoreUnavailableError
from precisionpulse_sdk.replica.audit_words import create_index
from precisionpulse_sdk.replica.tables import metadata, replica_state
from precisionpulse_sdk.sync.clock import HybridTime

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x5050_0002  # any number that other programs of this database do not use
_WRITES = "precisionpulse_writes"

VERSION_TABLE = "replica_version"
_version = Table(
    VERSION_TABLE,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)
"""As Alembic makes it."""


def sqlite_engine(path: Path) -> Engine:
    """An engine for the SQLite file at `path`, which only this user can read. Also for what the owner keeps beside the
    replica: every transaction is one, and `writing` begins those that write."""
    path.touch(mode=0o600)
    engine = create_engine(f"sqlite:///{path}", hide_parameters=True, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy begins and ends transactions, not the driver
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that writes. Raises `StoreUnavailableError` when the database can't be used now."""
    with _errors(), engine.execution_options(**{_WRITES: True}).begin() as connection:
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees the database as it is at one moment. Raises `StoreUnavailableError`, as `writing`."""
    with _errors():
        if engine.dialect.name == "postgresql":
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with engine.begin() as connection:
            yield connection


def migrate(engine: Engine) -> None:
    """Bring the schema to the newest revision; safe to run at any time and by several programs at once."""
    with reading(engine) as connection:
        if _revision(connection) == newest_revision():
            return
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        if _revision(connection) is None:
            create(connection)
        else:
            upgrade(connection)


def create(connection: Connection) -> None:
    """Make the newest schema in a database that has none, without the tool that upgrades: it takes 10 MB for as long as
    the program runs, and half a second."""
    metadata.create_all(connection)
    create_index(connection)
    never = HybridTime(0, 0, "")
    connection.execute(
        insert(replica_state).values(id=1, clock=never, clock_seen=never, cursor=0, horizon=0, accounts_withheld=False)
    )
    _version.create(connection)
    connection.execute(insert(_version).values(version_num=newest_revision()))


def upgrade(connection: Connection) -> None:
    """Run the revisions that the schema has not had."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    """The schema's revision; `None` when there is none."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(select(_version.c.version_num))
    return found


def newest_revision() -> str:
    """The revision that this program's tables need: the files of revisions are named by it."""
    return max(file.name[1:5] for file in (_MIGRATIONS / "versions").glob("v*.py"))


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        raise StoreUnavailableError(f"the replica's database can't be used now: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailableError("the connection to the replica's database was lost") from error
        raise
