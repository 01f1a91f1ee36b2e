"""The database's schema, as Alembic revisions."""
