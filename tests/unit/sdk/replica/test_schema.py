"""A new database gets the newest schema, an older one is upgraded to it, and only that loads the tool for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

from precisionpulse_sdk.replica import database
from precisionpulse_sdk.replica.database import VERSION_TABLE, migrate, newest_revision, sqlite_engine


def test_the_newest_revision_is_the_one_that_migrating_ends_at() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()


def test_a_new_schema_is_the_one_that_the_revisions_end_at(tmp_path: Path) -> None:
    made, upgraded = (sqlite_engine(tmp_path / name) for name in ("made", "upgraded"))
    migrate(made)
    with database.writing(upgraded) as connection:
        database.upgrade(connection)
    assert _described(made) == _described(upgraded)
    assert _first_rows(made) == _first_rows(upgraded)


def test_an_older_schema_is_upgraded(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "replica.sqlite3")
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    with database.writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    migrate(engine)
    assert _first_rows(engine)[VERSION_TABLE] == [(newest_revision(),)]
    assert "accounts_withheld" in {column["name"] for column in inspect(engine).get_columns("replica_state")}


def test_neither_the_first_start_nor_a_later_one_loads_what_only_upgrades_and_postgresql_need(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from precisionpulse_sdk.replica.database import migrate, sqlite_engine;"
        f"migrate(sqlite_engine(Path({str(tmp_path / 'replica.sqlite3')!r})));"
        "print(*{'alembic', 'sqlalchemy.dialects.postgresql', 'zxcvbn'} & sys.modules.keys())"
    )
    for _start in range(2):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
        assert done.stdout.strip() == ""


def _described(engine: Engine) -> dict[str, Any]:
    """Tables with their columns, keys and indices."""
    found = inspect(engine)
    return {
        table: (
            {column["name"]: (repr(column["type"]), column["nullable"], column["default"]) for column in columns},
            found.get_pk_constraint(table),
            sorted(str(index) for index in found.get_indexes(table)),
            sorted(str(unique) for unique in found.get_unique_constraints(table)),
        )
        for (_, table), columns in found.get_multi_columns().items()
    }


def _first_rows(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading(engine) as connection:
        return {
            table: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))]
            for table in ("replica_state", VERSION_TABLE)
        }
