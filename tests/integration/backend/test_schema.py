"""The database's schema: what the migrations make is what the programs use."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest
from sqlalchemy import inspect

from precisionpulse_backend import database
from precisionpulse_backend.partitions import ensure_partitions
from precisionpulse_backend.tables import metadata
from precisionpulse_sdk.replica.tables import metadata as replica_metadata

from .conftest import Store


def test_migrating_twice_changes_nothing(store: Store) -> None:
    database.migrate(store.url)
    assert store.query("SELECT version_num FROM alembic_version") == [("0007",)]


def test_every_table_and_column_that_the_programs_name_exists_in_the_database(store: Store) -> None:
    inspector = inspect(database.engine(store.url, pool_size=1))
    for table in (*metadata.tables.values(), *replica_metadata.tables.values()):
        found = {column["name"]: column["type"] for column in inspector.get_columns(table.name)}
        for column in table.columns:
            type_ = getattr(column.type, "impl", column.type)  # what a decorated type is stored as
            assert type_.python_type is found[column.name].python_type, f"{table.name}.{column.name}"


def test_the_stable_face_for_analysts_has_its_columns(store: Store) -> None:
    columns = store.query(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'samples'"
        " ORDER BY ordinal_position"
    )
    assert columns == [
        ("client", "text"),
        ("metric", "text"),
        ("captured_at", "timestamp with time zone"),
        ("value_int", "bigint"),
        ("value_double", "double precision"),
        ("value_decimal", "numeric"),
        ("value_bool", "boolean"),
        ("quality", "text"),
        ("record_seq", "bigint"),
        ("replayed", "boolean"),
    ]


@pytest.mark.proves("F4")
def test_partitions_are_made_ahead_over_the_end_of_a_year_and_only_once(store: Store) -> None:
    for _ in range(2):
        ensure_partitions(store.conninfo, dt.date(2026, 11, 24))
    ensure_partitions(store.conninfo, dt.date(2026, 12, 1))
    expected = ["2026_10", "2026_11", "2026_12", "2027_01", "2027_02"]
    for table in ("readings", "segments"):
        found = store.query(f"SELECT relid::text FROM pg_partition_tree('{table}') WHERE isleaf ORDER BY 1")
        assert [name for (name,) in found] == [f"{table}_{month}" for month in expected] + [f"{table}_default"]


def test_readings_that_came_before_their_partition_do_not_stop_anything(store: Store) -> None:
    with psycopg.connect(store.conninfo) as connection:
        connection.execute(
            "INSERT INTO readings (captured_at, record_seq, metric_key, quality, replayed)"
            " VALUES ('2026-12-05', 1, 1, 1, false)"
        )
    ensure_partitions(store.conninfo, dt.date(2026, 11, 24))
    assert store.query("SELECT tableoid::regclass::text FROM readings") == [("readings_default",)]
    assert store.query("SELECT to_regclass('readings_2027_01') IS NOT NULL") == [(True,)]
