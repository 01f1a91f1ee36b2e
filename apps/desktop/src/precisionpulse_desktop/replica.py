"""This desktop's own copy of the site's users, roles, permissions and configuration. Knows no Qt."""

from __future__ import annotations

import logging
from pathlib import Path

from precisionpulse_sdk.replica import Replica
from precisionpulse_sdk.replica.database import sqlite_engine

FILE_NAME = "replica.sqlite3"

log = logging.getLogger(__name__)


def open_replica(directory: Path, client: str) -> Replica:
    """The replica of `client` in `directory`, made when there is none, with its schema up to date. The engine is the
    caller's to dispose of. Raises `StorageError` when the file can't be used."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    replica = Replica(sqlite_engine(directory / FILE_NAME), node=client, is_hub=False)
    replica.prepare()
    return replica
