"""Runs the revisions on the engine that `database.migrate` hands over, one program at a time."""

from alembic import context
from sqlalchemy import text

from precisionpulse_backend.tables import metadata

_LOCK = 0x5050_0001  # any number that other programs of this database do not use

with context.config.attributes["engine"].connect() as connection:
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        context.run_migrations()
