"""A start that finds the newest schema goes without the tool that migrates."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from precisionpulse_sdk.replica import database
from precisionpulse_sdk.replica.database import migrate, newest_revision, sqlite_engine


def test_the_newest_revision_is_the_one_that_migrating_ends_at() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    assert newest_revision() == ScriptDirectory.from_config(config).get_current_head()


def test_a_schema_that_is_up_to_date_is_left_alone_without_loading_the_tool(tmp_path: Path) -> None:
    path = tmp_path / "replica.sqlite3"
    engine = sqlite_engine(path)
    migrate(engine)
    engine.dispose()
    program = (
        "import sys; from pathlib import Path; from precisionpulse_sdk.replica.database import migrate, sqlite_engine;"
        f"migrate(sqlite_engine(Path({str(path)!r}))); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "False"
