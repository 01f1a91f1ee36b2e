"""What the replica keeps for people to read afterwards: who did what, which values lost, which changes were refused.
Knows no Qt."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Table

from precisionpulse_sdk.replica import Replica
from precisionpulse_sdk.replica.database import reading
from precisionpulse_sdk.replica.logs import newest, plain_fields

LIMIT = 2000


def read_log(replica: Replica, log: Table, limit: int = LIMIT) -> Sequence[Row[Any]]:
    """The newest rows of a log, newest first. Raises `StorageError`."""
    with reading(replica.engine) as connection:
        return newest(connection, log, limit=limit)


def kind_text(kind: str) -> str:
    """What a kind of entity is called."""
    return kind.replace("_", " ")


def fields_text(fields: Mapping[str, object] | None) -> str:
    """Fields with their values, in one line."""
    return ", ".join(f"{name}: {value_text(value)}" for name, value in (plain_fields(fields) or {}).items())


def wanted_text(fields: Mapping[str, object] | None) -> str:
    """What a refused change would have set; None stands for a delete."""
    return "delete" if fields is None else fields_text(fields)


def value_text(value: object) -> str:
    """A field's value, as it stands in the logs."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
