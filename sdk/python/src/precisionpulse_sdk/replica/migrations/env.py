"""Runs the revisions on the connection that `database.migrate` hands over, in its transaction."""

from alembic import context

from precisionpulse_sdk.replica.database import VERSION_TABLE
from precisionpulse_sdk.replica.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
