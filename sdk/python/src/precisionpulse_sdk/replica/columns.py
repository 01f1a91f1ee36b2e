"""Column types that mean the same on PostgreSQL and on SQLite."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

from precisionpulse_sdk.sync.clock import HybridTime

Number = BigInteger().with_variant(Integer, "sqlite")
"""A row number that the database gives."""


class _Json(TypeDecorator[Any]):
    """A value of JSON, `None` as NULL; JSONB on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name != "postgresql":
            return dialect.type_descriptor(JSON(none_as_null=True))
        from sqlalchemy.dialects.postgresql import JSONB  # 2 MB that no SQLite file needs

        return dialect.type_descriptor(JSONB(none_as_null=True))


Json = _Json()


class Moment(TypeDecorator[dt.datetime]):
    """A time with its zone; SQLite keeps UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value if value is None else value.astimezone(dt.UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        found: dt.datetime = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value
        return found


class Hybrid(TypeDecorator[HybridTime]):
    """A hybrid logical time, as text that sorts like it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: HybridTime | None, dialect: Dialect) -> str | None:
        return None if value is None else hybrid_text(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> HybridTime | None:
        return None if value is None else hybrid_time(value)


def hybrid_text(at: HybridTime) -> str:
    """`at` as text that sorts like it."""
    return f"{at.wall_us:019d}.{at.logical:010d}.{at.node}"


def hybrid_time(text: str) -> HybridTime:
    """What `hybrid_text` was given."""
    wall_us, logical, node = text.split(".", 2)
    return HybridTime(int(wall_us), int(logical), node)
