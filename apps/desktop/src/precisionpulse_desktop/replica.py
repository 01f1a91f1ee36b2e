"""This desktop's own copy of the site's users, roles, permissions and configuration. Knows no Qt."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlalchemy import Column, Engine, MetaData, Table, Text, insert, select

from precisionpulse_sdk.identity import Identity
from precisionpulse_sdk.replica import Replica
from precisionpulse_sdk.replica.database import sqlite_engine, writing

FILE_NAME = "replica.sqlite3"

log = logging.getLogger(__name__)

_metadata = MetaData()
_home = Table("replica_home", _metadata, Column("owner", Text, nullable=False))


def open_replica(directory: Path, identity: Identity) -> Replica:
    """The replica of `identity` in `directory`, made when there is none, with its schema up to date. The engine is the
    caller's to dispose of. Raises `StorageError` when the file can't be used.

    One that was made for another identity is deleted: the people of one site must not come in at another's desktop."""
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    path = directory / FILE_NAME
    owner = f"{identity.site}/{identity.client}/{identity.hub_public_key.hex()}"
    engine = sqlite_engine(path)
    if _owner(engine, owner) != owner:
        log.warning("the replica of an earlier enrolment is deleted; this desktop synchronises anew")
        engine.dispose()
        for ending in ("", "-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        engine = sqlite_engine(path)
        _owner(engine, owner)
    replica = Replica(engine, node=identity.client, is_hub=False)
    replica.prepare()
    return replica


def _owner(engine: Engine, owner: str) -> str:
    """Whose replica it is; from now on `owner`'s, when it is nobody's."""
    with writing(engine) as connection:
        _metadata.create_all(connection)
        found: str | None = connection.scalar(select(_home.c.owner))
        if found is None:
            connection.execute(insert(_home).values(owner=owner))
    return found or owner
