"""The history of the replica's schema; `replica.database.migrate` runs it."""
